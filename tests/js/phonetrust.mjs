/** What a phone makes of the trust that a node offers, read from standard input: with the page's own rules and keys. */

import { readFileSync } from "node:fs";

import { encodeCanonical } from "../../testimony/web/static/js/sealing/base/jcs.js";
import { RosterChain } from "../../testimony/web/static/js/sealing/roster/chain.js";
import { decodeSigned } from "../../testimony/web/static/js/sealing/records/records.js";
import { withdrawalKeys } from "../../testimony/web/static/js/sealing/keys/withdrawal_code.js";

const { root, rosters, code } = JSON.parse(readFileSync(0, "utf8"));
const records = rosters.map(({ record, sigs }) => decodeSigned(encodeCanonical({ record, sigs })));
const chain = new RosterChain(new TextEncoder().encode(root), records);
const [{ publicHex }] = await withdrawalKeys(code, chain.fingerprint);
console.log(JSON.stringify({ root: chain.root.no, roster: chain.latest.no, fingerprint: chain.fingerprint, withdraw: publicHex }));
