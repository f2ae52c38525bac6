/** Fewer taps: what one tap answers and what it leaves alone, what the card offers, how a search finds. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { AS_FAR_AS_KNOWN, dateFrom, partsFrom, pointFrom } from "../../../../testimony/web/static/js/interview/form/answers.js";
import { finds, fold } from "../../../../testimony/web/static/js/interview/form/search_terms.js";
import { needed, violations } from "../../../../testimony/web/static/js/interview/form/conditions.js";
import { nothingOf } from "../../../../testimony/web/static/js/interview/form/shortcuts.js";
import { suggested, used } from "../../../../testimony/web/static/js/interview/form/suggestions.js";

const form = JSON.parse(readFileSync(new URL("../../../vectors/form.json", import.meta.url), "utf8"));
const P = ["P01"];

const ALL = { pace: { value: "all" } };

test("nothing of this happened answers what is open with none, and only what is asked", () => {
  const given = nothingOf(form, "violence", { ...ALL, i_held: { value: "none" } }, P);
  assert.deepEqual(given, { v_acts: { value: ["none"] }, v_injury: { value: ["none"] }, v_prop: { value: ["none"] } });
  assert.deepEqual(nothingOf(form, "evidence", ALL, P), { e_count: { value: 0 } });
});

test("on the default path it says nothing of what that path does not ask, until the part is opened", () => {
  assert.deepEqual(nothingOf(form, "procedure", {}, P), { p_exam: { value: "none" }, p_signed: { value: "notreq" } });
  const opened = nothingOf(form, "procedure", { rest: { value: ["procedure"] } }, P);
  assert.ok("p_reg" in opened && "p_interp" in opened);
});

test("no tap says in the witness's name that no appeal was possible, or that nobody told of one", () => {
  const all = Object.assign({}, ...form.sections.map(({ id }) => nothingOf(form, id, ALL, P)));
  for (const id of ["p_legal", "p_appeal", "p_suspend", "a_resp"]) assert.ok(!(id in all), id);
});

test("what was answered stays, a reason for no answer too", () => {
  const given = nothingOf(form, "violence", { ...ALL, v_acts: { value: ["beat"] }, v_injury: { missing: "ref" } }, P);
  assert.deepEqual(Object.keys(given).sort(), ["v_custody", "v_prop"]);
});

test("a part that one tap answered holds nothing impossible, and lacks nothing that it promises", () => {
  const all = Object.assign({}, ...form.sections.map(({ id }) => nothingOf(form, id, ALL, P)));
  assert.deepEqual(violations(form, all, P, "2026-11-24").filter(({ kind }) => kind === "block"), []);
  const lacking = needed(form, all, P);
  for (const id of ["a_expr", "a_resp", "p_exam", "v_acts", "v_injury", "v_prop", "e_count"]) assert.ok(!lacking.includes(id), id);
});

test("the card offers the States of the border, and what this interview used already", () => {
  const answers = { i_segment: { value: "HRV-BIH:north" }, w_nat: { value: "AFG" }, i_chain: { value: [{ from: "SVN", to: "AUT" }] } };
  assert.deepEqual(suggested(form, answers, "i_from").slice(0, 2), ["HRV", "AFG"]);
  assert.equal(suggested(form, answers, "i_to")[0], "BIH");
  assert.deepEqual(used(form, answers, "iso3"), ["AFG", "SVN", "AUT"]);
  assert.deepEqual(used(form, answers, "gaz_segment"), ["HRV-BIH:north"]);
  assert.ok(suggested(form, {}, "i_segment").length > 2);
  assert.deepEqual(suggested(form, {}, "i_from"), []);
});

test("the card offers the default of a number and of a short list, and nothing else for them", () => {
  const own = {
    sections: [{ fields: ["near", "far", "days", "nights"] }],
    lists: { yn: { options: [{ code: "yes" }, { code: "no" }] } },
    fields: {
      near: { type: "select", list: "yn" },
      far: { type: "select", list: "yn", suggest: [["of", "near"], "gone"] },
      days: { type: "int", suggest: [3] },
      nights: { type: "int", suggest: [["plus", ["of", "days"], 1]] },
    },
  };
  assert.deepEqual(suggested(own, { near: { value: "no" } }, "far"), ["no"]);
  assert.deepEqual(suggested(own, { far: { value: "no" } }, "near"), []);
  assert.deepEqual(suggested(own, {}, "days"), [3]);
  assert.deepEqual(suggested(own, {}, "nights"), []);
  const weighed = { ...own, fields: { days: { type: "decimal", suggest: [["over", 35, 10], ["of", "far"], ["minus", 0, 2]] } } };
  assert.deepEqual(suggested(weighed, {}, "days"), ["3.5", "-2"]);
  assert.deepEqual(suggested(own, { days: { value: 2 } }, "nights"), [3]);
});

test("names are found without accents, marks and case, by Arabic letters of one shape, and by code", () => {
  for (const [query, name] of [["egyp", "Égypte"], ["COTE D IVOIRE", "Côte d’Ivoire"], ["turkiye", "Türkiye"], ["aland", "Åland Islands"], ["bosnia herz", "Bosnia & Herzegovina"]]) assert.ok(finds(query, name), name);
  for (const [query, name] of [["ايران", "إيران"], ["المانيا", "ألمانيا"], ["سوریا", "سوريا"], ["مصراته", "مصراتة"], ["كرواتيا", "کرواتیا"], ["لبنى", "لبني"]]) assert.ok(finds(query, name), name);
  assert.ok(finds("hrv", "Croatia", "HRV"));
  assert.ok(!finds("rv", "Croatia", "HRV"));
  assert.ok(!finds("greece turkey", "Greece to Serbia"));
  assert.equal(fold("٢٠٢٦ ۱۲"), "2026 12");
});

test("a date of birth is as exact as its parts, and never guessed", () => {
  assert.deepEqual(dateFrom({ year: "1998", month: "", day: "" }, AS_FAR_AS_KNOWN), { value: "1998" });
  assert.deepEqual(dateFrom({ year: "1998", month: "2", day: "" }, AS_FAR_AS_KNOWN), { value: "1998-02" });
  assert.deepEqual(dateFrom({ year: "1998", month: "2", day: "3" }, AS_FAR_AS_KNOWN), { value: "1998-02-03" });
  for (const parts of [{ year: "", month: "2", day: "3" }, { year: "1998", month: "", day: "3" }, { year: "1998", month: "2", day: "30" }]) assert.equal(dateFrom(parts, AS_FAR_AS_KNOWN), undefined);
  assert.deepEqual(partsFrom({ value: "1998-02" }), { year: "1998", month: "2" });
});

test("coordinates are read as people write them; what is none stays and is refused", () => {
  for (const typed of ["41.675, 26.555", " 41.675 26.555", "41.675;26.555", "٤١٫٦٧٥، ٢٦٫٥٥٥"]) assert.deepEqual(pointFrom(typed), { value: "41.675,26.555" });
  assert.deepEqual(pointFrom("at the river"), { value: "at the river" });
  const wrong = violations(form, { i_loc_point: { value: "at the river" } }, P, "2026-11-24");
  assert.deepEqual(wrong, [{ field: "i_loc_point", check: "point", kind: "block" }]);
  assert.deepEqual(violations(form, { i_loc_point: pointFrom("-33.9, 151.2") }, P, "2026-11-24"), []);
});

test("a coarse place is rounded before it is kept, and a finer one is refused", () => {
  for (const [typed, kept] of [["41.675, 26.555", "41.7,26.6"], ["41, 26.04", "41,26"], ["-0.04 -26.96", "0,-27"], ["٨٩٫٩٧، ١٧٩٫٩٧", "90,180"]]) assert.deepEqual(pointFrom(typed, true), { value: kept });
  assert.deepEqual(pointFrom("at the river", true), { value: "at the river" });
  const coarse = { ...form, fields: { ...form.fields, i_loc_point: { ...form.fields.i_loc_point, coarse: true } } };
  assert.deepEqual(violations(coarse, { i_loc_point: { value: "41.7,26.6" } }, P, "2026-11-24"), []);
  assert.deepEqual(violations(coarse, { i_loc_point: { value: "41.67,26.6" } }, P, "2026-11-24"), [{ field: "i_loc_point", check: "point", kind: "block" }]);
});
