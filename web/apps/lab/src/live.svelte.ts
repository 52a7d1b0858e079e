import { metricsOf, type Frame, type Speech } from "@vitrail/core";

/** While training plays on, an epoch is spoken of no more often than this, in milliseconds. */
const QUIET_FOR = 5000;
const SHARES = /accuracy$/;

/** What a screen reader is told of a training, without being asked: ends of epochs, and where it stands still. */
export class Live {
  text = $state("");
  #before: Frame | null = null;
  #spoke = -Infinity;

  /** Looks at the newest frame, at a moment in milliseconds. */
  see(frame: Frame | null, say: Speech, now: number): void {
    const before = this.#before;
    this.#before = frame;
    if (frame === null || before === null) return;
    const stopped =
      frame.status === "idle" && (before.status !== "idle" || frame.clock.updates !== before.clock.updates);
    const row = frame.last;
    const ended = frame.clock.epoch > before.clock.epoch && row !== null;
    if (ended && (frame.status === "idle" || now - this.#spoke > QUIET_FOR)) {
      this.#spoke = now;
      this.text = say.text("lab.live.epoch", { epoch: row.epoch, figures: figures(frame, say) });
    } else if (stopped) {
      this.text = say.text("lab.live.stands", { epoch: frame.clock.epoch, batch: frame.clock.batch });
    }
  }
}

/** The loss and the first metric, of training and test. */
function figures(frame: Frame, say: Speech): string {
  const logs = frame.last?.logs ?? {};
  const names = ["loss", metricsOf(frame)[0] ?? ""].flatMap((name) => [name, `val_${name}`]);
  return names
    .flatMap((name) => {
      const value = logs[name];
      if (value === undefined) return [];
      const written = SHARES.test(name) ? say.percent(value) : say.number(value);
      return [say.text("lab.live.figure", { name: say.metric(name), value: written })];
    })
    .join(", ");
}
