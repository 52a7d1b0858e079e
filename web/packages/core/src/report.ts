import { stored } from "./tensor.ts";
import type { Report } from "./wire.ts";

/** One cell of a confusion table. */
export interface Cell {
  truth: number;
  predicted: number;
  count: number;
  /** Of the examples of the true class. */
  share: number;
}

/** The confusion table, row by row of the true class; empty where no classes are learnt. */
export function cellsOf(report: Report): Cell[][] {
  if (report.counts === null) return [];
  const counts = stored(report.counts);
  const [classes = 0] = report.counts.shape;
  const numbers = Array.from({ length: classes }, (_, k) => k);
  return numbers.map((truth) => {
    const row = numbers.map((predicted) => counts[truth * classes + predicted] ?? 0);
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({ truth, predicted, count, share: total === 0 ? 0 : count / total }));
  });
}

/** What is taken for something else most often, the most frequent mistake first. */
export function confusions(report: Report, most: number): Cell[] {
  return cellsOf(report)
    .flat()
    .filter((cell) => cell.truth !== cell.predicted && cell.count > 0)
    .sort((one, other) => other.count - one.count || one.truth - other.truth || one.predicted - other.predicted)
    .slice(0, most);
}

/** Which examples to look for; what is not said does not matter. */
export interface Search {
  truth?: number | null;
  predicted?: number | null;
  wrong?: boolean;
}

/** The places of the examples that fit, in their order. */
export function search(report: Report, { truth = null, predicted = null, wrong = false }: Search): number[] {
  const labels = stored(report.labels);
  const answers = stored(report.answers);
  const found: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (truth !== null && labels[i] !== truth) continue;
    if (predicted !== null && answers[i] !== predicted) continue;
    if (wrong && labels[i] === answers[i]) continue;
    found.push(i);
  }
  return found;
}

/** How far each answer is from what it should be. */
export function errorsOf(report: Report): number[] {
  const labels = stored(report.labels);
  const answers = Array.from(stored(report.answers));
  return report.kind === "distances" ? answers : answers.map((value, i) => Math.abs(value - (labels[i] ?? NaN)));
}

/** The places of the examples that are furthest from what they should be, the worst first. */
export function worst(report: Report, most: number): number[] {
  const errors = errorsOf(report);
  const size = (place: number) => {
    const error = errors[place] ?? 0;
    return Number.isNaN(error) ? Infinity : error;
  };
  return errors
    .map((_, place) => place)
    .sort((one, other) => size(other) - size(one) || one - other)
    .slice(0, most);
}

/** How often numbers fall into each of some equal steps from 0 to the largest. */
export function histogram(values: readonly number[], steps: number): { high: number; counts: number[] } {
  const finite = values.filter(Number.isFinite);
  const high = finite.reduce((most, value) => Math.max(most, value), 0);
  const counts = Array<number>(steps).fill(0);
  for (const value of finite) {
    const step = high === 0 ? 0 : Math.min(steps - 1, Math.floor((value / high) * steps));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return { high, counts };
}
