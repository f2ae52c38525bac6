/** Sealing, inside the worker: who will read it, the testimony at once or with media in steps, as an entry of the outbox. DOM-free. */

import { sha256Hex } from "../../sealing/base/hashes.js";
import { decodeCanonical, encodeCanonical } from "../../sealing/base/jcs.js";
import { cutterOf } from "../../sealing/testimony/media.js";
import { CannotSeal } from "../../sealing/base/errors.js";
import { beginSealing, sealTestimony } from "../../sealing/testimony/seal.js";
import { receivingKey } from "../../sealing/keys/receiving_key.js";
import { encodeSigned } from "../../sealing/records/records.js";
import { kidOf, publicKeyOf } from "../../sealing/records/signatures.js";
import { writeFrames } from "../node/frames.js";
import { mediaCalls } from "./media_keys.js";
import { canSealTo, readersOf, rosterSaid } from "../consent/named_readers.js";
import { LEAST_LAWYERS, effective, lacksLawyers, monthsLater, narrow, readers } from "../consent/compartments.js";

const recipientsOf = (chain, table, roster) =>
  Object.fromEntries(
    Object.entries(table).map(([part, audiences]) => [
      part,
      Object.fromEntries([...audiences].map((audience) => [audience, readersOf(chain, roster, audience)])),
    ]),
  );

export const deviceKidOf = ({ seeds }) => kidOf(publicKeyOf(seeds.device));

/** Whether person and phone are active in the roster in force: readers believe nothing that either signs later. */
export const isActive = ({ chain, seeds }) =>
  [seeds?.device, seeds?.interviewer].every((seed) => seed && chain.latest.signer(kidOf(publicKeyOf(seed)))?.status === "active");

const frameOf = (kind, payload) => ({ kind, payload });

/** What waits in the outbox: a signed record with its objects, and the names of all. */
export const entryOf = async (kind, day, record, objects) => ({
  id: record.id,
  kind,
  day,
  names: [record.id, ...objects.map((bytes) => sha256Hex(bytes))],
  container: await writeFrames([frameOf("record", encodeSigned(record)), ...objects.map((bytes) => frameOf("object", bytes))]),
});

/** Who will read what, and why nothing can be sealed: see `readers` below. */
const tableOf = ({ chain, seeds }, { purposes, said }) => {
  const roster = rosterSaid(chain, said);
  if (!canSealTo(chain, roster, () => deviceKidOf({ seeds }))) return { table: {}, short: "words" };
  const table = [roster, chain.latest].reduce((wide, { value }) => narrow(wide, value.policy), readers(purposes));
  if (!lacksLawyers(table, readersOf(chain, roster, "lawyers").length)) return { table, short: isActive({ chain, seeds }) ? "" : "revoked" };
  return { table, short: chain.recipients("lawyers").length < LEAST_LAWYERS ? "lawyers" : "words" };
};

const objectsOf = (parts) => parts.flatMap(({ heads, body }) => [...Object.values(heads), body]);

/** What was agreed to be kept of voice and face, by kind: what nobody agreed to is not sealed, whoever recorded it. */
const kindsAgreed = (purposes) => {
  const given = effective(purposes);
  return [["P02", "voice"], ["P03", "picture"], ["P03", "file"]].filter(([purpose]) => given.includes(purpose)).map(([, kind]) => kind);
};

/** The last month (YYYY-MM) in which the witness lets it be kept, null without an end: stations without keys destroy by it. */
const keepUntil = ({ events = [] }) => {
  const { day, life_months: life = null } = events.filter(({ event, purpose }) => event === "GRANT" && purpose === "P01").at(-1) ?? {};
  return life === null ? null : monthsLater(day, life).slice(0, "YYYY-MM".length);
};

/** The compartments as canonical JSON; the provenance says to which key lawyers seal a question for this phone. */
const contentsOf = (contents, { device }) => {
  const named = { ...contents, provenance: { ...contents.provenance, receives: receivingKey(device).recipient.text } };
  return Object.fromEntries(Object.entries(named).map(([part, value]) => [part, { type: "application/json", bytes: encodeCanonical(value) }]));
};

