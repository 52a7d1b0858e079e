import "@vitrail/core/languages";
import { mount, unmount, type Component } from "svelte";
import { SPEECH, type CommModel, type Speech, type Theme } from "@vitrail/core";
import { shadowIn } from "./shadow.ts";
import { themeOf, watchTheme } from "./theme.ts";

/** anywidget's model, as far as the widgets use it. */
export interface Model extends CommModel {
  get(name: "opening"): DataView;
  get(name: "language"): string;
}

interface Held {
  theme: Theme;
  close: () => void;
}

/** What anywidget calls to show a widget in a cell, and what it gets back to take it away. */
export function renderer<State extends Held>(
  Widget: Component<{ state: State; host: HTMLElement; say: Speech }>,
  open: (model: Model, theme: Theme) => State,
): { render: (cell: { model: Model; el: HTMLElement }) => () => void } {
  function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
    const { host, root } = shadowIn(el);
    const state = open(model, themeOf(document));
    const stop = watchTheme(document, (theme) => (state.theme = theme));
    const say = SPEECH[model.get("language") === "fr" ? "fr" : "en"];
    const widget = mount(Widget, { target: root, props: { state, host, say } });
    return () => {
      stop();
      state.close();
      void unmount(widget);
      host.remove();
    };
  }
  return { render };
}
