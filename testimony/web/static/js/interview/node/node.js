/** The field node, as the phone asks it. Every call rejects when the node is out of reach. DOM-free. */

const ANSWER_TIMEOUT_MS = 8000;
/** A node that has just started renders every page before it can say what they are. */
const FILES_TIMEOUT_MS = 120_000;
const LONGEST_WAIT_MS = 600_000;

/** In an answer: after so many seconds the node may be asked again. A date instead of a number says nothing here. */
const waitIn = (answer) => {
  const said = answer.headers.get("Retry-After") ?? "";
  return /^[0-9]{1,9}$/.test(said) ? Math.min(LONGEST_WAIT_MS, Number(said) * 1000) : null;
};

/** What a node that is busy answers, or what stands before it. A full disk (507) or a fault (500) does not pass by itself. */
const BUSY = [429, 502, 503, 504];

/**
 * The node is there and did not take it: `rule` says why, null when it may well take it later. `later`: it is busy and is to be asked again, in `wait`
 * ms where it says when, null where it does not. `failed`: it has a fault or a full disk.
 */
export class NodeRefused extends Error {
  constructor(status, wait = null) {
    super(`node ${status}`);
    this.later = BUSY.includes(status);
    this.wait = wait;
    this.name = "NodeRefused";
    this.rule = status < 500 ? `http.${status}` : null;
    this.full = status === 507;
    this.failed = this.rule === null && !this.later;
  }
}

/** The node was not heard, or no more while it spoke. */
export class NodeAway extends Error {
  constructor() {
    super("node away");
    this.name = "NodeAway";
    this.rule = null;
  }
}

/** Something answered, and not as a node does: a broken one, or the hotspot's own page. */
export class AnswerDamaged extends Error {
  constructor() {
    super("answer damaged");
    this.name = "AnswerDamaged";
    this.rule = null;
  }
}

const away = () => Promise.reject(new NodeAway());

const ask = async (url, options = {}) => {
  const answer = await fetch(url, { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS), ...options }).catch(away);
  if (!answer.ok) throw new NodeRefused(answer.status, waitIn(answer));
  return answer;
};

const json = async (url, options) => {
  const said = await (await ask(url, options)).text().catch(away);
  try {
    return JSON.parse(said);
  } catch {
    throw new AnswerDamaged();
  }
};

const posted = (value) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value), credentials: "same-origin" });

export const nodeAt = ({ trust, locked, files }) => ({
  trust: () => json(trust),
  files: () => json(files, { signal: AbortSignal.timeout(FILES_TIMEOUT_MS) }),
  locked: (name) => json(locked + encodeURIComponent(name)),
  nonce: async () => (await json("/session/nonce", posted({}))).nonce,
  signIn: (signed) => json("/session", posted(signed)),
  signOut: () => ask("/session/leave", posted({})),
  shareStock: (asked) => json("/shares/stock", posted(asked)),
  openShare: async (asked) => (await json("/shares/open", posted(asked))).share,
  destroyShares: (ids) => json("/shares/destroy", posted({ ids })),
  wrongSentences: (marks) => ask("/wrong-sentences", posted({ marks })),
  have: async (names) => (await json("/sync/have", posted({ names }))).lacking,
  whereabouts: (names) => json("/sync/whereabouts", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ names }) }),
  batch: async (bytes, patience = 60000) => {
    const body = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: bytes, signal: AbortSignal.timeout(patience) };
    return new Uint8Array(await (await ask("/sync/batch", body)).arrayBuffer().catch(away));
  },
});
