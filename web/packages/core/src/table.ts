import type { ColumnCard, Filling, How, Role, TableCard } from "./wire.ts";

/** Options of a data set that is a table, as an experiment writes them. */
type Options = Record<string, unknown>;

const ROLES: readonly Role[] = ["target", "numeric", "category", "time", "group", "identifier", "text", "ignored"];

/** The roles that a column can have by what it holds. */
export function rolesOf(kind: ColumnCard["kind"]): Role[] {
  const unfit: Partial<Record<Role, boolean>> = {
    target: kind === "time",
    numeric: kind !== "number",
    time: kind !== "time",
  };
  return ROLES.filter((role) => unfit[role] !== true);
}

/** The options with another role for one column; what was said of it as it was, or of another target, is forgotten. */
export function withColumnRole(options: Options, table: TableCard, name: string, role: Role): Options {
  const column = table.columns.find((one) => one.name === name);
  const wasTarget = column?.role === "target";
  const isGuess = !wasTarget && column?.guessed === role;
  const next = role === "target" || wasTarget ? without(options, ["target", "task", "classes"]) : options;
  const roles = role === "target" || isGuess ? {} : { [name]: role };
  return tidy({
    ...next,
    ...(role === "target" ? { target: name } : {}),
    roles: { ...without(next["roles"], [name]), ...roles },
    missing: without(next["missing"], [name]),
  });
}

/** The options with another way for the missing values of one column. */
export function withFilling(options: Options, name: string, filling: Filling): Options {
  return { ...options, missing: { ...without(options["missing"], []), [name]: filling } };
}

/** The options with another way of splitting the rows; the column that it needs is found by its role. */
export function withSplit(options: Options, how: How): Options {
  const others = without(options, ["split", "split_column"]);
  return how === "random" ? others : { ...others, split: how };
}

/** The options with the target's numbers taken for classes, or for values. */
export function withTask(options: Options, classified: boolean): Options {
  const words = ["auto", "classes", "numbers"];
  const said = words.includes(String(options["target"])) ? ["classes", "target"] : ["classes"];
  return { ...without(options, said), task: classified ? "classification" : "regression" };
}

/** How a table becomes samples: a row each, windows of a series, or texts. */
export type Reading = "rows" | "series" | "texts";

/** How options read a table: as the name of one of them says. */
export function readingOf(options: Options): Reading {
  return "window" in options ? "series" : "text" in options ? "texts" : "rows";
}

const WINDOW = 24;

/** The options of another reading. What was said of rows is said of no window and of no text. */
export function withReading(reading: Reading, column: string | undefined): Options {
  if (reading === "series") return { window: WINDOW };
  return reading === "texts" && column !== undefined ? { text: column } : {};
}

/** The column whose texts are longest in words, of those that hold texts. */
export function wordiest(table: TableCard): string | undefined {
  const words = (column: ColumnCard) => Math.max(0, ...column.examples.map((text) => text.split(/\s+/).length));
  return table.columns
    .filter((one) => one.kind === "text" && one.role !== "target")
    .sort((one, other) => words(other) - words(one))[0]?.name;
}

function without(value: unknown, names: readonly string[]): Options {
  const options = typeof value === "object" && value !== null ? (value as Options) : {};
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

/** Without maps that say nothing. */
function tidy(options: Options): Options {
  const silent = ["roles", "missing"].filter((name) => Object.keys(options[name] as Options).length === 0);
  return without(options, silent);
}
