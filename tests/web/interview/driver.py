"""Drives the interview page in Chromium as an interviewer would: sign in, consent, answer, seal. Journeys use it."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

TALK = {
    "interpreter": "no",
    "cs_present": ["none"],
    "cs_capacity": ["none"],
    "cs_incentive": "none",
    "cs_mode": "oral",
    "cs_heard": "read",
    "guardian_relation": "parent",
    "told_before": "no",
}
"""A talk that nothing stands in the way of, for a script that is no draft."""
WITH_INTERPRETER = TALK | {
    "interpreter": "yes",
    "interpreter_officer": "no",
    "interpreter_oath": "yes",
    "cs_int_relation": "professional",
    "cs_int_gender": "f",
    "cs_present": ["interpreter"],
}
"""The same with an interpreter, as a draft script asks for."""
REASONS = ("unk", "ref", "nask")
GUARDED = ("guardian_account", "cs_focal_point", "cs_second_adult")
TELLING = ("interpreter_name", "guardian_name", "adults_names", "share_instead")
"""Cards of the talk that may be left as they are."""
CODE = re.compile(r"^\d{5}( \d{5}){4}$")
DOUBLE_TAP = 0.42  # seconds: a tap so soon after a card moved by itself is taken for a double tap


class Interviewer:
    """One interviewer with one page. Every step waits until the page has taken it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self._moved = 0.0  # when a card last moved by itself
        self.prompted: list[str] = []  # the offers of help that the page made by itself, in order
        self._prompts = page.locator("dialog[data-prompt][open]")
        page.add_locator_handler(self._prompts, self._go_on)

    def _go_on(self, prompt: Locator) -> None:
        """Close an offer of help that stands in the way of a tap."""
        self.prompted.append(str(prompt.get_attribute("data-prompt")))
        prompt.locator('[data-act="close-prompt"]').click()

    def leave_prompts_open(self) -> None:
        """From now on whoever drives looks at offers of help, and closes them."""
        self.page.remove_locator_handler(self._prompts)

    # signing in

    def open(self, lang: str = "en", *, offline_ready: bool = True) -> None:
        """Load the page; wait until the phone could go on without the node."""
        self.page.goto(f"{self.address}/interview/{lang}/")
        self.page.wait_for_selector("html[data-ready=true]")
        if offline_ready:
            self.page.wait_for_selector("html[data-offline=ready]", timeout=60_000)

    def sign_in(self, name: str, passphrase: str) -> None:
        self.page.fill("#person", name)
        self.page.fill("#passphrase", passphrase)
        self.act("sign-in")
        self.wait_for("home")

    def unlock(self, passphrase: str) -> None:
        self.page.fill("#passphrase-again", passphrase)
        self.act("unlock")

    # cards

    @property
    def card(self) -> str:
        """The name of the card on the screen."""
        return str(self.page.locator("[data-card]:not([hidden])").get_attribute("data-card"))

    def wait_for(self, card: str) -> Locator:
        """The card, once it is shown."""
        shown = self.page.locator(f'[data-card="{card}"]')
        expect(shown).to_be_visible(timeout=30_000)
        return shown

    def act(self, name: str) -> None:
        """Tap the visible button of that name."""
        self.page.locator(f'[data-act="{name}"]:visible').first.click()

    def complaint(self) -> str:
        """What the page says is wrong; empty when nothing is."""
        return self.page.locator("[data-error]").inner_text()

    def wait_for_complaint(self) -> str:
        """What the page says is wrong, once it does."""
        said = "() => document.querySelector('[data-error]').innerText.trim()"
        return str(self.page.wait_for_function(said, timeout=60_000).json_value())

    def saved(self) -> None:
        """Wait until the encrypted draft holds everything."""
        self.page.wait_for_selector("html[data-saved=yes]")

    def next(self) -> None:
        """To the next card. Fails with the page's own complaint."""
        before = self.card
        self.tap_next()
        self._moved_from(before)

    def tap_next(self) -> None:
        """Tap next, whatever comes of it."""
        if (rest := self._moved + DOUBLE_TAP - time.monotonic()) > 0:
            self.page.wait_for_timeout(rest * 1000)
        self.act("next")

    def _changed_from(self, before: str, *, timeout: float = 30_000) -> None:
        self.page.wait_for_function(
            """before => document.querySelector('[data-card]:not([hidden])').dataset.card !== before
                 || document.querySelector('[data-error]').textContent !== ''""",
            arg=before,
            timeout=timeout,
        )

    def _moved_from(self, before: str) -> None:
        self._changed_from(before)
        assert self.card != before, f"{before}: {self.complaint()}"

    def choose(self, field: str, *codes: str) -> None:
        """Tap options of a field on the card shown."""
        for code in codes:
            self.page.locator(f'[data-field="{field}"] [data-option="{code}"]:visible').click()

    def take(self, field: str, code: str) -> None:
        """A single answer on the card shown, and on to the next card."""
        before = self.card
        self.choose(field, code)
        try:
            self._changed_from(before, timeout=400)
        except PlaywrightTimeout:
            self.act("next")
            self._moved_from(before)
        self._moved = time.monotonic()

    # the interview

    def drafts(self) -> int:
        """How many drafts the home card offers to go on with."""
        return self.page.locator('[data-act="resume"]:visible').count()

    def resume(self) -> None:
        """From home into the draft that waits there."""
        self.act("resume")
        self.page.wait_for_selector("[data-card][data-section]:not([hidden])")

    def begin(self, witness_language: str = "en") -> None:
        """From home to the safety check."""
        self.act("new-interview")
        self.wait_for("languages")
        self.choose("witness_language", witness_language)
        self.next()

    def safety(self, age: str = "adult") -> None:
        self.wait_for("safety")
        self.choose("safety_private", "yes")
        self.choose("safety_officer", "no")
        self.choose("safety_urgent", "no")
        self.choose("safety_return", "no")
        self.next()
        self.wait_for("cs_age")
        self.take("cs_age", age)
        while self.card in GUARDED:
            self.take(self.card, "yes")

    def tell(self) -> None:
        """Say each of the must-tell items."""
        while self.card.startswith("told-"):
            self.take(self.card.replace("-", "_"), "said")
        while self.card in ("cs_guardian", "cs_assent"):
            self.take(self.card, "yes")

    def consent(self, purposes: Collection[str]) -> None:
        """Answer each purpose: yes to those in `purposes`, no to the others."""
        while self.card.startswith("purpose-"):
            code = self.card.removeprefix("purpose-")
            self.take(f"purpose_{code}", "yes" if code in purposes else "no")

    def teach_back(self) -> None:
        while self.card.startswith("teach-"):
            self.take(self.card.replace("-", "_"), "understood")

    def talk(self, circumstances: Mapping[str, Any] = TALK, telling: Collection[str] = TELLING) -> None:
        """Answer what is asked about the talk itself."""
        while self.card in circumstances or self.card in telling:
            if self.card in telling:
                self.next()
                continue
            held = circumstances[self.card]
            if isinstance(held, list):
                self.choose(self.card, *held)
                self.next()
            else:
                self.take(self.card, held)

    def to_account(
        self,
        *,
        purposes: Collection[str],
        witness_language: str = "en",
        circumstances: Mapping[str, Any] = TALK,
    ) -> None:
        """From home to the first card of the account."""
        self.begin(witness_language)
        self.safety()
        self.tell()
        self.consent(purposes)
        self.teach_back()
        self.talk(circumstances)

    def answer(self, answers: Mapping[str, Any], *, until: str = "review") -> None:
        """Go through the questions with `answers` ({field: code, [codes], number, date, legs, text}); skip the rest."""
        while self.card != until:
            self.answer_card(self.card, answers)

    def answer_card(self, field: str, answers: Mapping[str, Any]) -> None:
        """Answer the card on the screen, or skip it, and go on."""
        if field in answers or field == "n_text":
            self.give(field, answers.get(field, "nask"), answers)
        if self.card == field and field not in answers and self._nothing_optional_follows(field, answers):
            self.act("skip-optional")
            self._moved_from(field)
        elif self.card == field:
            self.next_if_sure()

    def next_if_sure(self) -> None:
        """To the next card; an answer that the page asks about once is meant."""
        before, said = self.card, None
        while self.card == before:
            self.tap_next()
            self._changed_from(before)
            assert self.card != before or self.complaint() != said, f"{before}: {said}"
            said = self.complaint()

    def _nothing_optional_follows(self, card: str, answers: Mapping[str, Any]) -> bool:
        """Whether the optional cards from `card` to the next required one of its section are all without an answer."""
        run = self.page.evaluate(
            """card => {
              const cards = [...document.querySelectorAll('[data-coded]')];
              const at = cards.findIndex(each => each.dataset.card === card);
              if (at < 0) return [];
              const rest = cards.slice(at);
              const ends = ({required, section}) => required || section !== rest[0].dataset.section;
              const end = rest.findIndex(each => ends(each.dataset));
              return rest.slice(0, end < 0 ? rest.length : end).map(each => each.dataset.card);
            }""",
            card,
        )
        return card in run and not set(run) & set(answers)

    def give(self, field: str, value: Any, answers: Mapping[str, Any] | None = None) -> None:
        """One answer on the card shown; it stays on the card unless the page moves by itself."""
        place = self.page.locator(f'[data-field="{field}"]')
        kind = place.get_attribute("data-type")
        if kind == "date":
            self._date(place, field, str(value), (answers or {}).get(f"{field}_prec", "day"))
        elif kind == "repeat":
            self._rows(place, value)
        elif kind in ("text", "int", "geo") and value in REASONS:
            self.choose(field, value)
        elif kind in ("text", "int", "geo"):
            place.locator("[data-input]").fill(str(value))
        elif kind in ("code", "multi_code"):
            self._pick(place, value)
        elif kind == "select":
            self.take(field, value)
        else:
            self.choose(field, *(value if isinstance(value, list) else [value]))

    def _date(self, place: Locator, field: str, value: str, precision: str) -> None:
        if place.get_attribute("data-precision"):
            self.choose(f"{field}_prec", precision)
        for part, number in zip(("year", "month", "day"), value.split("-"), strict=False):  # a month has no day
            select = place.locator(f'[data-part="{part}"]')
            if select.is_visible():
                select.select_option(str(int(number)))

    def _pick(self, place: Locator, value: str | list[str]) -> None:
        codes = value if isinstance(value, list) else [value]
        if codes[0] in REASONS:
            place.locator(f'[data-option="{codes[0]}"]').click()
            return
        place.locator('[data-act="open-picker"]').click()
        dialog = self.page.locator('dialog[data-dialog="picker"]')
        for code in codes:
            dialog.locator("[data-picker-search]").fill(code)
            dialog.locator(f'[data-option="{code}"]:visible').click()
        if dialog.is_visible():
            dialog.locator('[data-act="picker-done"]').click()

    def _rows(self, place: Locator, rows: list[Mapping[str, Any]]) -> None:
        """Lines of a repeat: {piece: code, [codes], number or text} each."""
        for number, row in enumerate(rows):
            place.locator('[data-act="add-row"]').click()
            line = place.locator("[data-row]").nth(number)
            for piece, value in row.items():
                self._piece(line.locator(f'[data-part="{piece}"]'), value)

    def _piece(self, part: Locator, value: Any) -> None:
        kind = part.get_attribute("data-kind")
        if kind == "code":
            self._pick(part, value)
        elif kind == "select":
            part.select_option(value)
        elif kind == "multi":
            part.locator("summary").click()
            for code in value:
                part.locator(f'[data-option="{code}"]').click()
        else:
            part.fill(str(value))

    def refuse_at_once(self) -> None:
        """From home: no to the first purpose, and what was said until then is deleted."""
        self.begin("en")
        self.safety()
        self.tell()
        self.take("purpose_P01", "no")
        self.wait_for("refused")
        self.act("end-refused")
        self.wait_for("outbox")

    def to_sealing(self) -> str:
        """From the read-back to the last card. Returns the withdrawal code, 25 digits."""
        if self.card == "review":
            self.next()
        self.wait_for("readers")
        self.next()
        self.wait_for("code")
        code = self.page.locator("[data-code]")
        expect(code).to_have_text(CODE)
        digits = code.inner_text().replace(" ", "")
        self.page.locator("[data-code-check]").fill(digits[-5:])  # read back from the witness's copy
        self.choose("code_given", "given")
        self.next()
        self.wait_for("finish")
        return digits

    def seal(self) -> str:
        """From the read-back to the outbox. Returns the withdrawal code."""
        digits = self.to_sealing()
        self.finish()
        return digits

    def finish(self) -> None:
        """From the last card to the outbox."""
        self.act("seal")
        self.wait_for("outbox")

    def witness_code(self) -> str:
        """The withdrawal code in the witness's own numerals, as it was shown; empty where those are ours."""
        return str(self.page.locator("[data-code-witness]").text_content()).replace(" ", "")

    # the outbox

    def deliver(self) -> None:
        """Wait until nothing waits on the phone; what was tried in vain is tried again by hand."""
        self.act("send-now")
        waiting = "[data-outbox] li[data-state=waiting]"
        self.page.wait_for_function(f"() => !document.querySelector('{waiting}')", timeout=60_000)

    def records(self) -> list[str]:
        """The name of each line of the outbox card."""
        rows = self.page.locator("[data-outbox] li")
        return [str(record) for record in rows.evaluate_all("rows => rows.map(row => row.dataset.record)")]

    def states(self) -> list[str]:
        """The state of each line of the outbox card."""
        rows = self.page.locator("[data-outbox] li")  # in one step: a row goes while it is being delivered
        return [str(state) for state in rows.evaluate_all("rows => rows.map(row => row.dataset.state)")]
