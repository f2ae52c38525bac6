/**
 * What pytest asks of the browser twin, and its answers: plain objects of JSON, bytes as base64.
 *
 * `answer({call, …})` runs in a page; as a program it reads one request from stdin and writes the answer to stdout.
 */

import * as sealing from "../../../../testimony/web/static/js/sealing/index.js";
import { toBase64 } from "../../../../testimony/web/static/js/sealing/base/bytes.js";

const raw = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** In pieces: a part is longer than the arguments that a function may have. */
const packed = (bytes) => {
  const pieces = [];
  for (let i = 0; i < bytes.length; i += 24_576) pieces.push(toBase64(bytes.subarray(i, i + 24_576)));
  return pieces.join("");
};

const recordFrom = (envelope) => sealing.decodeSigned(raw(envelope));

const chainFrom = ({ root, rosters }) => new sealing.RosterChain(raw(root), rosters.map(recordFrom));

const mapped = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

const calls = {
  /** The opened parts of one testimony by one key: {part: {header, content} | {refused: code}}. */
  async open({ chain, record, parts, audience, key }) {
    const given = { record: recordFrom(record), chain: chainFrom(chain), key: sealing.openingKey(key), audience };
    const opened = {};
    for (const { part, heads, body } of parts) {
      if (!heads[audience]) continue;
      try {
        const { header, content } = await sealing.openPart({ ...given, part, head: raw(heads[audience]), body: raw(body) });
        opened[part] = { header, content: packed(content) };
      } catch (error) {
        opened[part] = { refused: error.code };
      }
    }
    return opened;
  },

  /** A testimony sealed to everybody whom the policy allows. */
  async seal({ chain, contents, device, interviewer, withdraw, version, keepUntil }) {
    const pinned = chainFrom(chain);
    const readers = mapped(pinned.latest.value.policy, (allowed) => Object.fromEntries(allowed.map((audience) => [audience, pinned.recipients(audience)])));
    const { record, parts } = await sealing.sealTestimony({
      contents: mapped(contents, ({ type, data }) => ({ type, bytes: raw(data) })), readers, slots: pinned.latest.slots,
      rosterSha256: pinned.latest.sha256, rosterNo: pinned.latest.no, deviceSeed: raw(device), interviewerSeed: raw(interviewer),
      day: "2026-11-24", at: "2026-11-24T10:00:00Z", form: "camp-interview@1", formSha256: "0".repeat(64), withdraw, version, keepUntil,
    });
    return {
      record: packed(sealing.encodeSigned(record)),
      parts: parts.map(({ part, heads, body }) => ({ part, heads: mapped(heads, packed), body: packed(body) })),
    };
  },

  /** A testimony with `media` [{kind, type, data, seconds, origin}], given in slices of `slice` bytes and cut into pieces as they come. */
  async sealMedia({ chain, contents, media, slice, device, interviewer }) {
    const pinned = chainFrom(chain);
    const readers = mapped(pinned.latest.value.policy, (allowed) => Object.fromEntries(allowed.map((audience) => [audience, pinned.recipients(audience)])));
    const staged = await sealing.beginSealing({
      contents: mapped(contents, ({ type, data }) => ({ type, bytes: raw(data) })), readers, slots: pinned.latest.slots,
      rosterSha256: pinned.latest.sha256, rosterNo: pinned.latest.no, deviceSeed: raw(device), interviewerSeed: raw(interviewer),
      day: "2026-11-24", at: "2026-11-24T10:00:00Z", form: "camp-interview@1", formSha256: "0".repeat(64), withdraw: null,
    });
    const kept = [];
    const cutter = sealing.cutterOf(async (part, content) => kept.push(await staged.piece(part, content)));
    for (const { kind, type, data, seconds, origin } of media) {
      cutter.begin({ kind, type, origin });
      const bytes = raw(data);
      for (let at = 0; at < bytes.length; at += slice) await cutter.add(bytes.subarray(at, at + slice));
      await cutter.end(seconds);
    }
    await cutter.list();
    const { record, parts } = await staged.finish();
    const all = [...parts, ...kept].sort((a, b) => (a.part < b.part ? -1 : 1));
    return { record: packed(sealing.encodeSigned(record)), parts: all.map(({ part, heads, body }) => ({ part, heads: mapped(heads, packed), body: packed(body) })) };
  },

  /** The month until which the testimony is kept, as the manifest says it. */
  async keepUntil({ chain, record }) {
    return sealing.verifyManifest(recordFrom(record), chainFrom(chain)).keep_until;
  },

  async attestation({ chain, record, provenance }) {
    const pinned = chainFrom(chain);
    return sealing.verifyAttestation(raw(provenance), sealing.verifyManifest(recordFrom(record), pinned), pinned);
  },

  async lock({ interviewer, device, passphrase, ids }) {
    return sealing.lock({ interviewer: raw(interviewer), device: raw(device) }, passphrase, ids);
  },

  async unlock({ locked, passphrase }) {
    try {
      return mapped(await sealing.unlock(locked, passphrase), packed);
    } catch (error) {
      return { refused: error.code };
    }
  },

  async receipt({ chain, receipt, recordId, parts }) {
    try {
      return sealing.verifyReceipt(recordFrom(receipt), { recordId, parts, chain: chainFrom(chain) });
    } catch (error) {
      return { refused: error.code };
    }
  },

  async withdrawal({ code, fingerprint, tid }) {
    const [{ seed }] = await sealing.withdrawalKeys(code, fingerprint);
    return packed(sealing.encodeSigned(sealing.buildWithdrawal({ tid, scope: "all", day: "2026-12-24", seed })));
  },

  async canonical({ texts }) {
    return texts.map((text) => {
      try {
        return packed(sealing.encodeCanonical(sealing.decodeCanonical(raw(text))));
      } catch {
        return null;
      }
    });
  },
};

export const answer = ({ call, ...request }) => calls[call](request);

if (typeof process !== "undefined" && process.argv[1] && import.meta.url.endsWith(process.argv[1].split("/").at(-1))) {
  const { readFileSync } = await import("node:fs");
  process.stdout.write(JSON.stringify(await answer(JSON.parse(readFileSync(0, "utf8")))));
}
