import type { Notice } from "@vitrail/core";

const EXPERIMENT_FORMATS = ["toml", "py"] as const;

/** The files of a workspace that can be taken away, by the address of the page. */
export function downloadsOf(workspace: string) {
  const address = (path: string, more: Record<string, string> = {}) =>
    `api/${path}?${new URLSearchParams({ workspace, ...more }).toString()}`;
  return [
    ...EXPERIMENT_FORMATS.map((format) => ({ name: format, address: address("experiment", { format }) })),
    { name: "model" as const, address: address("model") },
    { name: "history" as const, address: address("history") },
  ];
}

/** Opens an experiment in a workspace, and gives what is to be told about it. */
export async function openExperiment(workspace: string, file: File): Promise<Notice> {
  const address = `api/experiment?${new URLSearchParams({ workspace }).toString()}`;
  try {
    const response = await fetch(address, { method: "PUT", body: await file.arrayBuffer() });
    if (response.ok) {
      return { type: "notice", level: "information", key: "lab.code.opened", arguments: { name: file.name } };
    }
    const problem = (await response.json()) as Pick<Notice, "key" | "arguments">;
    return { type: "notice", level: "error", key: problem.key, arguments: problem.arguments };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { type: "notice", level: "error", key: "lab.code.refused", arguments: { reason } };
  }
}
