import { experimentIn, nameOfLink, readExperiment, type Notice } from "@vitrail/core";
import { isNotice, keepingOf } from "./kept.ts";
import { putExperiment } from "./files.ts";

/** Opens the experiment of a link in a workspace of its own, and gives the address to go to, or why not. */
export async function openLink(link: string, page: string): Promise<string | Notice> {
  const experiment = await experimentIn(link);
  if (experiment === null) return { type: "notice", level: "error", key: "lab.share.no_link", arguments: {} };
  const name = await nameOfLink(experiment);
  const known = await keepingOf(name).workspaces();
  const opened = !isNotice(known) && known.some((entry) => entry.name === name); // and may have been trained since
  const refusal = opened ? null : await putExperiment(name, JSON.stringify(readExperiment(experiment)));
  if (refusal !== null) return refusal;
  const address = new URL(page);
  address.search = new URL(link.trim(), page).search;
  return workspaceAddress(name, address.href);
}

/** The page's address for another workspace. */
export function workspaceAddress(name: string, page: string): string {
  const address = new URL(page);
  address.hash = "";
  address.searchParams.set("workspace", name);
  return address.href;
}
