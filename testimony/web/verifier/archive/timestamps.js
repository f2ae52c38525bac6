/** The time stamps in an archive: each over a head of a log that is here. Twin of sealing/archive/timestamps.py; DOM-free. */

import { fromHex } from "../../static/js/sealing/base/bytes.js";
import { readRoots, StampRefused } from "../log/issuers.js";
import { TIMESTAMP } from "./archive.js";
import { verifyStamp } from "../log/timestamp.js";

const beside = (name, ending) => name.slice(0, -4) + ending;

const replies = (names) => names.filter((name) => name.endsWith(".tsr"));

/** The replies beside which no roots are: nobody says by whom they are to be believed. */
export const withoutRoots = (names) => replies(names).filter((name) => !names.includes(beside(name, ".pem")));

const checkOne = async (read, name, names, heads) => {
  const digest = TIMESTAMP.exec(name)[1];
  if (!heads.has(digest)) return { code: "time.strange", holds: "no", values: { name } };
  const query = beside(name, ".tsq");
  try {
    const roots = readRoots(await read(beside(name, ".pem")));
    const asked = names.includes(query) ? await read(query) : null;
    const { authority, time, until, root } = await verifyStamp(await read(name), fromHex(digest), roots, asked);
    return { code: "time.holds", holds: "yes", values: { authority, size: heads.get(digest), time, until, root } };
  } catch (error) {
    if (!(error instanceof StampRefused)) throw error;
    return { code: `time.${error.reason}`, holds: error.reason === "algorithm" ? "open" : "no", values: { name } };
  }
};

/** `names`: the files below timestamps/; `heads`: hash of a signed head -> its size. */
export async function* checkTimes(read, names, heads) {
  for (const name of names) {
    if (!name.endsWith(".tsr") && !names.includes(beside(name, ".tsr"))) yield { code: "time.strange", holds: "no", values: { name } };
  }
  for (const name of replies(names)) if (names.includes(beside(name, ".pem"))) yield await checkOne(read, name, names, heads);
}
