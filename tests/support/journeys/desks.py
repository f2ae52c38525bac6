"""A reader's desk in Chromium: in by the start token, unlocked by the passphrase; pull, list, open, ask to release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

READ = """() => {
  document.querySelectorAll(".panel[hidden]").forEach((panel) => { panel.hidden = false; });
  const texts = (place, selector) => [...place.querySelectorAll(selector)].map((each) => each.textContent);
  const words = (each) => ({lang: each.lang, dir: each.dir, text: each.textContent});
  const answer = (cell) => ({
    values: texts(cell, ".value"),
    bdi: [...cell.querySelectorAll("bdi")].map(words),
    missing: texts(cell, ".missing"),
  });
  const cells = (part) => [
    ...part.querySelectorAll("[data-field] dd"),
    ...document.querySelectorAll(`[data-sealed~="${part.dataset.compartment}"]`),
  ];
  const answers = (part) =>
    Object.fromEntries(cells(part).map((cell) => [cell.closest("[data-field]").dataset.field, answer(cell)]));
  const parts = [...document.querySelectorAll("[data-compartment]")].map((part) => [part.dataset.compartment, {
    closed: part.dataset.closed ?? null,
    fields: answers(part),
    statements: [...part.querySelectorAll("[data-statement]")].map(words),
    text: part.innerText,
  }]);
  const usable = [...document.querySelectorAll("[data-purpose]")].map(({dataset}) => [dataset.purpose, dataset.usable]);
  return {
    parts: Object.fromEntries(parts),
    checks: [...document.querySelectorAll("[data-check]")].map((each) => each.dataset.check),
    purposes: Object.fromEntries(usable),
    consent: document.querySelector("[data-section=consent-standing]").innerText,
  };
}"""
LIST = """() => Object.fromEntries([...document.querySelectorAll("[data-tid]")].map((line) =>
  [line.dataset.tid, line.dataset.opens.split(" ").filter(Boolean)]))"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One testimony as a desk showed it. `html` is the whole page."""

    html: str
    parts: dict[str, Any]
    checks: list[str]
    purposes: dict[str, str]
    consent: str

    def open_parts(self) -> set[str]:
        return {name for name, part in self.parts.items() if part["closed"] is None}

    def shown(self, part: str) -> dict[str, list[str]]:
        """Field -> what stands beside it: values, or why there is none."""
        fields = self.parts[part]["fields"]
        return {name: field["values"] or field["missing"] for name, field in fields.items()}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why nothing would leave. `left_out`: how many testimonies are not used, by reason."""

    sentence: str
    left_out: dict[str, int]


def open_from_menu(page: Page, name: str, header: str = "desk-nav") -> None:
    """Follow the entry `name` of the menu in the header of a desk, or of central (`central-nav`)."""
    page.click(f"nav.{header} summary")
    page.locator(f"nav.{header} .panel").get_by_role("link", name=name, exact=True).click()


class Desk:
    """One reader at one desk."""

    exchanges_at = ""
    """The page on which Sync is pressed: it stands on each."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address, _, self.token = address.partition("#")

    def enter(self, passphrase: str, *, wrong_first: str = "") -> str:
        """Through the start page and the lock. Returns what a wrong passphrase was answered, if one was tried."""
        self.page.goto(f"{self.address}#{self.token}")
        self.page.wait_for_selector("[data-unlock]:not([hidden])")
        said = self._refused(wrong_first) if wrong_first else ""
        self._unlock(passphrase)
        self.page.wait_for_selector("nav.desk-nav")
        return said

    def _refused(self, passphrase: str) -> str:
        self._unlock(passphrase)
        expect(self.page.locator("#wrong")).to_be_visible(timeout=60_000)
        return self.page.locator("#wrong").inner_text()

    def _unlock(self, passphrase: str) -> None:
        self.page.fill("#passphrase", passphrase)
        self.page.click("#unlock")

    def pull(self) -> str:
        """Fetch from headquarters; what the desk says about it."""
        self._go(self.exchanges_at)
        self.page.click("form[action='/pull'] button")
        status = self.page.locator("[data-exchange]:is([data-going=no]) [data-exchange-said]")
        expect(status.locator("p").first).to_be_visible(timeout=60_000)
        return " ".join(status.all_inner_texts())

    def shelf(self) -> dict[str, list[str]]:
        """Every testimony that is listed -> the parts that open here."""
        self._go("")
        found: dict[str, list[str]] = self.page.evaluate(LIST)
        return found

    def open(self, tid: str, *, lang: str = "en") -> Seen:
        """Open one from the list, on a page in `lang`."""
        self.page.goto(f"{self.address}{lang}/")
        self.page.click(f'[data-tid="{tid}"] a')
        self.page.wait_for_selector("[data-section=checks]", state="attached")
        return Seen(html=self.page.content(), **self.page.evaluate(READ))

    def refused(self, purpose: str) -> Refusal:
        """Ask what a release for `purpose` would be, where there would be none."""
        self._go(f"releases/new?to={purpose}")
        self.page.wait_for_selector("[data-refused]", timeout=120_000)
        reasons = self.page.locator("[data-left-out] [data-reason]")
        found = [(one.get_attribute("data-reason"), one.locator("strong").inner_text()) for one in reasons.all()]
        return Refusal(
            sentence=self.page.locator("[data-refused]").inner_text(),
            left_out={str(reason): int(number) for reason, number in found},
        )

    def _go(self, path: str) -> None:
        self.page.goto(f"{self.address}en/{path}")
