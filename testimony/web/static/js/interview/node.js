/** The field node, as the phone asks it. Every call rejects when the node is out of reach. DOM-free. */

const PATIENCE = 8000;

/** The node is there and did not take it: `rule` says why, null when it may well take it later. */
export class NodeRefused extends Error {
  constructor(status) {
    super(`node ${status}`);
    this.name = "NodeRefused";
    this.rule = status < 500 ? `http.${status}` : null;
  }
}

const ask = async (url, options = {}) => {
  const answer = await fetch(url, { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE), ...options });
  if (!answer.ok) throw new NodeRefused(answer.status);
  return answer;
};

const json = async (url, options) => (await ask(url, options)).json();

const posted = (value) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value), credentials: "same-origin" });

export const nodeAt = ({ trust, locked }) => ({
  trust: () => json(trust),
  locked: (name) => json(locked + encodeURIComponent(name)),
  nonce: async () => (await json("/session/nonce", posted({}))).nonce,
  signIn: (signed) => json("/session", posted(signed)),
  signOut: () => ask("/session/leave", posted({})),
  shareStock: (asked) => json("/shares/stock", posted(asked)),
  openShare: async (asked) => (await json("/shares/open", posted(asked))).share,
  destroyShares: (ids) => json("/shares/destroy", posted({ ids })),
  have: async (names) => (await json("/sync/have", posted({ names }))).lacking,
  whereabouts: (names) => json("/sync/whereabouts", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ names }) }),
  batch: async (bytes) => {
    const body = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: bytes, signal: AbortSignal.timeout(60000) };
    return new Uint8Array(await (await ask("/sync/batch", body)).arrayBuffer());
  },
});
