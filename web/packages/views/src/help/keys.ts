import type { Key } from "@vitrail/core";

/** What every key does: its caps (a text of the catalogue, or the sign itself), and the words for it. */
export const KEYS: readonly { caps: readonly (Key | "." | "," | "e" | "l" | "t" | "?")[]; does: Key }[] = [
  { caps: ["lab.key.space"], does: "lab.key.play" },
  { caps: ["."], does: "lab.key.batch" },
  { caps: [","], does: "lab.key.back" },
  { caps: ["e"], does: "lab.key.epoch" },
  { caps: ["l"], does: "lab.key.form" },
  { caps: ["t"], does: "lab.key.explore" },
  { caps: ["lab.key.arrows"], does: "lab.key.move" },
  { caps: ["lab.key.enter"], does: "lab.key.open" },
  { caps: ["lab.key.escape"], does: "lab.key.leave" },
  { caps: ["lab.key.undo"], does: "lab.key.undo_does" },
  { caps: ["lab.key.tab"], does: "lab.key.next" },
  { caps: ["?"], does: "lab.key.help" },
];
