/** A vault that was closed answers whoever still holds it; a page that waited for ever would never sign in at its node again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openVault } from "../../../../testimony/web/static/js/interview/vault/vault.js";

/** A worker that answers each call with its name, until it is ended: then it is silent, as a browser's is. */
const echoing = () => {
  const heard = [];
  let ended = false;
  return {
    addEventListener: (kind, listener) => kind === "message" && heard.push(listener),
    postMessage: ({ id, call }) => ended || queueMicrotask(() => heard.forEach((listener) => listener({ data: { id, value: call } }))),
    terminate: () => (ended = true),
  };
};

test("what is asked of a closed vault is refused as locked, and so is what waits while it closes", async () => {
  const vault = openVault(echoing);
  assert.equal(await vault.call("signIn"), "signIn");
  const waiting = vault.call("signIn");
  vault.close();
  for (const asked of [waiting, vault.call("signIn")]) await assert.rejects(asked, { name: "VaultClosed", reason: "locked" });
});