/** What `sealTestimony` is given for what the page asks. */
const sealingOf = ({ chain, seeds }, { contents, purposes, said, day, at, form, formSha256, withdraw }) => {
  const roster = rosterSaid(chain, said);
  const { table, short } = tableOf({ chain, seeds }, { purposes, said });
  if (effective(purposes).length === 0) throw new CannotSeal("consent");
  if (short) throw new CannotSeal(short);
  return {
    contents: contentsOf(contents, seeds),
    readers: recipientsOf(chain, table, roster),
    slots: roster.slots,
    rosterSha256: roster.sha256,
    rosterNo: roster.no,
    deviceSeed: seeds.device,
    interviewerSeed: seeds.interviewer,
    day, at, form, formSha256, withdraw,
    version: chain.latest.seals,
    keepUntil: keepUntil(contents.consent ?? {}),
  };
};

const numberOf = ({ bytes }) => decodeCanonical(bytes).tid;

/** The calls of the vault that seal; `held` is {chain, seeds}, of whoever is signed in. */
export const sealCalls = (held) => {
  let sealing = null; // {asked, kinds, staged, pieces, cutter} between `sealBegin` and its end
  return {
    /**
     * Who will read what, {part: [audience]}, after the words of the roster `said`; `short` says why nothing can be sealed: "lawyers"
     * when too few of them could read, "words" when nothing can be sealed to those words, "revoked" when the keys at hand
     * are active no more; else "".
     */
    readers: (asked) => tableOf(held, asked),
    isActive: () => isActive(held),

    /**
     * Seal `contents` ({part: text}) for the readers that `purposes` allow: an entry of the outbox, ciphertext only. Throws
     * `CannotSeal` "consent" when nothing was agreed to, "lawyers", "words" or "revoked" as `readers` says.
     */
    async seal(asked) {
      const { record, parts } = await sealTestimony(sealingOf(held, asked));
      return { ...(await entryOf("testimony", asked.day, record, objectsOf(parts))), tid: numberOf(record) };
    },

    /**
     * The same with recordings, pictures and files, in steps: `sealBegin`, then `sealItem`, `sealSlice`, … and `sealItemEnd` an item, then `sealEnd`.
     * `sealBegin` gives {kinds}, those that were agreed to: others are refused. The steps between give pieces [{names, objects}] to be kept
     * where `sealEnd`'s entry is; it has the names of all in `pieces`.
     */
    async sealBegin(asked) {
      const kinds = kindsAgreed(asked.purposes);
      const staged = await beginSealing(sealingOf(held, asked));
      const pieces = [];
      const cutter = cutterOf(async (part, content) => {
        const { heads, body, entry } = await staged.piece(part, content);
        const names = [...Object.values(entry.heads), entry.body];
        pieces.push({ part, names });
        return { part, names, objects: [...Object.values(heads), body] };
      });
      sealing = { asked, kinds, staged, pieces, cutter };
      return { kinds };
    },
    sealItem({ kind, type, origin }) {
      if (!sealing.kinds.includes(kind)) throw new CannotSeal("consent");
      sealing.cutter.begin({ kind, type, origin });
    },
    sealSlice: async (slice) => sealing.cutter.add(await mediaCalls.read(slice)),
    sealItemEnd: ({ seconds }) => sealing.cutter.end(seconds),
    sealList: () => sealing.cutter.list(),
    async sealEnd() {
      const { asked, staged, pieces } = sealing;
      sealing = null;
      const { record, parts } = await staged.finish();
      return { ...(await entryOf("testimony", asked.day, record, objectsOf(parts))), tid: numberOf(record), pieces: pieces.sort((a, b) => (a.part < b.part ? -1 : 1)).map(({ names }) => names) };
    },
    sealStop: () => void (sealing = null),
  };
};
