/** Saving the outbox as a file, and reading the file of receipts that comes back. */

import { DAMAGED } from "./delivery.js";
import { carryFile, fileName, takeReceipts } from "./packing.js";

const KEPT = 60000;
const day = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};

/** Hand `bytes` to the browser as a file of that name. */
export const download = (bytes, name) => {
  const href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT); // the browser may still be writing it
};

/** Save everything that waits; {name, ids} of what is in the file, which waits here as before. */
export const saveFile = async (outbox) => {
  const { bytes, ids, damaged } = await carryFile(await outbox.all());
  for (const id of damaged) await outbox.settle(id, "waiting", DAMAGED); // it stays, and the list says so
  const name = fileName(day());
  if (ids.length > 0) {
    download(bytes, name);
    await outbox.saved(ids, day());
  }
  return { name, ids };
};

/** {found, moved}: the receipts in `file`, and how many entries moved on by them. */
export const readReceipts = async (file, outbox, verify) => takeReceipts({ bytes: new Uint8Array(await file.arrayBuffer()), outbox, verify });
