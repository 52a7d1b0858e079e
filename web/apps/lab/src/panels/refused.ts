import type { Notice } from "@vitrail/core";
import { fieldOf } from "../files.ts";

/** What of a field's name follows a beginning, up to the next part; null where the refusal is about something else. */
export function refusedIn(refusal: Notice | null, beginning: string): string | null {
  const field = refusal === null ? "" : fieldOf(refusal);
  if (!field.startsWith(beginning) || field === "") return null;
  return field.slice(beginning.length).split(".")[0] ?? "";
}
