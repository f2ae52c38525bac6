/** Composes for pytest: stdin {cases: [state], data, day, person} -> stdout [contents of the compartments]. */
import { readFileSync } from "node:fs";
import { compose } from "../../testimony/web/static/js/interview/form/contents.js";

const { cases, data, day, person } = JSON.parse(readFileSync(0, "utf8"));
let made = 0;
const newId = () => String((made += 1)).padStart(32, "0");
process.stdout.write(JSON.stringify(cases.map((state) => compose(state, data, { day, newId, person }))));
