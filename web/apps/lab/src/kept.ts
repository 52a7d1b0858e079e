import type { FileCard, Notice, RunCard, WorkspaceEntry } from "@vitrail/core";
import type { RunFile } from "@vitrail/views";
import { addressOf, ask } from "./files.ts";

/** What the server keeps of a workspace. Every answer may be a notice, which says why it could not be had. */
export interface Keeping {
  runs(): Promise<readonly RunCard[] | Notice>;
  keep(): Promise<RunCard | Notice>;
  rename(run: string, name: string): Promise<Notice | null>;
  remove(run: string): Promise<Notice | null>;
  undelete(run: string): Promise<Notice | null>;
  restore(run: string): Promise<Notice | null>;
  workspaces(): Promise<readonly WorkspaceEntry[] | Notice>;
  inspect(file: File): Promise<FileCard | Notice>;
  open(file: File): Promise<{ workspace: string } | Notice>;
}

export function isNotice(answer: object | null): answer is Notice {
  return answer !== null && "type" in answer && answer.type === "notice";
}

/** The keeping of a workspace, over HTTP. */
export function keepingOf(workspace: string): Keeping {
  const at = (path: string) => addressOf(workspace, path);
  const json = (method: string, body: unknown) => ({
    method,
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  async function read<T>(address: string, init?: RequestInit): Promise<T | Notice> {
    const answer = await ask(address, init);
    return answer instanceof Response ? ((await answer.json()) as T) : answer;
  }
  async function act(address: string, init: RequestInit): Promise<Notice | null> {
    const answer = await ask(address, init);
    return answer instanceof Response ? null : answer;
  }
  return {
    runs: () => read(at("runs")),
    keep: () => read(at("runs"), json("POST", { name: "" })),
    rename: (run, name) => act(at(`runs/${run}`), json("PATCH", { name })),
    remove: (run) => act(at(`runs/${run}`), { method: "DELETE" }),
    undelete: (run) => act(at(`runs/${run}/undelete`), { method: "POST" }),
    restore: (run) => act(at(`runs/${run}/restore`), { method: "POST" }),
    workspaces: () => read(at("workspaces")),
    inspect: (file) => read("api/file/contents", { method: "POST", body: file }),
    open: (file) =>
      read(`api/file?${new URLSearchParams({ name: file.name.replace(/\.vitrail$/, "") }).toString()}`, {
        method: "POST",
        body: file,
      }),
  };
}

/** Where a file of a run comes from. */
export function runFileOf(workspace: string, run: string, file: RunFile, language: string): string {
  return addressOf(workspace, `runs/${run}/${file}`, { lang: language });
}
