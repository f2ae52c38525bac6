/** One testimony in an archive: its sealed parts, those in clear, who took it down and signed for it. Twin of sealing/archive/parts.py; DOM-free. */

import { verifyAttestation } from "../../static/js/sealing/testimony/attestation.js";
import { decodeObject } from "../../static/js/sealing/base/jcs.js";
import { commitment } from "../../static/js/sealing/parts/part.js";
import { isFormed, isImported, verifyRecord } from "../../static/js/sealing/records/records.js";
import { contradicts } from "./logs.js";
import { STATIONS, verifyWithdrawal } from "./statements.js";
import { hashOf } from "./zip.js";

const LONGEST_LINE = 1024;
const VOIDING = ["lawyer", "coordinator"];

const headerOf = (line) => {
  try {
    const header = decodeObject(line);
    return isFormed(header, "part") ? header : null;
  } catch {
    return null;
  }
};

/** What is wrong with a part in clear, "" when nothing is. */
const wrongWith = async (manifest, part, line, content) => {
  const entry = manifest.parts.find((one) => one.part === part);
  const consent = manifest.parts.find((one) => one.part === "consent");
  if (!entry || line.length > LONGEST_LINE) return "header";
  if (commitment(line) !== entry.commit) return "commitment";
  const expected = {
    tid: manifest.tid, rev: manifest.rev, part, form_sha256: manifest.form_sha256, roster: manifest.roster,
    consent: part === "consent" ? null : consent.commit,
  };
  const header = headerOf(line);
  if (!header || Object.entries(expected).some(([name, value]) => header[name] !== value)) return "header";
  return header.len === content.length && header.sha256 === (await hashOf(content)) ? "" : "content";
};

/** The questionnaire that the manifest names, or null where it is not here, or is another. Its hash binds it: it need not be canonical. */
const formOf = async (manifest, read) => {
  try {
    const bytes = await read(`forms/${manifest.form_sha256}.json`);
    return (await hashOf(bytes)) === manifest.form_sha256 ? JSON.parse(new TextDecoder().decode(bytes)) : null;
  } catch {
    return null;
  }
};

/** The checks of one testimony whose `manifest` was verified; `shown` gets each part in clear that holds: {tid, part, type, content, form}. */
export const checkingOf = (manifest, chain, shown) => {
  const { tid } = manifest;
  let provenance = null;
  const found = (code, holds, values = {}) => ({ code, holds, tid, values });

  const imported = isImported(manifest);

  const takenDown = () =>
    found(imported ? "manifest.imported" : "manifest.holds", "yes", { day: manifest.day, device: chain.signer(manifest.by)?.id ?? manifest.by, no: manifest.roster_no });

  const names = new Set(manifest.parts.flatMap(({ heads, body }) => [...Object.values(heads), body]));

  const sealed = (objects, granted) => {
    const named = new Set([...names, ...granted]);
    const number = [...named].filter((name) => objects.has(name)).length;
    if (number === 0) return found("sealed.absent", "open");
    const missing = named.size - number;
    return missing ? found("sealed.lacking", "open", { number, missing }) : found("sealed.whole", "yes", { number });
  };

  async function* revealed(read, parts) {
    const form = parts.size ? await formOf(manifest, read) : null;
    for (const part of [...parts.keys()].sort()) {
      const [line, content] = ["line", "content"].map((kind) => `revealed/${tid}/${part}.${kind}`);
      const both = parts.get(part).length === 2;
      const wrong = both ? await wrongWith(manifest, part, await read(line), await read(content)) : "header";
      if (wrong) {
        yield found(`revealed.${wrong}`, "no", { part });
        continue;
      }
      const bytes = await read(content);
      if (part === "provenance") provenance = bytes;
      shown.push({ tid, part, type: headerOf(await read(line)).type, content: bytes, form });
      yield found("revealed.holds", "yes", { part });
    }
  }

  const interviewer = () => {
    if (!provenance) return found("interviewer.sealed", "open");
    try {
      const { personId, at } = verifyAttestation(provenance, manifest, chain);
      return found(imported ? "interviewer.imported" : "interviewer.holds", "yes", { person: personId, time: at });
    } catch {
      return found("interviewer.refused", "no");
    }
  };

  const receipt = ({ record, value }, proved) => {
    const entry = chain.signer(value.station);
    try {
      if (!STATIONS.includes(entry?.kind)) return found("receipt.refused", "no");
      verifyRecord(record, "receipt", entry.keys);
    } catch {
      return found("receipt.refused", "no");
    }
    if (!value.durable || value.parts.length === 0) return found("receipt.empty", "no");
    if (!value.parts.every((name) => names.has(name))) return found("receipt.refused", "no");
    if (contradicts(proved, value)) return found("receipt.forked", "no");
    return found("receipt.holds", "yes", { station: entry.id, number: value.parts.length });
  };

  const withdrawal = (record, roles) => {
    try {
      const { by, day, scope } = verifyWithdrawal(record, chain, manifest.withdraw);
      if (chain.signer(by) && VOIDING.every((role) => roles.includes(role))) return found("withdrawn.void", "yes", { day });
      return scope === "all" ? found("withdrawn.all", "no", { day }) : found("withdrawn.part", "yes", { day, number: scope.length });
    } catch {
      return found("record.refused", "no", { name: `records/${record.id}.json` });
    }
  };

  const withdrawn = ({ withdrawals, contests, early }) => [
    ...(early.has(manifest.withdraw) ? [found("withdrawn.all", "no", { day: early.get(manifest.withdraw) })] : []),
    ...withdrawals.filter(({ value }) => value.tid === tid).map(({ record }) => withdrawal(record, contests.get(record.id) ?? [])),
  ];

  return { names, takenDown, sealed, revealed, interviewer, receipt, withdrawn };
};
