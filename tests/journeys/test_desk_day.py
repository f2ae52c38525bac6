"""A lawyers' working day: two desks of which one was offline, and what is left on the disk.

The day is lived through once; each test then holds what was seen to one promise. There are forty-eight testimonies, and
five hundred among the long tests. A list of several pages: `tests/web/desk/inbox/test_inbox.py`.
"""

from __future__ import annotations

import base64
import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.canaries import search as canaries_search
from tests.support.journeys.desk_day import free_port
from tests.support.journeys.desks import Desk, Seen, open_from_menu
from tests.support.journeys.phones import LARGE
from tests.support.journeys.world import World, world
from tests.support.stories import five_hundred
from tests.support.stories.five_hundred import MANY, NAME, Invented
from tests.support.stories.voices import VOICES

DESKS = {"desk-lawyer": "lawyer-1", "desk-colleague": "lawyer-2"}
FEWER = 48
SEARCHED = ("ar", "am", "fr")
LOOK = 1000  # milliseconds between two looks at a list: each keeps the desk from opening the rest of it
PATIENCE = 120_000  # milliseconds for what five hundred testimonies take on a busy machine
TRANSLATED, HALF_TYPED, ASKED = "Coquelinade traduite", "Quijarillo a medias", "heron-seventeen-quill"
NOTED = "Privileged marmalade of otters"
LANGUAGE = {"desk-lawyer": "fr", "desk-colleague": "es"}


@dataclass
class Day:
    """What was seen. By desk: `listed` (state -> testimonies) at the end, `pages` of the one that both worked on."""

    invented: list[Invented]
    common: Invented
    contested: Invented
    said: str = ""
    total: int = 0
    new: int = 0
    found: dict[str, set[str]] = field(default_factory=dict)
    opened: Seen | None = None
    listed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    temporary: list[Path] = field(default_factory=list)  # folders, for what programs and browsers put aside


@pytest.fixture(scope="module", params=[FEWER, pytest.param(MANY, marks=pytest.mark.long)])
def lived(
    request: pytest.FixtureRequest, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Day]]:
    """The world after the day, with everything dead, and what was seen in it."""
    folder = tmp_path_factory.mktemp("day")
    with (
        sync_playwright() as playwright,
        world(folder, playwright, chromium, free_port, desks=DESKS, sync_when_asked=True) as made,
    ):
        invented = five_hundred.seal(made.organisation, range(request.param))
        five_hundred.deliver(made.organisation, invented)
        told = _live(made, invented)
        yield made, told
    for temporary in told.temporary:
        shutil.rmtree(temporary)


@pytest.fixture
def day(lived: tuple[World, Day]) -> Day:
    return lived[1]


def test_all_are_listed_and_told_by_state(day: Day) -> None:
    assert (day.total, day.new) == (len(day.invented), len(day.invented))
    assert "Fetched. New records:" in day.said


@pytest.mark.parametrize("lang", SEARCHED)
def test_a_search_finds_each_testimony_of_its_script_whose_words_lawyers_may_read(lang: str, day: Day) -> None:
    wanted = {one.tid for one in day.invented if one.lang == lang and one.has_words}
    assert day.found[lang] == wanted
    assert len(wanted) > len(day.invented) // 20


def test_what_was_never_said_is_not_found(day: Day) -> None:
    assert day.found["nothing"] == set()


def test_a_statement_is_read_word_for_word_with_the_name(day: Day) -> None:
    assert day.opened is not None
    one = {"lang": day.common.lang, "dir": day.common.dir, "text": day.common.told["text"]}
    assert day.opened.parts["narrative"]["statements"] == [one]
    assert day.opened.shown("identity")["w_name"] == [f"{NAME} {day.common.number}"]
    assert set(day.opened.checks) == {"yes"}


def test_reviews_that_were_made_apart_meet_and_two_people_clear(day: Day) -> None:
    assert day.listed["desk-lawyer"] == day.listed["desk-colleague"]
    assert day.listed["desk-lawyer"] == {"cleared": [day.common.tid], "not_for_release": [day.contested.tid]}


