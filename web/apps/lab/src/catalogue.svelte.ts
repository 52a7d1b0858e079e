import { createContext } from "svelte";
import type { Catalogue, DrawnPoints } from "@vitrail/core";
import { fetchCatalogue, openNamed, dataOf, putData, putPoints, type Roles } from "./files.ts";
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

  useFile(file: Blob, name: string, roles: Roles): Promise<Answer> {
    return putData(this.workspace, file, name, roles);
  }

  usePoints(points: DrawnPoints): Promise<Answer> {
    return putPoints(this.workspace, points);
  }

  /** Where the workspace's own data can be downloaded. */
  get own(): string {
    return dataOf(this.workspace);
  }
}

export const [getChoices, setChoices] = createContext<Choices>();
