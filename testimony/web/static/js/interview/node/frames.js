/** Frames: the container in which records and objects move; twin of `testimony/sync/wire/frames.py` (docs/sync.md). DOM-free. */

export const PREFACE = new TextEncoder().encode("testimony/1/frames\n");
export const HEADER_LIMIT = 256;
export const PAYLOAD_LIMIT = 256 * 1024;
export const HEADER = /^\{"kind":"([a-z]+)","len":(0|[1-9][0-9]*)\}$/;

export class ContainerTorn extends Error {}

const joined = (pieces) => {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => (out.set(piece, at), at + piece.length), 0);
  return out;
};

const sha256 = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (b) => b.toString(16).padStart(2, "0")).join("");

/** One frame as it stands in a container. */
export const frameBytes = ({ kind, payload }) => {
  if (payload.length > PAYLOAD_LIMIT) throw new ContainerTorn("size.limit");
  const header = new TextEncoder().encode(`{"kind":"${kind}","len":${payload.length}}`);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, header.length);
  return joined([length, header, payload]);
};

/** `frames`, each {kind, payload: Uint8Array}, as one container with its `end`. */
export const writeFrames = async (frames) => {
  const body = joined([PREFACE, ...frames.map(frameBytes)]);
  const end = JSON.stringify({ frames: frames.length, sha256: await sha256(body) });
  return joined([body, frameBytes({ kind: "end", payload: new TextEncoder().encode(end) })]);
};

const frameAt = (bytes, at) => {
  if (at + 4 > bytes.length) return null;
  const size = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
  const start = at + 4 + size;
  if (size > HEADER_LIMIT || start > bytes.length) return null;
  const parsed = HEADER.exec(new TextDecoder().decode(bytes.subarray(at + 4, start)));
  const length = parsed === null ? Infinity : Number(parsed[2]);
  if (length > PAYLOAD_LIMIT || start + length > bytes.length) return null;
  return { kind: parsed[1], payload: bytes.slice(start, start + length), next: start + length };
};

/** What an `end` says; null where it says nothing that can be read. */
const endIn = (payload) => {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null; // damaged, as a sum that does not agree is
  }
};

/** {frames, whole}: every frame before the first byte that does not belong; `whole` when a true `end` closes it. */
export const readFrames = async (bytes) => {
  const frames = [];
  if (!(bytes instanceof Uint8Array) || PREFACE.some((byte, i) => bytes[i] !== byte)) return { frames, whole: false };
  for (let at = PREFACE.length; ; ) {
    const frame = frameAt(bytes, at);
    if (frame === null) return { frames, whole: false };
    if (frame.kind === "end") {
      const end = endIn(frame.payload);
      const before = await sha256(bytes.subarray(0, at));
      return { frames, whole: end?.frames === frames.length && end.sha256 === before && frame.next === bytes.length };
    }
    frames.push({ kind: frame.kind, payload: frame.payload });
    at = frame.next;
  }
};
