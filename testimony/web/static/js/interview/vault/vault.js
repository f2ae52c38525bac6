/** The page's side of the vault: one call, one answer; closing it ends the worker and with it every key. DOM-free. */

/** What the worker refused: `name` of its error class and `reason`, never a text. */
export class VaultRefusal extends Error {
  constructor({ name, reason }) {
    super(name);
    this.name = name;
    this.reason = reason;
  }
}

/** `makeWorker()` starts the worker. Only its first `ready` lets calls through, so a worker that cannot start rejects. */
export const openVault = (makeWorker) => {
  const worker = makeWorker();
  const waiting = new Map();
  let last = 0;
  let closed = false;
  const settle = (id, act) => {
    act(waiting.get(id));
    waiting.delete(id);
  };
  worker.addEventListener("message", ({ data: { id, value, failure } }) => {
    if (waiting.has(id)) settle(id, (call) => (failure ? call.reject(new VaultRefusal(failure)) : call.resolve(value)));
  });
  const refusal = (reason) => new VaultRefusal({ name: "VaultClosed", reason });
  const fail = (reason) => [...waiting.keys()].forEach((id) => settle(id, (call) => call.reject(refusal(reason))));
  worker.addEventListener("error", () => fail("start"));
  return {
    /** Who held on to the vault while it was closed is told so: a worker that ended never answers. */
    call: (name, args = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(refusal("locked"));
        last += 1;
        waiting.set(last, { resolve, reject });
        return worker.postMessage({ id: last, call: name, args });
      }),
    close: () => {
      closed = true;
      worker.terminate();
      fail("locked");
    },
  };
};
