/** Answers one question on standard input, {uses, tid, day, readers, seed, scope}, as the page of the code would: a container, base64. */
import { fromHex } from "../../../testimony/web/static/js/sealing/base/bytes.js";
import { buildWithdrawal } from "../../../testimony/web/static/js/withdraw/code_signature.js";
import { inFrames, sealUses } from "../../../testimony/web/static/js/withdraw/use_seal.js";

let asked = "";
for await (const piece of process.stdin) asked += piece;
const { uses, tid, day, readers, seed: hex, scope } = JSON.parse(asked);
const seed = fromHex(hex, 32);
const withdrawals = scope.length > 0 ? [buildWithdrawal({ tid, scope, day, seed })] : [];
const container = await inFrames(await sealUses(uses, { tid, day, readers, seed }), withdrawals);
process.stdout.write(Buffer.from(container).toString("base64"));
