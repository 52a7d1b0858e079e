import type { Attachment } from "svelte/attachments";

/** Writes markup into a place. Where only words and numbers differ from what stands there, nothing else is laid out anew. */
export function written(markup: string): Attachment {
  return (place) => {
    const template = document.createElement("template");
    template.innerHTML = markup;
    const changes = changesOf(place, template.content);
    if (changes === null) place.replaceChildren(template.content);
    else for (const [old, data] of changes) old.data = data;
  };
}

/** The texts that make one tree equal to another of the same shape; null where shapes differ. */
function changesOf(old: Node, next: Node): [Text, string][] | null {
  if (old.childNodes.length !== next.childNodes.length) return null;
  const changes: [Text, string][] = [];
  for (const [i, child] of next.childNodes.entries()) {
    const stands = old.childNodes[i];
    if (stands instanceof Text && child instanceof Text) {
      if (stands.data !== child.data) changes.push([stands, child.data]);
      continue;
    }
    if (stands?.cloneNode().isEqualNode(child.cloneNode()) !== true) return null;
    const inside = changesOf(stands, child);
    if (inside === null) return null;
    changes.push(...inside);
  }
  return changes;
}
