/** Opens, in the worker, the keys of the person who signs in or comes back, and the keys of their drafts. */

import { complain, word } from "../base/cards.js";
import { candidatesFor, openAny } from "../base/passphrase.js";

/** Open the keys in `locked` and those of the person's drafts that the passphrase, or a pause, lets open. */
export const openKeys = async (phone, locked, passphrase, paused = null) => {
  (await import("./drafts.js")).equip(phone);
  const found = await phone.drafts.of(locked.person);
  const wraps = found.flatMap(({ wrap }) => (wrap ? [wrap] : []));
  const { drafts, ...who } = await (await phone.vault()).call("unlock", { locked, passphrase, wraps, paused });
  if (!who.active) await phone.drafts.endSittings(false); // the node no longer gives them its half, so nothing of it stays here
  const states = new Map(drafts.map((each) => [each.id, each]));
  return { ...who, locked, drafts: found.map((entry) => ({ state: "lost", begun: null, ...entry, ...states.get(entry.id) })) };
};

/** The same for the keys that are known under `name`; nothing if nobody of that name was ever here, which is said. */
export const openByName = async (phone, name, passphrase) => {
  const candidates = await candidatesFor(phone, name);
  if (candidates.length === 0) return complain(word("never_here"));
  const opened = await openAny(candidates, (locked) => openKeys(phone, locked, passphrase));
  await phone.store.writeIfTaken("locked", name, opened.locked); // not taken: the keys of last time stay, and the node gives these again
  return opened;
};
