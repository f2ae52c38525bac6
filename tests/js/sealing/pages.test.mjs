/** The files of a page: two of the three page keys of the roster sign for them. Shares tests/vectors/pages.json with Python. */

import { utf8 } from "../../../testimony/web/static/js/sealing/base/bytes.js";
import { verifyPages } from "../../../testimony/web/static/js/sealing/statements/pages.js";
import { assert, readText, test } from "./support/harness.mjs";

const { releases, cases } = JSON.parse(await readText("tests/vectors/pages.json"));
const rosterWith = (keys) => ({ value: { trust: { files: [], releases: keys } } });
const recordOf = ({ record, sigs }) => ({ bytes: utf8(record), sigs });
const refused = (one, roster, reason) => assert.throws(() => verifyPages(recordOf(one), roster), `pages.${reason}`);

for (const one of cases) {
  test(`a statement of page files: ${one.name}`, () => {
    if (one.refused) refused(one, rosterWith(releases), one.refused);
    else assert.same(verifyPages(recordOf(one), rosterWith(releases)).version, one.version);
  });
}

test("a roster that names no page keys, or in another form, proves no page", () => {
  refused(cases[0], { value: {} }, "keys");
  for (const keys of [[], releases.slice(1), [...releases.slice(1), releases[1]], releases.map((one) => one.slice(1)), {}, null]) {
    refused(cases[0], rosterWith(keys), "keys");
  }
});
