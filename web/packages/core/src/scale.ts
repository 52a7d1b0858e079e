export type Theme = "light" | "dark";
export type Rgb = readonly [number, number, number];

/** Where a negative, a zero and a positive number end up. */
export const ENDS: Record<Theme, { negative: Rgb; zero: Rgb; positive: Rgb }> = {
  light: { negative: [217, 95, 14], zero: [246, 244, 239], positive: [0, 109, 179] },
  dark: { negative: [240, 122, 44], zero: [36, 40, 48], positive: [44, 148, 222] },
};

/** No and full light of a picture's pixel: ink on paper, and light in the dark. */
const INK: Record<Theme, { none: Rgb; full: Rgb }> = {
  light: { none: [255, 255, 255], full: [28, 30, 36] },
  dark: { none: [18, 20, 25], full: [236, 234, 228] },
};

/** Steps on either side of zero, as many as int8 has. */
const STEPS = 127;
export const NOT_A_NUMBER: Rgb = [196, 30, 120];

/** Colours of several classes, told apart by people who see few colours too. */
const CLASSES: Record<Theme, readonly Rgb[]> = {
  light: [
    [0, 109, 179],
    [217, 95, 14],
    [0, 135, 98],
    [170, 84, 150],
    [184, 134, 0],
    [86, 96, 112],
    [60, 160, 210],
    [120, 62, 30],
  ],
  dark: [
    [44, 148, 222],
    [240, 122, 44],
    [34, 178, 138],
    [214, 126, 190],
    [226, 180, 40],
    [150, 160, 176],
    [130, 205, 245],
    [190, 120, 80],
  ],
};

const tables = new Map<string, Uint8Array>();

/** The colour of a class: of two, those of negative and positive numbers. */
export function classColour(label: number, classes: number, theme: Theme): Rgb {
  if (classes === 2) return label === 1 ? ENDS[theme].positive : ENDS[theme].negative;
  return CLASSES[theme][label % CLASSES[theme].length] ?? NOT_A_NUMBER;
}

/** A colour on the way from one to another. */
export function mixed(from: Rgb, to: Rgb, share: number): [number, number, number] {
  const part = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [part(0), part(1), part(2)];
}

function table(theme: Theme): Uint8Array {
  let colours = tables.get(theme);
  if (colours === undefined) {
    colours = new Uint8Array(3 * (2 * STEPS + 1));
    for (let step = -STEPS; step <= STEPS; step++) colours.set(diverging(step / STEPS, theme), 3 * (step + STEPS));
    tables.set(theme, colours);
  }
  return colours;
}

/** The colour of a share in [-1, 1] of the largest absolute value. */
export function diverging(share: number, theme: Theme): Rgb {
  const { negative, zero, positive } = ENDS[theme];
  if (Number.isNaN(share)) return NOT_A_NUMBER;
  const amount = Math.min(1, Math.abs(share));
  return mixed(zero, share < 0 ? negative : positive, amount);
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** Paints numbers as coloured glass, `most` being the number of full colour. */
export function paintGlass(values: ArrayLike<number>, most: number, theme: Theme, pixels: Uint8ClampedArray): void {
  const colours = table(theme);
  const factor = most > 0 ? STEPS / most : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    const step = Math.max(-STEPS, Math.min(STEPS, Math.round(value * factor)));
    const place = 3 * (step + STEPS);
    const bad = Number.isNaN(value);
    pixels[4 * i] = bad ? NOT_A_NUMBER[0] : (colours[place] ?? 0);
    pixels[4 * i + 1] = bad ? NOT_A_NUMBER[1] : (colours[place + 1] ?? 0);
    pixels[4 * i + 2] = bad ? NOT_A_NUMBER[2] : (colours[place + 2] ?? 0);
    pixels[4 * i + 3] = 255;
  }
}

/** Paints a grey picture: 0 is the paper, `most` the ink. */
export function paintPicture(values: ArrayLike<number>, most: number, theme: Theme, pixels: Uint8ClampedArray): void {
  const { none, full } = INK[theme];
  for (let i = 0; i < values.length; i++) {
    const share = (values[i] ?? 0) / most;
    pixels[4 * i] = none[0] + (full[0] - none[0]) * share;
    pixels[4 * i + 1] = none[1] + (full[1] - none[1]) * share;
    pixels[4 * i + 2] = none[2] + (full[2] - none[2]) * share;
    pixels[4 * i + 3] = 255;
  }
}

/** Paints a picture of red, green and blue, in its own colours in either theme. */
export function paintColours(values: ArrayLike<number>, most: number, pixels: Uint8ClampedArray): void {
  for (let i = 0; 3 * i < values.length; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * i + channel] = (255 * (values[3 * i + channel] ?? 0)) / most;
    }
    pixels[4 * i + 3] = 255;
  }
}
