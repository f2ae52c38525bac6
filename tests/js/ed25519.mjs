/** Ed25519 as the browser's modules verify it, for pytest: stdin [{pub, message, sig}] in hex -> stdout [whether they hold]. */

import { readFileSync } from "node:fs";

import { fromHex } from "../../testimony/web/static/js/sealing/base/bytes.js";
import { isSigned } from "../../testimony/web/static/js/sealing/base/ed25519.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map(({ pub, message, sig }) => isSigned(fromHex(sig), fromHex(message), fromHex(pub)))));
