import {
  isSameEnd,
  nameOf,
  readExperiment,
  snakeCase,
  type CompileForm,
  type EpochRow,
  type ExperimentForm,
  type Notice,
  type RunCard,
  type WorkspaceEntry,
} from "@vitrail/core";
import { SvelteSet } from "svelte/reactivity";
import { isNotice, type Keeping } from "./kept.ts";

/** A curve of one loss beside that of another compares nothing. */
const lossOf = (compile: CompileForm): string => snakeCase(nameOf(compile.loss));

/** The kept runs of the workspace: which there are, which are compared, and which one is the ghost. */
export class Runs {
  list = $state.raw<readonly RunCard[]>([]);
  workspaces = $state.raw<readonly WorkspaceEntry[]>([]);
  /** Those that are compared. */
  readonly chosen = new SvelteSet<string>();
  /** The run that came last to be deleted, as long as it can come back. */
  deleted = $state.raw<RunCard | null>(null);
  ghostShown = $state(true);
  #ghost = $state<string | null>(null);

  constructor(
    private readonly keeping: Keeping,
    private readonly tell: (notice: Notice) => void,
  ) {}

  /** The run whose curve is looked back at: the chosen one, or else the last before this of the same data and the same loss. */
  ghost(now: ExperimentForm | null, history: readonly EpochRow[]): RunCard | null {
    const chosen = this.list.find((run) => run.id === this.#ghost);
    const last = this.list.find((run) => {
      const { data, compile } = readExperiment(run.experiment);
      const alike = data.name === now?.data.name && lossOf(compile) === lossOf(now.compile);
      return alike && !isSameEnd(run.history, history);
    });
    return chosen ?? last ?? null;
  }

  async refresh(): Promise<void> {
    const answer = await this.keeping.runs();
    if (isNotice(answer)) this.tell(answer);
    else this.list = answer;
    for (const id of this.chosen) if (!this.list.some((run) => run.id === id)) this.chosen.delete(id);
  }

  async findWorkspaces(): Promise<void> {
    const answer = await this.keeping.workspaces();
    if (!isNotice(answer)) this.workspaces = answer;
  }

  async keep(): Promise<void> {
    const answer = await this.keeping.keep();
    if (isNotice(answer)) this.tell(answer);
    else await this.refresh();
  }

  async rename(run: string, name: string): Promise<void> {
    await this.#act(this.keeping.rename(run, name));
  }

  async remove(run: string): Promise<void> {
    const card = this.list.find((one) => one.id === run) ?? null;
    if (await this.#act(this.keeping.remove(run))) this.deleted = card;
  }

  async undelete(): Promise<void> {
    if (this.deleted !== null && (await this.#act(this.keeping.undelete(this.deleted.id)))) this.deleted = null;
  }

  /** Goes on from a run; tells whether it could. */
  restore(run: string): Promise<boolean> {
    return this.#act(this.keeping.restore(run));
  }

  choose(run: string, chosen: boolean): void {
    if (chosen) this.chosen.add(run);
    else this.chosen.delete(run);
  }

  /** Makes a run the ghost, or lets the last one be it again. */
  haunt(run: string): void {
    this.#ghost = this.#ghost === run ? null : run;
    this.ghostShown = true;
  }

  async #act(doing: Promise<Notice | null>): Promise<boolean> {
    const refusal = await doing;
    if (refusal === null) await this.refresh();
    else this.tell(refusal);
    return refusal === null;
  }
}
