import type { Notice, Speech } from "@vitrail/core";

/** Something that was told, with a number of its own so that equal ones stay apart. */
export interface Told {
  id: number;
  notice: Notice;
}

export interface NoticesProps {
  told: readonly Told[];
  say: Speech;
  ondismiss: (id: number) => void;
}
