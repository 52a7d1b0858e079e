import { focusOn } from "@vitrail/views";

const SHOWN_FOR = 2400;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Brings a place of the page into view, gives it the keyboard and marks it for a while. Gives false where it is not there. */
export function showPlace(selector: string): boolean {
  const place = document.querySelector<HTMLElement>(selector);
  if (place === null) return false;
  place.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "smooth" });
  focusOn(place);
  document.querySelector("[data-shown]")?.removeAttribute("data-shown");
  place.dataset["shown"] = ""; // no class: Svelte writes those anew
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.removeAttribute("data-shown");
  }, SHOWN_FOR);
  return true;
}
