"""An interviewer in a hurry: the page's own controls pressed from within it, a whole way of cards in one step.

It is the keyboard's way: an answer is ticked and Next is pressed, so that no card waits to move by itself. On the way
to the account, and in `fill`, answers are handed to the page's own modules, and no card is shown. For what a test
passes before it comes to its own matter; fingers go the same ways in tests of whole interviews and in journeys.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any

from tests.support.interview.card_driver import DOUBLE_TAP, REASONS
from tests.support.interview.driver import GUARDED, KEEPING, SEVERAL, TALK, TELLING, Interviewer

HANDS = """
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const shown = () => one("[data-card]:not([hidden])").dataset.card;
  const said = () => one("[data-error]").textContent;
  const fieldOf = (id) => one(`[data-card]:not([hidden]) [data-field="${id}"]`);
  const there = (target, what) => {
    if (target?.checkVisibility()) return target;
    throw new Error(`${shown()}: no ${what} to be seen; ${said()}`);
  };
  const act = (name, within = document) =>
    there(all(`[data-act="${name}"]`, within).find((each) => each.checkVisibility()), name).click();
  const tick = (place, code) => there(one(`[data-option="${code}"]`, place), code).click();
  const prompted = [];
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab" }));
  const closePrompt = () => {
    const prompt = one("dialog[data-prompt][open]");
    if (!prompt) return;
    prompted.push(prompt.dataset.prompt);
    act("close-prompt", prompt);
  };
  const turn = () => new Promise((passed) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = passed;
    port2.postMessage(null);
  });
  const settled = async (before) => {
    for (let passed = 0; passed < 2 || (shown() === before && !said()); passed += 1) {
      if (passed > 3000) throw new Error(`${before}: nothing comes of it`);
      await (passed < 20 ? turn() : new Promise((later) => setTimeout(later, 5)));
    }
    closePrompt();
  };
  const goOn = async (name = "next") => {
    const before = shown();
    for (let heard = null; shown() === before; ) {
      act(name);
      await settled(before);
      if (shown() === before && said() === heard) throw new Error(`${before}: ${heard}`);
      heard = said();
    }
  };
"""
"""What is only asked about, because it is unlikely, is meant: Next is pressed again."""

TICK = f"""async (given) => {{
  {HANDS}
  const ticks = () => {{
    if (shown().startsWith("told-") && "told-" in given) return {{ told: [] }};
    if (shown() === "uses-counted") return lines(given["uses-counted"]);
    if (shown() in given) return only(given[shown()]);
    const kind = Object.keys(given).find((name) => name.endsWith("-") && shown().startsWith(name));
    return kind && {{ [shown().replace("-", "_")]: given[kind] }};
  }};
  const lines = (codes = {{}}) => {{
    const shownLines = all("[data-card=uses-counted] [data-field]").filter((line) => line.checkVisibility());
    return Object.fromEntries(shownLines.map(({{ dataset }}) => [dataset.field, codes[dataset.field] ?? ["no"]]));
  }};
  const only = (codes) => Object.fromEntries(Object.entries(codes).filter(([id]) => fieldOf(id)?.checkVisibility()));
  for (let codes = ticks(); codes; codes = ticks()) {{
    if (codes.told) await goOn("told");
    else {{
      for (const id in codes) {{
        const there = (code) => one(`[data-option="${{code}}"]`, fieldOf(id))?.checkVisibility();
        codes[id].filter(there).forEach((code) => tick(fieldOf(id), code));
      }}
      await goOn();
    }}
  }}
  return prompted;
}}"""
"""On as long as `given` says what to tick on the card that is shown: by its name, or by how its name begins."""

PASS = f"""async ([given, everything]) => {{
  {HANDS}
  const start = one("script[type=module]").src;
  const load = (name) => import(start.replace("pages/home/start.js", name));
  const {{ answer, answers, path, sitting }} = await load("pages/base/interview_state.js");
  const {{ after, lacking }} = await load("form/flow.js");
  const {{ go }} = await load("pages/cards/card.js");
  const kindOf = (card) => Object.keys(given).find((name) => name.endsWith("-") && card.startsWith(name));
  const saidOn = ({{ required }}) => Object.fromEntries(required.map((field) => [field, ["said"]]));
  const byKind = (id) => kindOf(id) && {{ [id.replace("-", "_")]: given[kindOf(id)] }};
  const isTold = ({{ id }}) => id.startsWith("told-") && given["told-"];
  const isLines = ({{ id }}) => id === "uses-counted" && given["uses-counted"];
  const line = (field) => [field, given["uses-counted"][field] ?? ["no"]];
  const linesOf = ({{ required }}) => Object.fromEntries(required.map(line));
  const ticks = (card) =>
    isTold(card) ? saidOn(card) : isLines(card) ? linesOf(card) : (given[card.id] ?? byKind(card.id));
  const isMany = (field) => one(`[data-field="${{field}}"]`).dataset.type === "multi";
  if (everything) answer("pace", {{ value: "all" }});
  let card = sitting.cards.find(({{ id }}) => id === shown());
  for (let codes = ticks(card); codes; codes = ticks(card)) {{
    for (const field in codes) {{
      if (one(`[data-field="${{field}}"]`)) answer(field, {{ value: isMany(field) ? codes[field] : codes[field][0] }});
    }}
    const left = lacking(card, answers());
    if (left.length > 0) throw new Error(`${{card.id}}: no answer to ${{left}}`);
    card = after(path(), sitting.cards, card.id);
  }}
  await go(card.id);
  closePrompt();
  return prompted;
}}"""
"""What `TICK` gives, through the page's own answers: of the cards that it passes only the one after them is shown."""

