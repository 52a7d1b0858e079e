import { mount, unmount } from "svelte";
import { CommLink, SPEECH, type CommModel } from "@vitrail/core";
import base from "@vitrail/views/styles/base.css?inline";
import tokens from "@vitrail/views/styles/tokens.css?inline";
import { themeOf, watchTheme } from "./theme.ts";
import { TraceState } from "./trace.svelte.ts";
import Trace from "./Trace.svelte";

/** anywidget's model, as far as this widget uses it. */
interface Model extends CommModel {
  get(name: "opening"): DataView;
  get(name: "language"): string;
}

/** Shows the widget in a cell. A shadow root keeps the notebook's styles and ours apart. */
function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = tokens + base;
  root.append(style);
  el.append(host);
  const state = new TraceState((listener) => new CommLink(model, listener), themeOf(document));
  const stop = watchTheme(document, (theme) => (state.theme = theme));
  const say = SPEECH[model.get("language") === "fr" ? "fr" : "en"];
  const widget = mount(Trace, { target: root, props: { state, host, say } });
  return () => {
    stop();
    state.close();
    void unmount(widget);
    host.remove();
  };
}

export default { render };
