import type { Lab } from "./lab.svelte.ts";

/** Elements that take a space or a letter for themselves. */
const TAKES_KEYS = "input, select, textarea, button, a, summary, [role=option], dialog";

/** Undo and redo, outside fields that have their own. */
function obeyEditKey(event: KeyboardEvent, lab: Lab): void {
  const typing = event.target instanceof Element && event.target.matches("input:not([type=range]), textarea");
  if (!(event.ctrlKey || event.metaKey) || event.altKey || typing || document.querySelector("dialog[open]") !== null)
    return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) lab.undo();
  else if (key === "y" || key === "z") lab.redo();
  else return;
  event.preventDefault();
}

/** The keys that work from anywhere on the page: space, a full stop, a comma, e, l, t, a question mark and Escape; Ctrl+Z. */
export function obeyKey(event: KeyboardEvent, lab: Lab, help: () => void): void {
  obeyEditKey(event, lab);
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const inside = event.target instanceof Element ? event.target.closest(TAKES_KEYS) : null;
  if (inside instanceof HTMLDialogElement || document.querySelector("dialog[open]") !== null) return;
  if (event.key === "Escape") lab.leave();
  else if (inside?.matches("input, select, textarea") === true) return;
  else if (event.key === ".") lab.step("batch");
  else if (event.key === ",") lab.back("batch");
  else if (event.key === "e") lab.step("epoch");
  else if (event.key === "l") lab.form(1);
  else if (event.key === "L") lab.form(-1);
  else if (event.key === "t") lab.explore(lab.focus === null ? "data" : `weights/${lab.focus.layer}`);
  else if (event.key === "?") help();
  else if (event.key === " " && inside === null) {
    event.preventDefault(); // the page would scroll
    if (lab.running) lab.pause();
    else lab.play();
  }
}
