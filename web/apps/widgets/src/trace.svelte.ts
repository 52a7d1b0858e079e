import type {
  Explained,
  Kernel,
  Link,
  Listener,
  Look,
  Notice,
  ServerMessage,
  Theme,
  TraceRequest,
  Workspace,
} from "@vitrail/core";
import { Walking, type Focus, type Mode } from "@vitrail/views";

/** What one widget shows of a trace, and what the person looks at. */
export class TraceState implements Listener {
  theme = $state<Theme>("light");
  workspace = $state.raw<Workspace | null>(null);
  look = $state.raw<Look | null>(null);
  kernels = $state.raw<ReadonlyMap<string, Kernel>>(new Map());
  explained = $state.raw<Explained | null>(null);
  focus = $state.raw<Focus | null>(null);
  mode = $state<Mode>("a");
  sheet = $state<string | null>(null);
  loss = $state(NaN);
  checking = $state(false);
  notice = $state.raw<Notice | null>(null);
  followed = $state(0);

  readonly walking = new Walking((request) => {
    this.#ask(request);
  });
  readonly #link: Link<TraceRequest>;

  constructor(connect: (listener: Listener) => Link<TraceRequest>, theme: Theme) {
    this.theme = theme;
    this.#link = connect(this);
    this.walking.to(0);
  }

  turn(): void {
    // the notebook itself says where its kernel stands
  }

  hear(message: ServerMessage): void {
    switch (message.type) {
      case "workspace":
        this.workspace = message;
        break;
      case "frame":
        this.kernels = new Map(message.kernels.map((kernel) => [kernel.layer, kernel]));
        break;
      case "look":
        this.look = message;
        this.loss = message.loss ?? NaN;
        break;
      case "explained":
        this.explained = message;
        this.checking = false;
        break;
      case "notice":
        this.notice = message;
        this.checking = false;
        break;
      default:
        this.walking.take(message);
    }
  }

  follow(sample: number): void {
    this.followed = sample;
    this.#ask({ type: "follow", index: sample });
  }

  open(focus: Focus | null): void {
    this.focus = focus;
    if (focus === null) this.explained = null;
    this.#ask({ type: "focus", layer: focus?.layer ?? "", unit: focus?.unit ?? 0 });
  }

  check(): void {
    this.checking = true;
    this.#ask({ type: "check" });
  }

  close(): void {
    this.#link.close();
  }

  #ask(request: TraceRequest): void {
    this.notice = null;
    this.#link.send(request);
  }
}
