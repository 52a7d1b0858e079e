// Runs in the lab's page before its own program: counts what is painted and what arrives, and waits for effects.
(() => {
  const NAME = 7; // a message begins with the head of its map, "type" with a head, and the head of its name
  const CLOCK = 100; // and a frame with its clock
  const counted = { states: new Set(), from: 0, frames: 0, bytes: 0 };
  const interactions = new Map();
  const waiting = new Set();

  const nameOf = (bytes) => new TextDecoder().decode(bytes.subarray(NAME, NAME + 9));

  /** The number that follows a key of MessagePack, which is looked for from the end or in a message's beginning. */
  function numberOf(bytes, key) {
    const place = new TextDecoder("latin1").decode(bytes).lastIndexOf(key);
    if (place < 0) return NaN;
    const view = new DataView(bytes.buffer, bytes.byteOffset + place + key.length);
    const kind = view.getUint8(0);
    if (kind < 0x80) return kind;
    if (kind === 0xcb) return view.getFloat64(1);
    return { 0xcc: () => view.getUint8(1), 0xcd: () => view.getUint16(1), 0xce: () => view.getUint32(1) }[kind]?.() ?? NaN;
  }

  const updatesOf = (bytes) => numberOf(bytes.subarray(0, CLOCK), "updates");

  function hear({ data }) {
    const bytes = new Uint8Array(data);
    const name = nameOf(bytes);
    if (name.startsWith("frame")) {
      counted.frames += 1;
      counted.bytes += bytes.length;
    }
    for (const one of waiting) {
      if (!one.shows(name, bytes)) continue;
      waiting.delete(one);
      // The page draws in the next frame; the one after begins when that has been painted.
      requestAnimationFrame(() => requestAnimationFrame(() => one.done(performance.now())));
    }
  }

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", hear);
    }
  };

  const textOf = (id) => document.querySelector(`[data-testid=${id}]`)?.textContent;

  function look() {
    const epoch = textOf("clock-epoch");
    if (epoch !== undefined) counted.states.add(`${epoch} ${textOf("clock-batch")}`);
    probe.drawn ??= document.querySelector("[data-testid=network] canvas, [data-testid=network] button")
      ? performance.now()
      : undefined;
    requestAnimationFrame(look);
  }
  requestAnimationFrame(look);

  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId > 0) interactions.set(interactionId, Math.max(interactions.get(interactionId) ?? 0, duration));
    }
  }).observe({ type: "event", durationThreshold: 16 });

  const until = (shows) => new Promise((done) => waiting.add({ shows, done }));

  const probe = {
    drawn: undefined,
    /** Counts for some seconds. */
    async count(seconds) {
      Object.assign(counted, { states: new Set(), from: performance.now(), frames: 0, bytes: 0 });
      await new Promise((done) => setTimeout(done, 1000 * seconds));
      const took = (performance.now() - counted.from) / 1000;
      return { states: counted.states.size / took, bytes: counted.bytes / Math.max(1, counted.frames) };
    },
    /** How long each press, with its release, waited for its picture since this was asked last: of those over 16 ms. */
    interactions() {
      const durations = [...interactions.values()];
      interactions.clear();
      return durations;
    },
    /** Milliseconds from typing a learning rate to the picture of a state that has it. */
    async rate(value) {
      const field = document.querySelector("[data-testid=learning-rate]");
      field.value = String(value);
      const began = performance.now();
      const seen = until((name, bytes) => name.startsWith("frame") && Math.abs(numberOf(bytes, "learning_rate") / value - 1) < 1e-5);
      field.dispatchEvent(new Event("change", { bubbles: true }));
      return (await seen) - began;
    },
    /** Milliseconds from asking for another experiment to the picture of its network, and to that of its first trained state. */
    async replace(workspace, experiment) {
      let entered = false;
      let updates = 0;
      const began = performance.now();
      const seen = until((name, bytes) => {
        entered ||= name.startsWith("workspace");
        if (!entered || !name.startsWith("frame")) return false;
        updates = updatesOf(bytes);
        return true;
      });
      const answer = await fetch(`api/experiment?workspace=${workspace}`, { method: "PUT", body: experiment });
      if (!answer.ok) throw new Error(await answer.text());
      const drawn = (await seen) - began;
      const again = performance.now();
      const trained = until((name, bytes) => name.startsWith("frame") && updatesOf(bytes) > updates);
      document.querySelector("[data-testid=step-batch]").click();
      return { drawn, trained: (await trained) - again };
    },
  };
  window.probe = probe;
})();
