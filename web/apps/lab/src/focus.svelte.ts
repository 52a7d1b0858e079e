import { focusOn } from "./showing.ts";

/** Keeps the keyboard on the page: when what has it goes away with a view, the place that led there gets it back. */
export function keepFocus(view: () => unknown, fallback: () => HTMLElement | null): void {
  let had: Element | null = null;
  $effect.pre(() => {
    view();
    had = document.activeElement;
  });
  $effect(() => {
    view();
    if (had === null || had.isConnected) return;
    const place = fallback();
    if (place !== null) focusOn(place);
  });
}
