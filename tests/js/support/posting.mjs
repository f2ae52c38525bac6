/**
 * A phone as a program, for tests over bad links: `node posting.mjs ADDRESS FILE` reads {root, rosters, entries: [{id, names, container}]}
 * (containers in hex), delivers to the node at ADDRESS until nothing waits, and prints {tries, states, sent} as JSON.
 */
import { readFile } from "node:fs/promises";
import { deliver } from "../../../testimony/web/static/js/interview/outbox/delivery.js";
import { nodeAt } from "../../../testimony/web/static/js/interview/node/node.js";
import { fromHex } from "../../../testimony/web/static/js/sealing/index.js";
import { outboxWith, statesOf } from "./phones.mjs";

const MOST = 60;
setInterval(() => null, 1000); // Node would end while a connection that was cut off has nothing to say
const [address, file] = process.argv.slice(2);
const { root, rosters, entries } = JSON.parse(await readFile(file, "utf8"));

let handle;
const waiting = new Map();
globalThis.self = {
  addEventListener: (_, listener) => (handle = listener),
  postMessage: ({ id, value, failure }) => waiting.get(id)?.(failure ? Promise.reject(new Error(failure.name)) : value),
};
await import("../../../testimony/web/static/js/interview/vault/worker.js");
let last = 0;
const call = (name, args) =>
  new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    handle({ data: { id: last, call: name, args } });
  });
await call("trust", { root, rosters });

let sent = 0;
const real = globalThis.fetch;
globalThis.fetch = (path, { cache, ...options }) => {
  if (path === "/sync/batch") sent += 1;
  return real(address + path, { ...options, headers: { ...options.headers, Connection: "close" } }); // one cut, one request
};

const outbox = await outboxWith(...entries.map((entry) => ({ ...entry, kind: "testimony", day: "2026-11-24", container: fromHex(entry.container) })));
const node = nodeAt({ trust: "", locked: "" });
const verify = (payload, wanted) => call("receipt", { payload, wanted });
let tries = 0;
while (tries < MOST && (await outbox.all()).length > 0) {
  tries += 1;
  await deliver({ outbox, node, verify }).catch(() => null); // the link broke: everything waits, and it is tried again
}
console.log(JSON.stringify({ tries, sent, states: await statesOf(outbox) }));
process.exit(0);