ANSWER = f"""async ([answers, reasons, until, everything]) => {{
  {HANDS}
  const put = (place, value, event) => {{
    there(place, value).value = value;
    place.dispatchEvent(new Event(event, {{ bubbles: true }}));
  }};
  const type = (place, value) => put(one("[data-input]", place), String(value), "input");
  const pick = (place, value) => {{
    act("open-picker", place);
    const dialog = one('dialog[data-dialog="picker"]');
    [value].flat().forEach((code) => tick(one("[data-picker-list]:not([hidden])", dialog), code));
    if (dialog.open) act("picker-done", dialog);
  }};
  const unfold = (part, codes) => {{
    one("details", part).open = true;
    codes.forEach((code) => tick(part, code));
  }};
  const pieces = {{ code: pick, select: (part, value) => put(part, value, "change"), multi: unfold }};
  const rows = (place, held) => held.forEach((row, at) => {{
    act("add-row", place);
    for (const [name, value] of Object.entries(row)) {{
      const part = one(`[data-part="${{name}}"]`, all("[data-row]", place)[at]);
      (pieces[part.dataset.kind] ?? ((typed) => put(typed, String(value), "input")))(part, value);
    }}
  }});
  const day = (place, value) => {{
    if (place.dataset.precision) tick(fieldOf(place.dataset.precision), answers[place.dataset.precision] ?? "day");
    value.split("-").forEach((number, at) => {{
      const list = one(`[data-part="${{["year", "month", "day"][at]}}"]`, place);
      if (list.checkVisibility()) put(list, String(Number(number)), "change");
    }});
  }};
  const kinds = {{ date: day, repeat: rows, text: type, int: type, geo: type, code: pick, multi_code: pick }};
  const give = (place, value) => {{
    const reason = reasons.includes([value].flat()[0]);
    if (!reason && place.dataset.type in kinds) kinds[place.dataset.type](place, value);
    else [value].flat().forEach((code) => tick(place, code));
  }};
  const cards = all("[data-coded]").map(({{ dataset }}) => dataset);
  const questionsOn = ({{ card, fields }}) => fields?.split(" ") ?? [card];
  const optionalAlone = () => {{
    const rest = cards.slice(cards.findIndex(({{ card }}) => card === shown()));
    if (rest[0].card !== shown()) return false;
    const end = rest.findIndex(({{ required, section }}) => required || section !== rest[0].section);
    const run = rest.slice(0, end < 0 ? rest.length : end).flatMap(questionsOn);
    return run.length > 0 && !run.some((field) => field in answers);
  }};
  while (shown() !== until) {{
    closePrompt();
    const pace = all('[data-act="pace"][aria-pressed="false"]').find((each) => each.checkVisibility());
    if (everything) pace?.click();
    const card = shown();
    const given = (field) => (field in answers || field === "n_text") && fieldOf(field)?.checkVisibility();
    for (const field of cards.filter((each) => each.card === card).flatMap(questionsOn).filter(given)) {{
      give(fieldOf(field), answers[field] ?? "nask");
    }}
    await goOn(optionalAlone() ? "skip-optional" : "next");
  }}
  return prompted;
}}"""
"""Card after card with what `answers` says, passing what is optional and not in it, until the card `until`."""


