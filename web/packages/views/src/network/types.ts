import type {
  Box,
  Clock,
  Column,
  Explained,
  Kernel,
  LayerCard,
  LayerLook,
  Look,
  Region,
  Speech,
  Theme,
  Workspace,
} from "@vitrail/core";

/** What the glass of a unit is coloured by. */
export type Mode = "weights" | "z" | "a" | "delta";
export const MODES: readonly Mode[] = ["weights", "z", "a", "delta"];

export interface Focus {
  layer: string;
  unit: number;
}

/** One weight: of a unit, for one of its inputs. */
export interface Connection extends Focus {
  input: number;
}

/** How the drawing itself changes what is trained; without it, it only shows. */
export interface Editing {
  /** Switches a feature of the plane on or off, where that can be done here. */
  onfeature: ((name: string, on: boolean) => void) | null;
  /** Gives a layer one unit more or less. */
  onunits: (layer: string, more: boolean) => void;
  /** Adds a hidden layer, or takes the last one away. */
  onlayers: (more: boolean) => void;
  /** Hidden layers that there are, none where their number cannot be changed here. */
  hidden: number | null;
}

/** The opened unit and the strongest connections that it is drawn with. */
export type Connections = Pick<Explained, "layer" | "unit" | "terms" | "back_terms">;

export interface NetworkProps {
  workspace: Workspace;
  kernels: ReadonlyMap<string, Kernel>;
  /** What units respond to over the plane of the data. */
  regions?: ReadonlyMap<string, Region>;
  /** The newest look, of the followed example. */
  look: Look | null;
  /** The opened unit's connections for the followed example, once they are there. */
  unit: Connections | null;
  /** Place of the followed example among all. */
  followed: number | null;
  focus: Focus | null;
  /** The layer whose units are all shown. */
  sheet: string | null;
  running: boolean;
  mode: Mode;
  theme: Theme;
  /** When and of what example the numbers are, in words; without it that of a training. */
  caption?: string;
  say: Speech;
  onfocus: (focus: Focus | null) => void;
  onmode: (mode: Mode) => void;
  onsheet: (layer: string | null) => void;
  editing?: Editing | null;
  /** The connection whose weight is looked at. */
  connection?: Connection | null;
  onconnection?: (connection: Connection) => void;
  /** A unit comes under the pointer or the keyboard, or none any more. */
  onpoint?: (unit: Focus | null) => void;
}

/** The numbers of one unit for the followed example. */
export interface Numbers {
  z: number;
  a: number;
  /** None where nobody said what the example should give. */
  delta: number | null;
}

/** The numbers of full colour in a layer. */
export interface Most {
  z: number;
  a: number;
  delta: number;
}

/** One unit as it is drawn. */
export interface UnitPicture {
  unit: number;
  numbers: Numbers | null;
  /** Its weights, as a picture; none where they cannot be seen as one or another number was asked for. */
  weights: ArrayLike<number> | null;
  /** What colours it otherwise: a share in [-1, 1] of the layer's largest. */
  share: number | null;
}

/** One column of the drawing: the example, or a layer. */
export interface ColumnView {
  column: Column;
  /** None for the example. */
  card: LayerCard | null;
  look: LayerLook | null;
  most: Most;
  /** The units that are shown, and where. */
  units: readonly number[];
  boxes: readonly Box[];
  total: number;
}

/** When and of what example a number is. */
export interface Moment {
  clock: Clock;
  index: number;
}
