/** Saving the outbox as a file, and reading the file of receipts that comes back. */

import { binsOf } from "../../media/buckets.js";
import { DAMAGED } from "../../outbox/delivery.js";
import { carryFile, fileName, takeReceipts } from "../../outbox/carry_file.js";
import { objectsAt } from "../../media/sealed_pieces.js";

const KEPT = 60000;
const day = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};

/** Hand `content` (bytes or a Blob) to the browser as a file of that name. */
export const download = (content, name) => {
  const href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT); // the browser may still be writing it
};

/** Save everything that waits; {name, ids} of what is in the file, which waits here as before. */
export const saveFile = async (outbox) => {
  const { openBin } = binsOf();
  const piecesOf = async function* ({ media }) {
    const bin = await openBin(media.bin);
    for (const [place, names] of media.pieces.entries()) yield objectsAt(bin, place, names);
  };
  const { file, ids, damaged, lacking } = await carryFile(await outbox.all(), piecesOf);
  for (const id of damaged) await outbox.settle(id, "waiting", DAMAGED); // it stays, and the list says so
  for (const id of lacking) await outbox.note(id, { rule: DAMAGED });
  const name = fileName(day());
  if (ids.length > 0) {
    download(file, name);
    await outbox.saved(ids, day());
  }
  return { name, ids };
};

/** {found, moved}: the receipts in `file`, and how many entries moved on by them. */
export const readReceipts = async (file, outbox, verify) => takeReceipts({ bytes: new Uint8Array(await file.arrayBuffer()), outbox, verify });
