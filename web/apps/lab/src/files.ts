import type { Catalogue, DrawnPoints, ExperimentForm, Notice } from "@vitrail/core";
import type { Heard } from "@vitrail/views";
import type { Adapted, Answer } from "./lab.svelte.ts";

const EXPERIMENT_FORMATS = ["toml", "py"] as const;

/** The field of an experiment that a refusal is about, such as `layers.1.config.units`; empty where it is none. */
export function fieldOf(refusal: Notice): string {
  return String(refusal.arguments["field"] ?? "");
}

/** A limit in megabytes or in millions of pixels, as people are told it. */
export function millions(limit: number): number {
  return Math.round(limit / 1e6);
}

export function addressOf(workspace: string, path: string, more: Record<string, string> = {}): string {
  return `api/${path}?${new URLSearchParams({ workspace, ...more }).toString()}`;
}

/** The files of a workspace that can be taken away, by the address of the page. */
export function downloadsOf(workspace: string, language: string) {
  return [
    ...EXPERIMENT_FORMATS.map((format) => ({
      name: format,
      address: addressOf(workspace, "experiment", { format }),
    })),
    { name: "ipynb" as const, address: addressOf(workspace, "notebook", { lang: language }) },
    { name: "model" as const, address: addressOf(workspace, "model") },
    { name: "history" as const, address: addressOf(workspace, "history") },
  ];
}

/** Asks the server, and gives its answer, or why there is none. */
export async function ask(address: string, init?: RequestInit): Promise<Response | Notice> {
  try {
    const response = await fetch(address, init);
    return response.ok ? response : refusalOf(await response.json());
  } catch (error) {
    return unasked(error);
  }
}

/** Gives a workspace another experiment, or own data, or tells why it was refused: then nothing has changed. */
async function put(address: string, body: BodyInit): Promise<Answer> {
  const answer = await ask(address, { method: "PUT", body });
  if (!(answer instanceof Response)) return { refusal: answer, adapted: [] };
  return { refusal: null, adapted: answer.status === 204 ? [] : ((await answer.json()) as Adapted[]) };
}

/** Changes what a workspace trains, and goes on with its weights where they fit. */
export function changeExperiment(workspace: string, experiment: ExperimentForm, adapt: boolean): Promise<Answer> {
  const how = { keep: "true", ...(adapt ? { adapt: "true" } : {}) };
  return put(addressOf(workspace, "experiment", how), JSON.stringify(experiment));
}

/** Opens an experiment of the catalogue. */
export async function openNamed(workspace: string, name: string): Promise<Answer> {
  const found = await ask(`api/catalogue/${encodeURIComponent(name)}`);
  if (!(found instanceof Response)) return { refusal: found, adapted: [] };
  return put(addressOf(workspace, "experiment"), await found.text());
}

/** Which array holds the samples, and which what is to be learnt: one, a column's number, or the samples themselves. */
export interface Roles {
  x?: string;
  y?: string;
}

/** Trains on a file of one's own, whose name says what kind it is. */
export function putData(workspace: string, file: Blob, name: string, roles: Roles): Promise<Answer> {
  const asked = { name, ...roles };
  return put(addressOf(workspace, "data", asked), file.slice(0, file.size, "application/octet-stream"));
}

/** A raw row of a table: texts by the names of columns; null where a value is missing. */
export type RawRow = Record<string, string | null>;

/** The raw row that an example was made of, or why there is none. */
export async function rowOf(workspace: string, index: number): Promise<{ row: RawRow; target: string } | Notice> {
  const answer = await ask(addressOf(workspace, "row", { index: String(index) }));
  return answer instanceof Response ? ((await answer.json()) as { row: RawRow; target: string }) : answer;
}

/** A raw row as the network gets it, with the columns whose value it never met, or why it is none. */
export async function encodeRow(
  workspace: string,
  row: RawRow,
): Promise<{ values: number[]; unknown: string[] } | Notice> {
  const body = new Blob([JSON.stringify(row)], { type: "application/json" });
  const answer = await ask(addressOf(workspace, "row"), { method: "POST", body });
  return answer instanceof Response ? ((await answer.json()) as { values: number[]; unknown: string[] }) : answer;
}

/** Trains on points that were drawn. */
export function putPoints(workspace: string, points: DrawnPoints): Promise<Answer> {
  return put(addressOf(workspace, "data"), new Blob([JSON.stringify(points)], { type: "application/json" }));
}

export const dataOf = (workspace: string): string => addressOf(workspace, "data");

export async function fetchCatalogue(): Promise<Catalogue | null> {
  const answer = await ask("api/catalogue");
  return answer instanceof Response ? ((await answer.json()) as Catalogue) : null;
}

/** Opens another experiment in a workspace, from its first weights, or tells why it was refused. */
export async function putExperiment(workspace: string, body: BodyInit): Promise<Notice | null> {
  return (await put(addressOf(workspace, "experiment"), body)).refusal;
}

/** Opens an experiment's file in a workspace, and gives what is to be told about it. */
export async function openExperiment(workspace: string, file: File): Promise<Notice> {
  const refusal = await putExperiment(workspace, await file.arrayBuffer());
  return refusal ?? { type: "notice", level: "information", key: "lab.code.opened", arguments: { name: file.name } };
}

/** A sound as the network gets it, and what the file held. */
export interface SoundSample {
  values: number[];
  rate: number;
  seconds: number;
  channels: number;
}

/** Makes a sound's file an example of the workspace's data, or tells why it is none. */
export async function sendSound(workspace: string, file: File): Promise<SoundSample | Notice> {
  const body = file.slice(0, file.size, "application/octet-stream");
  const answer = await ask(addressOf(workspace, "sound", { name: file.name }), { method: "POST", body });
  return answer instanceof Response ? ((await answer.json()) as SoundSample) : answer;
}

/** The sound that an example was made of, or why there is none. */
export async function soundOf(workspace: string, index: number): Promise<Heard | Notice> {
  const answer = await ask(addressOf(workspace, "sound", { index: String(index) }));
  return answer instanceof Response ? ((await answer.json()) as Heard) : answer;
}

/** A picture as the network gets it, and what was done to it. */
export interface PictureSample {
  values: number[];
  /** Height, width and channels of the file. */
  source: [number, number, number];
  greyed: boolean;
  resized: boolean;
}

/** Makes a picture's file an example of the workspace's data, or tells why it is none. */
export async function sendPicture(
  workspace: string,
  file: File,
  choices: { invert: boolean; centre: boolean },
): Promise<PictureSample | Notice> {
  const asked = { name: file.name, invert: String(choices.invert), centre: String(choices.centre) };
  try {
    const response = await fetch(addressOf(workspace, "picture", asked), { method: "POST", body: file });
    return response.ok ? ((await response.json()) as PictureSample) : refusalOf(await response.json());
  } catch (error) {
    return unasked(error);
  }
}

function refusalOf(problem: unknown): Notice {
  const { key, arguments: values } = problem as Pick<Notice, "key" | "arguments">;
  return { type: "notice", level: "error", key, arguments: values };
}

function unasked(error: unknown): Notice {
  const reason = error instanceof Error ? error.message : String(error);
  return { type: "notice", level: "error", key: "lab.code.refused", arguments: { reason } };
}
