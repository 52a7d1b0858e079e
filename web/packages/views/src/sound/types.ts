import type { Speech, Theme } from "@vitrail/core";

/** The sound that an example was made of, at the rate and length of all samples. */
export interface Heard {
  /** Of its file, with its class' folder. */
  name: string;
  /** The lowest value at places along the waveform. */
  low: number[];
  high: number[];
  seconds: number;
  frames: number;
  frequencies: number;
  /** (frames, frequencies). */
  decibels: number[];
  /** Frames that each drawn one stands for. */
  together: number;
  /** The highest frequency, in Hz. */
  top: number;
}

export interface SoundProps {
  heard: Heard;
  theme: Theme;
  say: Speech;
}
