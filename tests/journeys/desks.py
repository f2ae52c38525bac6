"""A reader's desk in Chromium: in by the start token, unlocked by the passphrase, then pull, list, open, release."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

READ = """() => {
  const texts = (place, selector) => [...place.querySelectorAll(selector)].map((each) => each.textContent);
  const words = (each) => ({lang: each.lang, dir: each.dir, text: each.textContent});
  const answer = (line) => ({
    values: texts(line, "dd .value"),
    bdi: [...line.querySelectorAll("dd bdi")].map(words),
    missing: texts(line, "dd .missing"),
  });
  const lines = (part) => [...part.querySelectorAll("[data-field]")];
  const answers = (part) => Object.fromEntries(lines(part).map((line) => [line.dataset.field, answer(line)]));
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
class Release:
    """A release as it was looked at and as it left. `held_back`: testimonies whose groups are too small."""

    table: list[list[str]]
    file: list[list[str]]
    members: int
    held_back: int

    @property
    def classes(self) -> list[dict[str, str]]:
        """The lines of the file by its heading."""
        heading, _hxl, *lines = self.file
        return [dict(zip(heading, line, strict=True)) for line in lines]


class Desk:
    """One reader at one desk."""

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
        self._go("")
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
        self.page.wait_for_selector("[data-section=checks]")
        return Seen(html=self.page.content(), **self.page.evaluate(READ))

    def prepare(self, purpose: str) -> str:
        """Ask what could leave; the words of the refusal, empty when there is a table to look at."""
        self._go("release/")
        self.page.check(f'input[name=purpose][value="{purpose}"]')
        self.page.click("form[action='/release/prepare'] button")
        self.page.wait_for_selector(".note[role=status], table.release")
        return " ".join(self.page.locator(".note[role=status]").all_inner_texts())

    def release(self, purpose: str) -> Release:
        """Look at what could leave, let it leave, and save the file."""
        refusal = self.prepare(purpose)
        assert refusal == "", refusal
        members, _lines, held_back = (int(each) for each in self.page.locator("ul.counts b").all_inner_texts())
        looked_at = self._table()
        self.page.click("form[action='/release/send'] button")
        link = self.page.locator("a[href$='table.csv']")
        with self.page.expect_download() as download:
            link.click()
        text = download.value.path().read_bytes().decode()
        return Release(
            table=looked_at, file=list(csv.reader(io.StringIO(text, newline=""))), members=members, held_back=held_back
        )

    def _table(self) -> list[list[str]]:
        rows: list[list[str]] = self.page.evaluate(
            "() => [...document.querySelectorAll('table.release tr')]"
            ".map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
        return rows

    def _go(self, path: str) -> None:
        self.page.goto(f"{self.address}en/{path}")
