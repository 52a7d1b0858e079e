import type { Clock, Grain, Speech, Status } from "@vitrail/core";

export interface TransportProps {
  clock: Clock | null;
  status: Status;
  /** Whether there is somebody to obey. */
  ready: boolean;
  say: Speech;
  onplay: () => void;
  onpause: () => void;
  onstep: (grain: Grain) => void;
  onback: (grain: Grain) => void;
  onreset: () => void;
}
