import "@vitrail/core/languages";
import { mount, unmount } from "svelte";
import { CommLink, SPEECH, type CommModel, type TraceRequest } from "@vitrail/core";
import { shadowIn } from "./shadow.ts";
import { themeOf, watchTheme } from "./theme.ts";
import { TraceState } from "./trace.svelte.ts";
import Trace from "./Trace.svelte";

/** anywidget's model, as far as this widget uses it. */
interface Model extends CommModel {
  get(name: "opening"): DataView;
  get(name: "language"): string;
}

/** Shows the widget in a cell. */
function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const { host, root } = shadowIn(el);
  const state = new TraceState((listener) => new CommLink<TraceRequest>(model, listener), themeOf(document));
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
