"""A lawyer's day: ten accounts arrive, and what five of them say leaves for a court, with a colleague's agreement.

The day is lived through once; each test then holds what was seen to one promise.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from tests.support.each_time import each_time
from tests.support.journeys import lawyers_day
from tests.support.journeys.desk_day import free_port
from tests.support.journeys.lawyers_day import IN_CASE, LABEL, MANY, TRANSLATED, Hand
from tests.support.journeys.world import World, world

DESKS = {"desk-lawyer": "lawyer-1", "desk-colleague": "lawyer-2"}


class Look(NamedTuple):
    """Of both desks."""

    size: tuple[int, int]
    lang: str


WIDE, MIDDLE, SMALL = (1280, 800), (1024, 768), (360, 740)
OTHER = "Ask again about the river"
LOOKS = [Look(size, lang) for size in (WIDE, MIDDLE, SMALL) for lang in ("en", "fr", "ar")]


@dataclass
class Day:
    """What was seen. `clicks`: by act; `states`: of the testimony that both cleared, at the first desk and after."""

    size: tuple[int, int]
    arrived: int = 0
    clicks: dict[str, int] = field(default_factory=dict)
    label: str = ""
    fellows: int = 0
    translated: bool = False
    cleared: list[int] = field(default_factory=list)
    filed: list[tuple[str, str, int]] = field(default_factory=list)
    pdf: bytes = b""
    register: list[str] = field(default_factory=list)
    in_file: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=each_time(LOOKS, Look(WIDE, "en")), ids=lambda one: str(one))
def day(request: pytest.FixtureRequest, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    size, lang = request.param
    folder = tmp_path_factory.mktemp("day")
    with (
        sync_playwright() as playwright,
        world(
            folder,
            playwright,
            chromium,
            free_port,
            desks=DESKS,
            purposes=lawyers_day.purposes(),
            sync_when_asked=True,
        ) as made,
    ):
        yield live(made, folder, size, lang)


def live(made: World, folder: Path, size: tuple[int, int], lang: str) -> Day:
    day = Day(size)
    tids = [one.tid for one in lawyers_day.arrive(made)]
    made.start(made.central)
    one, two = (enter(made, number, size, lang) for number in range(2))
    one.sync()
    day.arrived = one.listed()
    one.look("list")
    one.begin()
    one.open(tids[0])
    day.clicks["open"] = one.clicks
    one.look("testimony")
    one.translate(tids[0])
    one.label(tids[0])
    one.same_person(tids[0], tids[5])
    one.go(f"testimony/{tids[0]}")
    day.label, day.translated = one.page.input_value("#one-line"), TRANSLATED in one.page.content()
    day.fellows = one.page.locator("[data-fellows] a").count()
    one.move("in_review")
    one.move("cleared")
    day.cleared.append(one.page.locator('[data-moves] button[value="cleared"]').count())
    one.look("half-cleared")
    one.sync()
    two.sync()
    two.listed()
    two.begin()
    two.open(tids[0])
    two.move("cleared")
    day.clicks["second clearing"] = two.clicks
    two.label(tids[1], OTHER)  # neither desk hears of the other meanwhile
    two.into_case(tids[1:2])
    one.label(tids[1])
    one.into_case(tids[:IN_CASE])
    for hand in (two, one, two):
        hand.sync()
    day.filed = [hand.filed(tids[1]) for hand in (one, two)]
    one.go("?state=cleared")
    day.cleared.append(one.page.locator("tr[data-tid]").count())
    day.pdf = one.case_file(folder)
    day.clicks["case file"] = one.clicks
    one.go("disclosures")
    one.look("register")
    day.register = [left.get_attribute("data-left") or "" for left in one.page.locator("[data-left]").all()]
    day.in_file = one.page.locator("[data-left] dd li a").all_inner_texts()
    day.cut = one.cut("fr")
    day.wide = one.wide + two.wide
    day.complaints = [said for browser in made.browsers.values() for said in browser.complaints]
    return day


def enter(made: World, number: int, size: tuple[int, int], lang: str) -> Hand:
    server, (width, height) = made.desk_servers[number], size
    made.add_browser(server.home.name, viewport={"width": width, "height": height})
    desk = made.desk(server)
    desk.enter(made.passphrase(DESKS[server.home.name]))
    return Hand(desk, lang)


def test_what_arrived_is_in_the_list(day: Day) -> None:
    assert day.arrived == MANY


def test_translation_label_and_person_stand_at_the_testimony(day: Day) -> None:
    assert (day.translated, day.label, day.fellows) == (True, LABEL, 1)


def test_it_is_cleared_when_a_second_lawyer_agreed(day: Day) -> None:
    assert day.cleared == [0, 1]


def test_two_desks_that_label_and_file_one_testimony_apart_agree_when_they_meet(day: Day) -> None:
    """The later label stands, the earlier one can still be read, and it is in the case once."""
    one, two = day.filed
    assert one == two
    label, said, cases = one
    assert (label, cases) == (LABEL, 1)
    assert OTHER in said


def test_the_pdf_has_the_accounts_of_the_case_with_the_translation(day: Day) -> None:
    pages = PdfReader(io.BytesIO(day.pdf)).pages  # it keeps the order of English words on a page from right to left
    text = " ".join(" ".join(one.extract_text() for one in pages).split())
    assert TRANSLATED in text
    named = [number for number in range(MANY) if f"Sam Example {number}" in text]
    assert named == list(range(IN_CASE)), "these and no others"


def test_the_register_says_what_left_by_its_hash(day: Day) -> None:
    assert day.register == [hashlib.sha256(day.pdf).hexdigest()]
    assert len(day.in_file) == IN_CASE


def test_acts_take_few_clicks(day: Day) -> None:
    assert day.clicks == {"open": 1, "second clearing": 2, "case file": 6}, "the case file by way of the case"


def test_french_chips_of_the_list_are_shown_whole(day: Day) -> None:
    assert day.cut == []


def test_no_page_is_wider_than_the_screen_and_no_script_complained(day: Day) -> None:
    assert (day.wide, day.complaints) == ([], [])
