"""An interviewer without a pointer: the Tab key, arrows, the space bar, Enter and Escape, and nothing else."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.interview.driver import Interviewer

FAR = 400  # presses of Tab: more than any card has places to stop
AT = "selector => document.activeElement?.matches(selector) ?? false"
IN_GROUP = """selector => {
  const [at, wanted] = [document.activeElement, document.querySelector(selector)];
  return at?.type === 'radio' && wanted?.type === 'radio' && at.name === wanted.name;
}"""
LACKING = """() => [...document.querySelectorAll('[data-card]:not([hidden]) [data-field]')]
  .filter(field => field.checkVisibility() && !field.closest('.reasons') && field.querySelector('input[name]')
    && !field.querySelector('input:checked') && ![...field.querySelectorAll('[data-input]')].some(each => each.value))
  .map(field => field.dataset.field)"""


class Keyboard(Interviewer):
    """Every act and choice is walked to by Tab; nothing is focused or clicked by the test."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, address)
        self.pressed = 0

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)

    def reach(self, selector: str) -> None:
        """Tab on until the focus is there; within a group of radio buttons, by arrow."""
        for _ in range(FAR):
            if self.page.evaluate(AT, selector):
                return
            self.press("ArrowDown" if self.page.evaluate(IN_GROUP, selector) else "Tab")
        raise AssertionError(f"the keyboard does not reach {selector} on {self.card}")

    def act(self, name: str) -> None:
        dialog = "dialog[open] " if self.page.locator("dialog[open]").count() else ""
        self.reach(f'{dialog}[data-act="{name}"]')
        self.press("Enter")

    def choose(self, field: str, *codes: str) -> None:
        for code in codes:
            selector = f'[data-field="{field}"] [data-option="{code}"] input'
            self.reach(selector)
            if not self.page.locator(selector).is_checked():
                self.press("Space")

    def take(self, field: str, code: str) -> None:
        """A choice by keyboard does not move the card: Next does."""
        self.choose(field, code)
        self.next()

    def sign_in(self, name: str, passphrase: str, pin: str = "") -> None:
        self.reach("#person")
        self.page.keyboard.type(name)
        self.reach("#passphrase")
        self.page.keyboard.type(passphrase)
        self.press("Enter")
        self.wait_for("new-pin")
        self.reach('[data-act="skip-pin"]')
        self.press("Enter")
        self.wait_for("home")

    def write(self, field: str, words: str) -> None:
        self.reach(f'[data-field="{field}"] [data-input]')
        self.page.keyboard.type(words)

    def lacking(self) -> list[str]:
        """The fields of the card without an answer that could be given by a choice."""
        return list(self.page.evaluate(LACKING))

    def first_of(self, field: str) -> str:
        """A choice of that field: that it was not asked where there is such a one, the first otherwise."""
        options = self.page.locator(f'[data-field="{field}"] [data-option]:visible')
        codes = [str(code) for code in options.evaluate_all("all => all.map(each => each.dataset.option)")]
        return "nask" if "nask" in codes else codes[0]

    def answer_what_is_needed(self) -> None:
        """From the account to the read-back, with the first choice everywhere and one sentence."""
        while self.card != "review":
            if self.card == "n_text":
                self.write("n_text", "They took us back over the river.")
            for field in self.lacking():
                self.choose(field, self.first_of(field))
            self.next()

    def to_sealing(self) -> str:
        self.next_if_sure()
        self.wait_for("readers")
        self.next()
        self.wait_for("code")
        digits = self.page.wait_for_selector("[data-code]:not(:empty)")
        assert digits is not None
        code = digits.inner_text().replace(" ", "")
        self.reach("[data-code-check]")
        self.page.keyboard.type(code[-5:])
        self.choose("code_given", "given")
        self.next()
        self.wait_for("finish")
        return code
