/** Forms of signed statements as the browser's modules check them, for pytest: stdin [[name, value]] -> stdout [whether they hold]. */

import { readFileSync } from "node:fs";

import { holds } from "../../testimony/web/static/js/sealing/records/forms.js";

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(([name, value]) => holds(name, value))));