def test_translations_of_both_desks_stand_beside_the_original_on_both(day: Day) -> None:
    for page in day.pages.values():
        assert {f"{TRANSLATED} {lang}" in page for lang in LANGUAGE.values()} == {True}


def test_no_script_of_a_page_complained(day: Day) -> None:
    assert day.complaints == []


def test_nothing_of_it_is_on_the_disk_when_desk_and_browser_were_killed(lived: tuple[World, Day]) -> None:
    made, day = lived
    places = [made.profiles, made.logs, *day.temporary, *(made.home(name) for name in DESKS)]
    sentences = [said for voice in VOICES.values() for step in voice.steps for said in step if "{n}" not in said]
    words = [NAME, NOTED, f"{TRANSLATED} fr", f"{TRANSLATED} es", HALF_TYPED, ASKED, *sentences]
    secrets = [*words, *(made.passphrase(person) for person in DESKS.values())]
    assert canaries_search.search(places, secrets) == []
    leak = made.home("desk-lawyer") / "leak"
    leak.write_bytes(gzip.compress(base64.b64encode(day.common.told["text"].encode("utf-16le"))))
    assert canaries_search.search([made.home("desk-lawyer")], [day.common.told["text"]])
    leak.unlink()


def _live(made: World, invented: list[Invented]) -> Day:
    common, contested = [one for one in invented if one.lang == "ar" and one.has_words][:2]
    day = Day(invented, common, contested)
    made.start(made.central)
    one, two = (_enter(made, day.temporary, number) for number in range(2))
    day.said = _exchange(one)
    _exchange(two)
    _look_through(one, day)
    for desk, name in ((one, "desk-lawyer"), (two, "desk-colleague")):  # neither hears of the other
        _translate(desk, common, LANGUAGE[name])
        _move(desk, contested, "in_review")
    _note(one, common)
    _move(one, contested, "not_for_release")
    _move(one, common, "in_review", "cleared")
    for desk in (one, two):
        _exchange(desk)
    _move(two, common, "cleared")
    for desk in (two, one):
        _exchange(desk)
    for name, desk in (("desk-lawyer", one), ("desk-colleague", two)):
        states = ("cleared", "not_for_release", "needs_information", "in_review")
        day.listed[name] = {state: found for state in states if (found := _listed(desk, f"?state={state}"))}
        day.pages[name] = _opened(desk, common).html
    _die(made, one, two, common)
    day.complaints = [said for browser in made.browsers.values() for said in browser.complaints]
    return day


def _enter(made: World, temporaries: list[Path], number: int) -> Desk:
    server = made.desk_servers[number]
    temporary = Path(tempfile.mkdtemp())  # below the world's folder a socket of the browser would have too long a name
    temporaries.append(temporary)
    server.variables["TMPDIR"] = str(temporary)
    made.add_browser(server.home.name, **LARGE, env={**os.environ, "TMPDIR": str(temporary)})
    desk = made.desk(server)
    desk.page.set_default_timeout(PATIENCE)
    desk.enter(made.passphrase(DESKS[server.home.name]))
    return desk


def _exchange(desk: Desk) -> str:
    desk.page.goto(f"{desk.address}en/")
    desk.page.click("form[action='/pull'] button")
    status = desk.page.locator("[data-exchange][data-going=no] [data-exchange-said]")
    expect(status.locator("p").first).to_be_visible(timeout=PATIENCE)
    said = " ".join(status.all_inner_texts())
    _until_all_are_opened(desk)
    return said


