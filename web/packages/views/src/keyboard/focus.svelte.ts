interface Keeping {
  /** Read on every change of what may take a control with the keyboard away. */
  view: () => unknown;
  /** Where the keyboard goes on from then. */
  fallback: () => HTMLElement | null | undefined;
  /** The part of the page that is looked after, where it is not all of it. */
  within?: () => Element | null;
}

/** Keeps the keyboard on the page: when what has it goes away with a view, another place gets it. */
export function keepFocus({ view, fallback, within }: Keeping): void {
  let had: Element | null = null;
  $effect.pre(() => {
    view();
    const { activeElement } = document;
    had = within === undefined || within()?.contains(activeElement) === true ? activeElement : null;
  });
  $effect(() => {
    view();
    if (had === null || had.isConnected) return;
    const place = fallback();
    if (place) focusOn(place);
  });
}

/** Gives something the keyboard, for once also where it is no control. */
export function focusOn(place: HTMLElement): void {
  place.focus({ preventScroll: true });
  if (document.activeElement === place) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.addEventListener(
    "blur",
    () => {
      place.removeAttribute("tabindex");
    },
    { once: true },
  );
}
