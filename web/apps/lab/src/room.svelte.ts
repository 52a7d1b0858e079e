import type { Explored, ServerMessage, TensorEntry, TensorRequest } from "@vitrail/core";
import { Exploring } from "@vitrail/views/tensor";

/** What the server told about the tensors of the training, while somebody explores them. */
export class Room {
  entries = $state.raw<readonly TensorEntry[]>([]);
  explored = $state.raw<Explored | null>(null);
  exploring = $state.raw<Exploring>(this.#begin());
  /** A tensor that was turned to and is not whole yet: until then the one before is shown. */
  #coming: { explored: Explored; exploring: Exploring } | null = null;

  constructor(private readonly ask: (request: TensorRequest) => void) {}

  take(message: ServerMessage): void {
    if (message.type === "tensors") this.entries = message.entries;
    else if (message.type !== "explored") this.#tell(message);
    else if (message.name === this.explored?.name) this.explored = message;
    else this.#coming = { explored: message, exploring: this.#begin() };
  }

  #tell(message: ServerMessage): void {
    (this.#coming?.exploring ?? this.exploring).take(message);
    if (this.#coming === null || this.#coming.exploring.shown === null) return;
    ({ explored: this.explored, exploring: this.exploring } = this.#coming);
    this.#coming = null;
  }

  #begin(): Exploring {
    return new Exploring((request) => {
      this.ask(request);
    });
  }
}
