import { readNumber, type ChainCard, type OperationCard, type ParameterCard, type StepDraft } from "@vitrail/core";

export type Argument = ParameterCard["default"];

/** A step with all that its operation wants set to something. */
export function draftOf(operation: OperationCard, name: string, known: readonly string[]): StepDraft {
  const of = known.at(-1) ?? "";
  return {
    name,
    operation: operation.name,
    arguments: Object.fromEntries(operation.parameters.map((one) => [one.name, one.default])),
    of,
    ...(operation.arity === 2 ? secondOf(known, of) : { second: null, constant: null }),
  };
}

/** The same step with another operation, that takes the same tensor. */
export function withOperation(draft: StepDraft, operation: OperationCard, known: readonly string[]): StepDraft {
  const begun = { ...draftOf(operation, draft.name, known), of: draft.of };
  const kept = operation.arity === 2 && (draft.second !== null || draft.constant !== null);
  return kept ? { ...begun, second: draft.second, constant: draft.constant } : begun;
}

function secondOf(known: readonly string[], of: string): Pick<StepDraft, "second" | "constant"> {
  const other = known.findLast((name) => name !== of);
  return other === undefined ? { second: null, constant: "1" } : { second: other, constant: null };
}

/** The tensors that a step may take: those given, and the results of the steps before it. */
export function knownBefore(card: ChainCard, step: string | null): string[] {
  const place = card.steps.findIndex((one) => one.draft.name === step);
  const before = place < 0 ? card.steps : card.steps.slice(0, place);
  return [...card.tensors.map((one) => one.name), ...before.map((one) => one.draft.name)];
}

/** A name that nothing has yet. */
export function freshName(card: ChainCard): string {
  const taken = new Set(knownBefore(card, null));
  let number = card.steps.length + 1;
  while (taken.has(`step${String(number)}`)) number += 1;
  return `step${String(number)}`;
}

/** A parameter's value as it is typed. */
export function typedOf(value: Argument): string {
  if (value === null) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** What was typed for a parameter; undefined where it can be meant for none. */
export function readArgument({ type, optional }: ParameterCard, typed: string): Argument | undefined {
  if (type === "axes" || type === "shape") return readList(typed);
  if (typed.trim() === "") return optional ? null : undefined;
  if (type === "choice") return typed;
  const value = readNumber(typed);
  return value === null || (type !== "number" && !Number.isInteger(value)) ? undefined : value;
}

function readList(typed: string): number[] | undefined {
  const numbers = typed
    .split(/[\s,;×()[\]]+/)
    .filter((part) => part !== "")
    .map((part) => readNumber(part));
  const whole = numbers.filter((one) => one !== null && Number.isInteger(one));
  return whole.length === numbers.length ? (whole as number[]) : undefined;
}

/** A shape or an index as Python writes it. */
export function tupleOf(lengths: readonly number[]): string {
  return `(${lengths.join(", ")}${lengths.length === 1 ? "," : ""})`;
}
