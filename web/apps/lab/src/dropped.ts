import { zipped, type Limits, type Notice, type Packed } from "@vitrail/core";

/** A file to send, or a zip of several; its name says what kind it is. */
export interface Gift {
  content: Blob;
  name: string;
}

/** The names of files that are no tables. */
const FILE = /\.(npy|npz|zip)$|-(images|labels)[-.]idx[13]-ubyte(\.gz)?$/i;

/** What was dropped. It is read of the event at once: a moment later the browser tells nothing any more. */
export function droppedIn(transfer: DataTransfer): () => Promise<Packed[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files = Array.from(transfer.files, (file) => ({ path: file.name, file }));
  if (entries.length === 0) return () => Promise.resolve(files); // no drag of the system's: it knows no folders
  return async () => (await Promise.all(entries.map((entry) => filesIn(entry)))).flat();
}

/** What was chosen: files, or a folder with all that is in it. */
export function chosenIn(files: FileList): Packed[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** One file as it is, several as a zip; or what is wrong with them. Hidden files are left out. */
export async function packed(files: readonly Packed[], limits: Limits): Promise<Gift | Notice> {
  const seen = files.filter(({ path }) => path.split("/").every((part) => !part.startsWith(".")));
  const [first] = seen;
  const folder = (first ?? files[0])?.path.split("/")[0] ?? "";
  const name = seen.some(({ path }) => path.includes("/")) ? `${folder}.zip` : "files.zip";
  if (seen.length > limits.files) {
    return refusal("error.data.zip_files", { file: folder, files: seen.length, most: limits.files });
  }
  if (seen.reduce((sum, { file }) => sum + file.size, 0) > limits.file_bytes) {
    return refusal("error.lab.upload_large", { file: first?.path ?? "", most: limits.file_bytes });
  }
  if (first !== undefined && seen.length === 1) {
    if (!FILE.test(first.path) && first.file.size > limits.bytes) {
      return refusal("error.lab.upload_large", { file: first.path, most: limits.bytes });
    }
    return { content: first.file, name: first.path.split("/").at(-1) ?? first.path };
  }
  try {
    return { content: await zipped(seen), name };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refusal("error.data.own_file", { file: folder, reason });
  }
}

function refusal(key: string, values: Notice["arguments"]): Notice {
  return { type: "notice", level: "error", key, arguments: values };
}

async function filesIn(entry: FileSystemEntry): Promise<Packed[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const one = entry as FileSystemFileEntry;
    return [{ path, file: await new Promise<File>((resolve, reject) => one.file(resolve, reject)) }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Packed[] = [];
  for (;;) {
    // a folder is told in parts of a hundred
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return found;
    for (const inner of part) found.push(...(await filesIn(inner)));
  }
}