def _until_all_are_opened(desk: Desk) -> None:
    """For the list: a page is there at once, and its script has the rest opened."""
    for _ in range(PATIENCE // LOOK):
        desk.page.goto(f"{desk.address}en/")
        place = desk.page.locator("[data-inbox]")
        if place.get_attribute("data-read") == place.get_attribute("data-total"):
            return
        desk.page.wait_for_timeout(LOOK)
    raise AssertionError("the list is not opened to its end")


def _look_through(desk: Desk, day: Day) -> None:
    day.total, day.new = len(_listed(desk, "")), len(_listed(desk, "?state=new"))
    desk.page.goto(f"{desk.address}en/")
    open_from_menu(desk.page, "Search")
    for name, words in [*((lang, VOICES[lang].asks) for lang in SEARCHED), ("nothing", ASKED)]:
        day.found[name] = _search(desk, words)
    day.opened = _opened(desk, day.common)


def _search(desk: Desk, words: str) -> set[str]:
    desk.page.fill("#words", words)
    desk.page.evaluate("document.querySelector('[data-said]').textContent = ''")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("[data-said]")).not_to_be_empty(timeout=PATIENCE)
    expect(desk.page.locator("[data-progress]")).to_be_hidden(timeout=PATIENCE)
    return set(desk.page.evaluate("[...document.querySelectorAll('[data-hits] a')].map((a) => a.href.slice(-32))"))


def _address(desk: Desk, one: Invented) -> str:
    return f"{desk.address}en/testimony/{one.tid}"


def _opened(desk: Desk, one: Invented) -> Seen:
    from tests.support.journeys.desks import READ

    desk.page.goto(_address(desk, one))
    desk.page.wait_for_selector("[data-section=checks]", state="attached")
    return Seen(html=desk.page.content(), **desk.page.evaluate(READ))


def _translate(desk: Desk, one: Invented, lang: str) -> None:
    desk.page.goto(f"{_address(desk, one)}/translate/s1/{lang}")
    for line in desk.page.locator("textarea").all():
        line.fill(f"{TRANSLATED} {lang}")
    desk.page.click("[data-act=save]")
    desk.page.wait_for_selector("[data-said].good")


def _note(desk: Desk, one: Invented) -> None:
    """A privileged note."""
    desk.page.goto(_address(desk, one))
    desk.page.click("[data-tabs] a[href='#tab-notes']")
    desk.page.fill("#note-text", NOTED)
    desk.page.click("[data-section=notes] button.first")
    expect(desk.page.locator("[data-section=notes] .note-text").first).to_contain_text(NOTED)


def _move(desk: Desk, one: Invented, *states: str) -> None:
    for state in states:
        desk.page.goto(_address(desk, one))
        with desk.page.expect_navigation():
            desk.page.click(f'[data-moves] button[value="{state}"]')


def _listed(desk: Desk, query: str) -> list[str]:
    """All pages of the list, of a hundred rows each."""
    desk.page.goto(f"{desk.address}en/{query}")
    pages = int(desk.page.locator("[data-inbox]").get_attribute("data-pages") or 1)
    found: list[str] = []
    for number in range(pages):
        desk.page.goto(f"{desk.address}en/{query}{'&' if query else '?'}page={number}")
        found += desk.page.evaluate("[...document.querySelectorAll('[data-tid]')].map((one) => one.dataset.tid)")
    return sorted(found)


def _die(made: World, one: Desk, two: Desk, common: Invented) -> None:
    """The first locks before the power goes; the second has words half typed, and its key is unlocked."""
    one.page.goto(_address(one, common))
    with one.page.expect_navigation():
        one.page.click("text=Lock")
    two.page.goto(f"{_address(two, common)}/translate/s1/en")
    two.page.locator("textarea").first.fill(HALF_TYPED)
    two.page.wait_for_timeout(3000)  # Chromium writes down what is in a page a moment after it changed
    for server in made.desk_servers:
        server.kill()
    for name in DESKS:
        made.browsers[name].kill()


def test_the_folders_that_are_searched_are_those_that_were_written_to(lived: tuple[World, Day]) -> None:
    made, _ = lived
    assert all(any(Path(made.home(name)).rglob("*.db*")) for name in DESKS)
    assert all((made.profiles / name / "Default").is_dir() for name in DESKS)
