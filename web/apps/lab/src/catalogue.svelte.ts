import { createContext } from "svelte";
import type { Catalogue, DrawnPoints } from "@vitrail/core";
import { fetchCatalogue, openNamed, putPoints, putTable, tableOf } from "./files.ts";
import type { Answer } from "./lab.svelte.ts";

/** What can be chosen from, and what is chosen in its whole; asked for once. */
export class Choices {
  catalogue = $state.raw<Catalogue | null>(null);

  constructor(private readonly workspace: string) {
    void this.load();
  }

  async load(): Promise<void> {
    this.catalogue = await fetchCatalogue();
  }

  open(name: string): Promise<Answer> {
    return openNamed(this.workspace, name);
  }

  useTable(table: Blob, name: string): Promise<Answer> {
    return putTable(this.workspace, table, name);
  }

  usePoints(points: DrawnPoints): Promise<Answer> {
    return putPoints(this.workspace, points);
  }

  get table(): string {
    return tableOf(this.workspace);
  }
}

export const [getChoices, setChoices] = createContext<Choices>();
