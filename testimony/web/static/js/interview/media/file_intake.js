/** Takes in a file that a witness shows: byte for byte, a slice at a time, whole or not at all. DOM-free. */

const SLICE = 1024 * 1024;
const TYPE = "application/octet-stream";
/** Characters of a name that the format holds. */
const LONGEST_NAME = 200;

/** The file was not taken in, and nothing of it is kept: `reason` is empty, limit, room, lost, same or stopped. `more` is what its sentence says. */
export class FileRefused extends Error {
  constructor(reason, more = {}) {
    super(`file.${reason}`);
    this.name = "FileRefused";
    this.reason = reason;
    this.more = more;
  }
}

/** A name as the format takes it, without halves of characters; its end stays, because that says what the file is. */
export const nameOf = (name) => Array.from(String(name).replace(/[\0\p{Cs}]/gu, "")).slice(-LONGEST_NAME).join("") || "?";

/** The bytes of `file` from `at` on; a stick that was pulled out, or a file that changed meanwhile, gives none or too few. */
const bytesAt = async (file, at) => {
  const wanted = Math.min(SLICE, file.size - at);
  const bytes = await file.slice(at, at + wanted).arrayBuffer().catch(() => new ArrayBuffer(0));
  if (bytes.byteLength !== wanted) throw new FileRefused("lost");
  return new Uint8Array(bytes);
};

const copy = async (file, item, { progress, stopped }) => {
  for (let at = 0; at < file.size; at += SLICE) {
    if (stopped()) throw new FileRefused("stopped");
    await item.append(await bytesAt(file, at));
    progress(Math.min(at + SLICE, file.size), file.size);
  }
  await item.finish();
};

const refused = (error) => Promise.reject(error.name === "MediaRefused" ? new FileRefused("room") : error);

const refuseSame = async (item, media) => {
  const files = (await media.list()).filter(({ kind }) => kind === "file");
  const { sha256 } = files.find(({ id }) => id === item.id);
  const other = files.find((one) => one.id !== item.id && one.sha256 === sha256);
  if (other) throw new FileRefused("same", { name: other.name });
};

/**
 * Take `file` (a File) into the interview at work; `source` is one of those of the format. `media` is {begin, list, room, remove};
 * `progress(done, total)` in bytes; `stopped()` is asked between two slices. Throws `FileRefused`, and then nothing of it is left. When the
 * page is locked meanwhile, `MediaRefused` "over": what came until then stays, is listed as cut off, and cannot be sealed.
 */
export const takeInFile = async (file, source, { media, progress = (_done, _total) => null, stopped = () => false }) => {
  if (file.size === 0) throw new FileRefused("empty");
  const { file: most } = await media.room();
  if (file.size > most) throw new FileRefused("limit", { size: file.size, most });
  const item = await media.begin({ kind: "file", mime: TYPE, name: nameOf(file.name), source }).catch(refused);
  try {
    await copy(file, item, { progress, stopped });
    await refuseSame(item, media);
    return item.id;
  } catch (error) {
    if (error.reason === "over") throw error;
    await media.remove(item.id);
    return refused(error);
  }
};
