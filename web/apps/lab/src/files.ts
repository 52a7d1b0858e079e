import type { Notice } from "@vitrail/core";

const EXPERIMENT_FORMATS = ["toml", "py"] as const;

/** The field of an experiment that a refusal is about, such as `layers.1.config.units`; empty where it is none. */
export function fieldOf(refusal: Notice): string {
  return String(refusal.arguments["field"] ?? "");
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

/** Gives a workspace another experiment, or tells why it was refused: then nothing has changed. */
export async function putExperiment(workspace: string, body: BodyInit): Promise<Notice | null> {
  const answer = await ask(addressOf(workspace, "experiment"), { method: "PUT", body });
  return answer instanceof Response ? null : answer;
}

/** Opens an experiment's file in a workspace, and gives what is to be told about it. */
export async function openExperiment(workspace: string, file: File): Promise<Notice> {
  const refusal = await putExperiment(workspace, await file.arrayBuffer());
  return refusal ?? { type: "notice", level: "information", key: "lab.code.opened", arguments: { name: file.name } };
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
