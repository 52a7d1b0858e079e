import type { FilesCard, Speech } from "@vitrail/core";

export interface FilesProps {
  files: FilesCard;
  say: Speech;
}
