import assert from "node:assert/strict";
import { test } from "node:test";

import { filler, written } from "../../../testimony/web/static/js/desk/filled.js";

test("numbers in a sentence have the digits of its language, and words stay as they are", () => {
  const sentence = "{found} / {all}: {name}";
  const values = { found: 5, all: 12, name: "B4" };
  assert.equal(filler("fa")(sentence, values), "۵ / ۱۲: B4");
  assert.equal(filler("ar")(sentence, values), "5 / 12: B4");
  assert.equal(filler("en")(sentence, values), "5 / 12: B4");
  assert.equal(written("fa", 0), "۰");
});
