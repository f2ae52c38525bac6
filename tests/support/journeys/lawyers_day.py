"""A lawyer's day at a desk, done with a hand that counts its clicks; a colleague clears at another desk."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect

from testimony.sealing.roster.chain import RosterChain
from testimony.services.demo import demo
from tests.support.journeys.desks import Desk
from tests.support.journeys.world import World
from tests.support.services.casefiles import SAID, account
from tests.support.stories import five_hundred
from tests.support.stories.five_hundred import Invented

MANY: Final = 10
IN_CASE: Final = 5
CASE: Final = "P09 case-river"
LABEL: Final = "Told of the grey van"
TRANSLATED: Final = "We left the camp at night."
PICTURES: Final = os.environ.get("TESTIMONY_PICTURES")
CUT: Final = """() => {
  const cut = (place) => place.scrollWidth > place.clientWidth + 1;
  const chips = [...document.querySelectorAll(".inbox :is(.state, .tag)")];
  return chips.filter((chip) => cut(chip) || cut(chip.closest("td"))).map((chip) => chip.textContent);
}"""
CHECK: Final = "() => [document.documentElement.scrollWidth, innerWidth]"


def purposes() -> list[dict[str, Any]]:
    """What the organisation asks for: a case before a court too."""
    asked: list[dict[str, Any]] = json.loads(demo.ASKING.read_text(encoding="utf-8"))["purposes"]
    return asked


def arrive(made: World) -> list[Invented]:
    """Ten new accounts, in five languages, all for the court, are at central."""
    chain, now, tongues = RosterChain(made.organisation.root, [made.organisation.roster]), datetime.now(UTC), list(SAID)
    found = []
    for number in range(MANY):
        lang = tongues[number % len(tongues)]
        told = account(number, lang, SAID[lang], name=f"Sam Example {number}")
        at = now - timedelta(minutes=10 * (MANY - number))
        sealed = demo.seal_invented(made.organisation, chain, told, number=number, taken_down=at, withdraw=None)
        found.append(Invented(number, told, sealed))
    five_hundred.deliver(made.organisation, found)
    return found


@dataclass
class Hand:
    """At one desk, whose pages are in `lang`. `clicks`: since the last act began; `wide`: pages that are wider."""

    desk: Desk
    lang: str
    clicks: int = 0
    wide: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.desk.page

    def go(self, path: str = "") -> None:
        """By the address, where the way is not the matter."""
        self.page.goto(f"{self.desk.address}{self.lang}/{path}")
        self.page.wait_for_load_state()

    def click(self, selector: str) -> None:
        self.page.locator(selector).locator("visible=true").first.click()
        self.clicks += 1

    def follow(self, selector: str) -> None:
        """Click what leads to another page."""
        with self.page.expect_navigation():
            self.click(selector)

    def begin(self) -> None:
        self.clicks = 0

    def look(self, name: str) -> None:
        """Note a page that is wider than the screen; keep a picture of it where pictures are asked for."""
        content, screen = self.page.evaluate(CHECK)
        if content > screen:
            self.wide.append(name)
        if PICTURES:
            width = self.page.viewport_size or {"width": 0}
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{width['width']}-{self.lang}.png")

    def sync(self) -> None:
        """Press Sync, and wait for what it says."""
        self.go()
        self.page.locator("form[action='/pull'] button").locator("visible=true").first.click()
        status = self.page.locator("[data-exchange][data-going=no] [data-exchange-said]")
        expect(status.locator("p").first).to_be_visible(timeout=60_000)

    def listed(self) -> int:
        """How many testimonies the list holds without a filter, once all are opened."""
        self.go("?sort=arrival")
        place = self.page.locator("[data-inbox]")
        expect(place).to_have_attribute("data-read", place.get_attribute("data-total") or "", timeout=60_000)
        return self.page.locator("tbody [data-tid], tbody tr[data-tid]").count()

    def cut(self, lang: str) -> list[str]:
        """Chips of the list in `lang` of which not all is shown."""
        self.lang = lang
        self.listed()
        self.look("chips")
        found: list[str] = self.page.evaluate(CUT)
        return found

    def open(self, tid: str) -> None:
        self.follow(f'tr[data-tid="{tid}"] a')
        self.page.wait_for_selector("[data-section=checks]", state="attached")

    def tab(self, name: str) -> None:
        """A tab of the panel, where there are tabs; on a small screen all is one below the other."""
        tab = self.page.locator(f"#of-tab-{name}")
        if tab.is_visible():
            tab.click()
            self.clicks += 1

    def translate(self, tid: str) -> None:
        self.go(f"testimony/{tid}/translate/s1/en")
        for line in self.page.locator("textarea").all():
            line.fill(TRANSLATED)
        self.look("translate")
        self.click("[data-act=save]")
        self.page.wait_for_selector("[data-said].good")

    def label(self, tid: str, words: str = LABEL) -> None:
        self.go(f"testimony/{tid}")
        self.tab("notes")
        self.page.fill("#one-line", words)
        self.click("[data-section=label] [data-act=name]")
        expect(self.page.locator("[data-section=label] [data-said]")).not_to_be_empty()

    def filed(self, tid: str) -> tuple[str, str, int]:
        """Its label, all that its labels ever said, and in how many cases it is."""
        self.go(f"testimony/{tid}")
        said = self.page.locator(
            "[data-section=label] .timeline bdi[translate]:not([translate=''])"
        ).all_text_contents()
        label = self.page.input_value("#one-line")
        return label, " ".join(sorted({label, *said})), self.page.locator("[data-case][data-within=yes]").count()

    def same_person(self, tid: str, other: str) -> None:
        self.go(f"testimony/{tid}/links")
        self.look("links")
        self.page.check(f'#person input[value="{other}"]')
        self.follow("#person button:not([type=button])")

    def move(self, state: str) -> None:
        self.follow(f'[data-moves] button[value="{state}"]')

    def into_case(self, tids: Sequence[str]) -> None:
        """Chosen in the list, in one act."""
        self.listed()
        for tid in tids:
            self.page.check(f'tr[data-tid="{tid}"] input[type=checkbox]')
        self.page.select_option("#several-act", "case")
        self.page.select_option("#several-case", CASE)
        self.look("chosen")
        self.click("#several button.first")
        expect(self.page.locator("[data-acted]")).not_to_be_empty(timeout=60_000)

    def case_file(self, folder: Path) -> bytes:
        """From the list to the file on the disk. What is in the case is chosen already."""
        self.go()
        self.begin()
        if not self.page.locator("nav .entries").is_visible():
            self.page.locator("nav.desk-nav summary").click()
            self.follow('nav.desk-nav .panel a[href$="/cases/"]')
        else:
            self.follow('nav.desk-nav .entries a[href$="/cases/"]')
        self.look("cases")
        self.follow('main a[href*="case-river"]')
        self.look("case")
        self.follow('main a[href*="/casefile/"]')
        self.look("casefile")
        self.follow("form[action$='/casefile/words'] button:not([type=button])")
        self.page.wait_for_selector("[data-burning]")
        self.page.wait_for_load_state()
        self.look("words")
        self.click("[data-act=make]")
        self.page.wait_for_selector("[data-save]:not([hidden])", timeout=120_000)
        with self.page.expect_download() as download:
            self.click("[data-save]")
        file = folder / "case.pdf"
        download.value.save_as(file)
        return file.read_bytes()