FILL = f"""async ([given, everything]) => {{
  {HANDS}
  const start = one("script[type=module]").src;
  const load = (name) => import(start.replace("pages/home/start.js", name));
  const {{ answer, answers, path, sitting }} = await load("pages/base/interview_state.js");
  const {{ lacking }} = await load("form/flow.js");
  const {{ go }} = await load("pages/cards/card.js");
  if (everything) answer("pace", {{ value: "all" }});
  for (const [field, held] of Object.entries(given)) answer(field, held);
  const left = path().filter(({{ coded }}) => coded).flatMap((card) => lacking(card, answers()));
  if (left.length > 0) throw new Error(`no answer to ${{left}}`);
  await go("review");
  closePrompt();
  return prompted;
}}"""
"""The whole account through the page's own answers: of its cards none is shown, and the read-back is."""


class Hurried(Interviewer):
    """Whoever holds the phone goes through the cards at once, and does all else with their fingers."""

    def safety(self, age: str = "adult", circumstances: Mapping[str, Any] = TALK) -> None:
        self.wait_for("safety")
        self._tick(_opening(age, circumstances))

    def tell(self) -> None:
        self._tick(TOLD)

    def consent(self, purposes: Collection[str]) -> None:
        self._tick(_asked(purposes))

    def teach_back(self) -> None:
        self._tick(UNDERSTOOD)

    def talk(self, circumstances: Mapping[str, Any] = TALK, telling: Collection[str] = TELLING) -> None:
        self._tick(_talked(circumstances, telling))

    def to_account(
        self,
        *,
        purposes: Collection[str],
        witness_language: str = "en",
        circumstances: Mapping[str, Any] = TALK,
    ) -> None:
        self.begin(witness_language)
        talked = _talked(circumstances, TELLING)
        self.wait_for("safety")
        given = {**_opening("adult", circumstances), **TOLD, **_asked(purposes), **UNDERSTOOD, **talked}
        self._hurry(PASS, [given, self.everything])

    def answer(self, answers: Mapping[str, Any], *, until: str = "review") -> None:
        self._hurry(ANSWER, [dict(answers), REASONS, until, self.everything])

    def fill(self, answers: Mapping[str, Any]) -> None:
        self._hurry(FILL, [{name: _held(value) for name, value in answers.items()}, self.everything])

    def _tick(self, given: Mapping[str, Any]) -> None:
        self._hurry(TICK, given)

    def _hurry(self, way: str, told: Any) -> None:
        if (rest := self._moved + DOUBLE_TAP - time.monotonic()) > 0:
            self.page.wait_for_timeout(rest * 1000)
        self.prompted += self.page.evaluate(way, told)


Ticks = dict[str, dict[str, list[str]] | list[str]]
"""By card what is ticked of which field; by how its name begins, up to a dash, what is ticked of its own."""

TOLD: Ticks = {"told-": ["said"], **{card: {card: ["yes"]} for card in ("cs_guardian", "cs_assent")}}
UNDERSTOOD: Ticks = {"teach-": ["understood"]}
COUNTED = ("P06", "P07", "P10")
SAFE: dict[str, list[str]] = {
    "safety_private": ["yes"],
    "safety_officer": ["no"],
    "safety_urgent": ["no"],
    "safety_return": ["no"],
}


def _held(value: Any) -> dict[str, Any]:
    """An answer as the page holds it: a value, or the reason why there is none."""
    code = value[0] if isinstance(value, list) and len(value) == 1 else value
    return {"missing": code} if code in REASONS else {"value": value}


def _opening(age: str, circumstances: Mapping[str, Any]) -> Ticks:
    guarded = {card: {card: ["yes"]} for card in GUARDED}
    return {"safety": SAFE | {"cs_age": [age]}, **guarded, **_several(circumstances)}


def _asked(purposes: Collection[str]) -> Ticks:
    counted = {f"purpose_{code}": ["yes"] for code in purposes if code.startswith(COUNTED)}
    further = [code for code in purposes if not code.startswith((*KEEPING, *COUNTED))]
    single = {f"purpose-{code}": {f"purpose_{code}": [_yes(code)]} for code in purposes}
    more = {"page_uses": further} if further else {}
    return {"purpose-": ["no"], **single, "uses-counted": counted, "uses-more": more}


def _yes(code: str) -> str:
    """How a use is agreed to: testifying under initials, where that is what is asked."""
    return "initials" if code.startswith("P08d") else "yes"


def _several(circumstances: Mapping[str, Any]) -> Ticks:
    held = {field: value if isinstance(value, list) else [value] for field, value in circumstances.items()}
    return {card: {field: held[field] for field in fields if field in held} for card, fields in SEVERAL.items()}


def _talked(circumstances: Mapping[str, Any], telling: Collection[str]) -> Ticks:
    held = {card: value if isinstance(value, list) else [value] for card, value in circumstances.items()}
    alone = {card: {card: codes} for card, codes in held.items()}
    return {**alone, **_several(circumstances), **{card: {} for card in telling}}
