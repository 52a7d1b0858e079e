import base from "@vitrail/views/styles/base.css?inline";
import tokens from "@vitrail/views/styles/tokens.css?inline";

/** A place in a notebook's cell for a widget: a shadow root keeps the notebook's styles and ours apart. */
export function shadowIn(el: HTMLElement): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = tokens + base;
  root.append(style);
  el.append(host);
  return { host, root };
}
