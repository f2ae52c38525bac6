/** The statement of the files of a page, by two of the three page keys that a roster names. Twin of sealing/roster/pages.py. */

import { PagesRefused } from "../base/errors.js";
import { isFormed, valueOf } from "../records/records.js";
import { holds, rises } from "../records/forms.js";
import { areKeyGroups, requireThreshold } from "../roster/root.js";

const THRESHOLD = 2;

const requirePages = (condition, reason) => {
  if (!condition) throw new PagesRefused(reason);
};

const parsed = (record) => {
  try {
    return valueOf(record);
  } catch {
    throw new PagesRefused("structure");
  }
};

/** {version, day, files: [{path, sha256, len}]} of `record`. Throws `PagesRefused`: keys, structure, signature. */
export const verifyPages = (record, roster) => {
  const groups = roster.value.trust?.releases;
  requirePages(groups !== undefined, "keys");
  requirePages(holds("page-keys", groups) && areKeyGroups(groups), "keys");
  const value = parsed(record);
  requirePages(isFormed(value, "pages") && rises(value.files.map(({ path }) => path)), "structure");
  try {
    requireThreshold("testimony/1/pages", record, groups, THRESHOLD);
  } catch {
    throw new PagesRefused("signature");
  }
  return { version: value.version, day: value.day, files: value.files };
};
