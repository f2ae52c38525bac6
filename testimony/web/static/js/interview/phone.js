/** The phone as one thing: its store, its outbox, the node, and a vault that trusts one organisation. DOM-free. */

import { newestOf } from "./node/freshness.js";
import { nodeAt } from "./node/node.js";
import { nodeSessionIn } from "./node/session.js";
import { outboxIn } from "./outbox/store.js";
import { openPhoneStore } from "./node/phone_store.js";
import { takeTrust } from "./node/trust.js";
import { openVault } from "./vault/vault.js";

const pinned = ({ root, rosters, station, fresh = [] }) => ({ root, rosters, station, fresh });

const today = () => new Date().toISOString().slice(0, 10);

/** Checks what a node offers, in the vault. Of the freshness statements the newest is kept: `fresh` is it, signed, and `said` its {no, day}. */
const checkedBy = (vault) => async (seen) => {
  const { said, ...found } = await vault.call("trust", pinned(seen));
  const newest = newestOf(said, today());
  return { ...found, fresh: newest ? [newest.signed] : [], said: newest && { no: newest.no, day: newest.day } };
};

export const openPhone = async ({ makeWorker, urls }) => {
  const store = await openPhoneStore();
  const node = nodeAt(urls);
  let vault = null;
  let trust = null;
  /** The vault of a pause that a PIN opens: it holds its keys and does nothing else. */
  let aside = null;

  const end = async (ending) => (await ending?.catch(() => null))?.close();

  const trusting = async (offer) => {
    const opened = openVault(makeWorker);
    try {
      trust = await takeTrust({ offer, store, verify: checkedBy(opened) });
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  };

  return {
    store,
    node,
    outbox: outboxIn(store),
    nodeSession: nodeSessionIn(store, node),
    /** The unfinished interviews and the share keys for new ones, from interview/pages/home/drafts.js, once somebody tries to sign in. */
    drafts: null,
    stock: null,
    /** Gives the recordings and pictures of unfinished interviews, from the same place. */
    media: null,
    /** Called when the interview of a draft is over, to show what follows: `over(id, what, {further, earlier})`. Sign-in and practice set it. */
    over: null,
    /** {trust, refused} as the vault's opening found it; null before. */
    get trust() {
      return trust;
    },
    /** The open vault; the first one of a page asks the node for newer rosters. Throws `TrustRefused`. */
    vault: () => {
      vault ??= (trust ? Promise.resolve(null) : node.trust().catch(() => null)).then(trusting).catch((error) => {
        vault = null;
        throw error;
      });
      return vault;
    },
    /** Ends every worker that holds keys. The next call of `vault` starts one that holds none. */
    endVault: async () => {
      const ending = [vault, aside];
      vault = aside = null;
      await Promise.all(ending.map(end));
    },
    /** Puts the worker that holds the keys aside, for a pause that a PIN opens. The next call of `vault` starts one that holds none. */
    setAside: () => ([vault, aside] = [null, vault]),
    /** {open, left} of a PIN; once it is open the worker that was aside is the vault again. */
    openByPin: async (pin) => {
      const tried = await (await aside).call("openByPin", { pin });
      if (!tried.open) return tried;
      const keyless = vault;
      [vault, aside] = [aside, null];
      await end(keyless);
      return tried;
    },
    /** Ends the worker that was put aside: its keys are gone. */
    endAside: () => {
      const ending = aside;
      aside = null;
      return end(ending);
    },
    /** Ask the node for newer rosters with the vault that is open. */
    renewTrust: async () => {
      const opened = await vault;
      const offer = opened && (await node.trust().catch(() => null));
      if (offer) trust = await takeTrust({ offer, store, verify: checkedBy(opened) });
    },
  };
};
