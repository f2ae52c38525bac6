"""The cards of the interview page under a driver's fingers: which one is shown, tapping, choosing, typing, going on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

REASONS = ("unk", "ref", "nask")
DOUBLE_TAP = 0.42  # seconds: a tap so soon after a card moved by itself is taken for a double tap
PAUSE = 20  # milliseconds between two looks at the page: one with every frame would make it draw every frame
LIGHT = "css:light="
"""The page has no shadow trees: to look for them, Playwright goes through all its elements with every step."""
CARD = "() => document.querySelector('[data-card]:not([hidden])').dataset.card"

SEEN = """() => ({
  cards: [...document.querySelectorAll("[data-card]:not([hidden])")].map(({ dataset }) => dataset.card),
  flags: { ...document.documentElement.dataset },
  dialogs: [...document.querySelectorAll("dialog[open]")].map(({ dataset }) => dataset.dialog),
  shown: [document.visibilityState, document.hasFocus()],
  said: document.querySelector("[data-error]").textContent,
})"""
"""What is on the screen, for whoever has to find out why a card is not where it was."""


QUESTIONS = "card => card.dataset.fields?.split(' ') ?? [card.dataset.card]"
"""The questions of a card."""
ALONE = "field => !field.closest('[data-fields]')"
"""Whether a question has a card of its own."""
MOVES = """(field, code) => {
  const others = [...(field.closest("[data-fields]")?.querySelectorAll("fieldset[data-field]") ?? [])];
  const filled = (each) => each.querySelector("input:checked, [data-chosen]:not([hidden])")
    || each.querySelector("[data-input]")?.value;
  return field.dataset.type === "select" && !("stay" in field.dataset)
    && !field.querySelector(`[data-option="${code}"] input`).checked
    && others.every((each) => each === field || !each.checkVisibility() || filled(each));
}"""


class LostSight(AssertionError):
    """What was to be tapped is not on the screen."""


class Cards:
    """One page with one card on the screen. Every step waits until the page has taken it.

    `everything`: the whole form is asked for, in its order, and not the default path. `patience`: milliseconds that the
    node may take to answer.
    """

    everything = True
    patience = 60_000

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self._moved = 0.0  # when a card last moved by itself
        self.prompted: list[str] = []  # the offers of help that the page made by itself, in order
        self._prompts = self.find("dialog[data-prompt][open]")
        page.add_locator_handler(self._prompts, self._go_on)

    def _go_on(self, prompt: Locator) -> None:
        """Close an offer of help that stands in the way of a tap."""
        self.prompted.append(str(prompt.get_attribute("data-prompt")))
        prompt.locator('[data-act="close-prompt"]').click()

    def leave_prompts_open(self) -> None:
        """From now on whoever drives looks at offers of help, and closes them."""
        self.page.remove_locator_handler(self._prompts)

    def find(self, selector: str) -> Locator:
        """What a selector of CSS finds on the page."""
        return self.page.locator(LIGHT + selector)

    @property
    def card(self) -> str:
        """The name of the card on the screen."""
        return str(self.page.evaluate(CARD))

    def wait_for(self, card: str) -> Locator:
        """The card, once it is shown."""
        shown = self.find(f'[data-card="{card}"]')
        shown.wait_for(timeout=self.patience)
        return shown

    def act(self, name: str) -> None:
        """Tap the visible button of that name."""
        self.find(f'[data-act="{name}"]:visible').first.click()

    def complaint(self) -> str:
        """What the page says is wrong; empty when nothing is."""
        return self.find("[data-error]").inner_text()

    def wait_for_complaint(self) -> str:
        """What the page says is wrong, once it does."""
        said = "() => document.querySelector('[data-error]').innerText.trim()"
        return str(self.page.wait_for_function(said, timeout=self.patience, polling=PAUSE).json_value())

    def saved(self) -> None:
        """Wait until the encrypted draft holds everything."""
        self.flagged("saved", "yes")

    def flagged(self, name: str, value: str, timeout: float | None = None) -> None:
        """Wait until the page says so of itself; milliseconds."""
        self.find(f"html[data-{name}={value}]").wait_for(timeout=timeout)

    def next(self) -> None:
        """To the next card. Fails with the page's own complaint."""
        before = self.card
        self.tap_next()
        self._moved_from(before)

    def tap_next(self) -> None:
        """Tap next, whatever comes of it."""
        self._rest()
        self.act("next")

    def _rest(self) -> None:
        """Wait until the next tap counts as one."""
        if (rest := self._moved + DOUBLE_TAP - time.monotonic()) > 0:
            self.page.wait_for_timeout(rest * 1000)

    def _changed_from(self, before: str) -> None:
        self.page.wait_for_function(
            """before => document.querySelector('[data-card]:not([hidden])').dataset.card !== before
                 || document.querySelector('[data-error]').textContent !== ''""",
            arg=before,
            polling=PAUSE,
        )

    def _moved_from(self, before: str) -> None:
        self._changed_from(before)
        assert self.card != before, f"{before}: {self.complaint()}"

    def choose(self, field: str, *codes: str) -> None:
        """Tap options of a field on the card shown."""
        for code in codes:
            self._tap(f'[data-field="{field}"] [data-option="{code}"]:visible')

    def _tap(self, selector: str) -> None:
        """Tap what `selector` finds. Raises `LostSight` with what is there instead."""
        try:
            self.find(selector).click()
        except PlaywrightTimeout as error:
            raise LostSight(f"{selector}: {self.page.evaluate(SEEN)}") from error

    def told(self) -> None:
        """What stands on the card shown was said: on to the next card."""
        before = self.card
        self._rest()
        self.act("told")
        self._moved_from(before)
        self._moved = time.monotonic()

    def take(self, field: str, code: str) -> None:
        """A single answer on the card shown, and on to the next card."""
        before = self.card
        by_itself = self._moves_by_itself(field, code)
        self.choose(field, code)
        if by_itself:
            self._changed_from(before)  # or it says why not
        else:
            self.act("next")
            self._moved_from(before)
        self._moved = time.monotonic()

    def _moves_by_itself(self, field: str, code: str) -> bool:
        """Whether the page goes on when `code` is tapped: a single answer, not given yet, and the last of its card."""
        if self.card in ("code", "languages"):
            return False
        return bool(self.find(f'[data-field="{field}"]').evaluate(MOVES, code))

    def answer(self, answers: Mapping[str, Any], *, until: str = "review") -> None:
        """Go through the questions with `answers` ({field: code, [codes], number, date, legs, text}); skip the rest."""
        while self.card != until:
            if self.everything:
                self.ask_everything()
            self.answer_card(self.card, answers)

    def ask_everything(self) -> None:
        """Turn the switch on that asks the whole form, where the card on the screen has it and it is off."""
        switch = self.find('[data-act="pace"][aria-pressed="false"]:visible')
        if switch.count():
            switch.click()

    def answer_card(self, card: str, answers: Mapping[str, Any]) -> None:
        """Answer the card on the screen, or skip it, and go on."""
        fields = self.find(f'[data-card="{card}"]').evaluate(QUESTIONS)
        for field in fields:
            if field in answers or field == "n_text":
                self.give(field, answers.get(field, "nask"), answers)
        if self.card == card and not {*fields} & {*answers} and self._nothing_optional_follows(card, answers):
            self.act("skip-optional")
            self._moved_from(card)
        elif self.card == card:
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
        place = self.find(f'[data-field="{field}"]')
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
        elif kind == "select" and (place.evaluate(ALONE) or self._moves_by_itself(field, value)):
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
        dialog = self.find('dialog[data-dialog="picker"]')
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
        elif kind == "date":
            for name, number in zip(("year", "month", "day"), str(value).split("-"), strict=False):
                part.locator(f'[data-of-date="{name}"]').select_option(str(int(number)))
        elif kind == "select":
            part.select_option(value)
        elif kind == "multi":
            part.locator("summary").click()
            for code in value:
                part.locator(f'[data-option="{code}"]').click()
        else:
            part.fill(str(value))
