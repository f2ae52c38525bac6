"""A witness types the code: in Arabic digits at a node, at central with nothing there yet, with one digit wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from testimony.sealing.keys import withdrawal_code
from testimony.sealing.keys.errors import WithdrawalCodeWrong
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import early_withdrawal
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.withdrawal import codes
from testimony.services.wordings import sentences
from testimony.station.station import Station
from tests.support.interview.telling_languages import WITNESSES
from tests.support.interview.unbroken_words import WORDS
from tests.support.web.browser import NOW, Served
from tests.support.web.browsers import axe
from tests.support.web.browsers.withdrawal_in_chromium import UNFOLDED

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
LARGE = "(size) => { document.documentElement.style.fontSize = size }"
SAYING = "main :is(h1, h2, p, li, label span, button), nav a"
ASTRAY = """() => [...document.querySelectorAll('main :is(h1, h2, p, li, label span, button)')]
  .filter((one) => !one.closest('.groups') && getComputedStyle(one).direction !== document.documentElement.dir)
  .map(({ textContent }) => textContent.trim())"""
"""What runs the other way than its language does, though all of it is in that."""
LOOKS: dict[str, Any] = {"dark": {"color_scheme": "dark"}, "sun": {"contrast": "more"}}


@dataclass(frozen=True)
class Handed:
    """A code in a witness's hand, and what was sealed with it."""

    code: str
    key: str
    sealed: SealedTestimony


@pytest.fixture(scope="module")
def handed(organisation: Organisation) -> Handed:
    chain = RosterChain(organisation.root, [organisation.roster])
    code = withdrawal_code.new_code()
    key = withdrawal_code.key_of(code, chain.fingerprint).public_keys[0].pub.hex()
    told = {**demo.invented()[0], "also": []}
    sealed = demo.seal_invented(organisation, chain, told, number=9, taken_down=NOW, withdraw=key)
    return Handed(code, key, sealed)


@dataclass
class Watched:
    """A page at 360 px whose console stays silent, and what it sent."""

    page: Page
    sent: list[str]


@pytest.fixture
def watched(chrome: Browser) -> Iterator[Watched]:
    complaints: list[str] = []
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(f"{request.method} {request.url} {(request.post_data_buffer or b'').decode(errors='replace')}")

    page.on("request", note)
    yield Watched(page, sent)
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    context.close()
    assert complaints == []


def fields(page: Page) -> Any:
    return page.locator("[data-group]")


def posted(watched: Watched) -> list[str]:
    return [one for one in watched.sent if one.startswith("POST")]


def is_code(digits: str) -> bool:
    try:
        return withdrawal_code.require_code(digits) == digits
    except WithdrawalCodeWrong:
        return False


def require_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_code_counts_also_where_somebody_else_of_this_address_asks_all_the_time(
    serve: Callable[[str], Served], opened: Callable[[str], Station], chrome: Browser, handed: Handed
) -> None:
    """The page does the work that the station asks for instead. Chromium says in its console that it was asked to."""
    address, station = serve("field").address, opened("field")
    take_in(station, demo.incoming(handed.sealed))
    context = chrome.new_context()
    statuses = [
        context.request.post(f"{address}/withdraw/find", data={"keys": [f"{number:064x}"]}).status
        for number in range(12)
    ]
    assert statuses[-1] == 429
    page = context.new_page()
    page.goto(f"{address}/withdraw/en")
    fields(page).first.click()
    for digit in handed.code:
        page.keyboard.insert_text(digit)
    expect(page.locator('[data-step="sure"] h2')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-known]")).to_be_visible(timeout=120_000)
    assert station.shred_keys.find(handed.sealed.record.value["tid"]) is None
    context.close()


def test_a_code_in_arabic_digits_destroys_the_testimony_at_a_node(
    serve: Callable[[str], Served], opened: Callable[[str], Station], watched: Watched, handed: Handed
) -> None:
    address, page, station = serve("field").address, watched.page, opened("field")
    take_in(station, demo.incoming(handed.sealed))
    page.goto(f"{address}/ar/")
    page.locator("[data-withdraw]").click()
    fields(page).first.click()
    for digit in handed.code.translate(ARABIC):  # the page goes from group to group by itself
        page.keyboard.insert_text(digit)
    sure = page.locator('[data-step="sure"] h2')
    expect(sure).to_be_focused()
    assert posted(watched) == []
    require_fits(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-known]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-later]")).to_be_visible()  # nothing has gone to headquarters
    tid = handed.sealed.record.value["tid"]
    assert station.shred_keys.find(tid) is None
    with station.database.reading() as session:
        assert not record_queries.is_served(session, tid)
    assert fields(page).evaluate_all("all => all.map((one) => one.value)") == [""] * 5
    said = "".join(watched.sent) + page.content() + page.title() + page.url
    assert len(posted(watched)) == 2
    for written in (handed.code, handed.code.translate(ARABIC)):
        assert written[:10] not in said
    require_fits(page)


def test_at_central_a_code_of_which_nothing_came_yet_is_kept_until_it_does(
    serve: Callable[[str], Served], opened: Callable[[str], Station], watched: Watched, handed: Handed
) -> None:
    address, page, station = serve("central").address, watched.page, opened("central")
    page.goto(f"{address}/withdraw/en")
    groups = " ".join(handed.code[at : at + 5] for at in range(0, 25, 5))
    fields(page).first.focus()
    page.keyboard.insert_text(f"\u200e{groups}")  # pasted as it may stand in a message
    page.locator('[data-act="yes"]').click()
    expect(page.locator("[data-unknown]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-known], [data-later]")).to_have_count(2)
    expect(page.locator("[data-known]")).to_be_hidden()
    expect(page.locator("[data-later]")).to_be_hidden()
    with station.database.reading() as session:
        [record] = codes.early_of(session, {handed.key})
    assert early_withdrawal.verify_early(record).key == handed.key
    outcome = take_in(station, demo.incoming(handed.sealed))
    assert {status.status for status in outcome.statuses} == {"withdrawn"}


def test_a_wrong_digit_is_said_and_nothing_is_sent_and_a_page_that_is_left_forgets(
    serve: Callable[[str], Served], watched: Watched, handed: Handed
) -> None:
    page = watched.page
    page.goto(f"{serve('field').address}/withdraw/ps")
    wrong = handed.code[:-1] + str((int(handed.code[-1]) + 1) % 10)
    fields(page).first.focus()
    page.keyboard.insert_text(wrong)
    expect(page.locator("[data-wrong]")).to_be_visible()
    expect(page.locator('[data-step="sure"]')).to_be_hidden()
    fields(page).last.fill(handed.code[-5:])
    expect(page.locator("[data-wrong]")).to_be_hidden()
    expect(page.locator('[data-step="sure"]')).to_be_visible()
    page.locator('[data-step="sure"] [data-act="no"]').click()
    expect(fields(page).first).to_be_focused()
    assert fields(page).evaluate_all("all => all.map((one) => one.value).join('')") == ""
    fields(page).first.fill(handed.code[:5])
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert fields(page).evaluate_all("all => all.map((one) => one.value).join('')") == ""
    assert posted(watched) == []


def test_after_a_wrong_code_the_right_one_is_typed_to_its_end(
    serve: Callable[[str], Served], watched: Watched, handed: Handed
) -> None:
    """The check digit lets the right first two groups pass beside the wrong last three; nobody is asked about those."""
    page = watched.page
    page.goto(f"{serve('field').address}/withdraw/ps")
    end = next(end for end in (f"{n:015}" for n in range(100)) if is_code(handed.code[:10] + end))
    others = (f"{n:05}{handed.code[5:10]}{end}" for n in range(100))
    wrong = next(code for code in others if not is_code(code))
    fields(page).first.focus()
    page.keyboard.insert_text(wrong)
    expect(page.locator("[data-wrong]")).to_be_visible()
    fields(page).first.select_text()
    for group in range(5):
        expect(fields(page).nth(group)).to_be_focused()
        for digit in handed.code[group * 5 : group * 5 + 5]:
            page.keyboard.type(digit)
    expect(page.locator("#sure")).to_be_focused()
    page.locator('[data-act="yes"]').click()
    expect(page.locator('[data-step="done"]')).to_be_visible(timeout=60_000)
    assert len(posted(watched)) > 0


def test_single_uses_are_ticked_by_keyboard_asked_once_more_and_sealed_in_the_page(
    serve: Callable[[str], Served], opened: Callable[[str], Station], watched: Watched, handed: Handed
) -> None:
    address, page, station = serve("field").address, watched.page, opened("field")
    page.set_viewport_size({"width": 320, "height": 640})
    take_in(station, demo.incoming(handed.sealed))
    page.goto(f"{address}/withdraw/ckb")
    fields(page).first.focus()
    page.keyboard.insert_text(handed.code)
    page.locator('[data-act="some"]').click()
    expect(page.locator("#uses")).to_be_focused()
    require_fits(page)
    assert "sealinguses" not in str(watched.sent), "loaded when something is ticked, and not before"
    page.locator('[data-act="these"]').click()
    expect(page.locator("[data-none]")).to_be_visible()
    page.locator('[data-purpose="P07"]').focus()
    page.keyboard.press("Space")
    for step in ("uses", "certain"):
        if step == "certain":
            page.locator('[data-act="these"]').click()
            expect(page.locator("#certain")).to_be_focused()
            sentence = sentences.sentences(station.chain.latest.organisation, "ckb")["gives.P07"]
            expect(page.locator("[data-ticked] li")).to_have_text([sentence])
        require_fits(page)
        assert broken(page) == [], step
    page.locator('[data-act="certain"]').click()
    expect(page.locator("[data-some]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-known]")).to_be_hidden()
    with station.database.reading() as session:
        assert codes.annexes(session, handed.key) == 1
        assert record_queries.is_served(session, handed.sealed.record.value["tid"])
    assert [one.split(" ")[1] for one in posted(watched)] == [f"{address}/withdraw/{act}" for act in ("find", "take")]
    assert handed.code not in str(watched.sent)
    assert "mechanism" not in str(watched.sent)


def broken(page: Page) -> list[tuple[str, str]]:
    """The rules of axe that what is shown breaks, each with its first place."""
    found = axe.violations(page)
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize("langs", WITNESSES)
def test_every_step_is_for_everybody_in_every_language(
    serve: Callable[[str], Served], watched: Watched, langs: tuple[str, ...]
) -> None:
    address, page = serve("field").address, watched.page
    page.set_viewport_size({"width": 320, "height": 640})
    wrong: dict[str, Any] = {}
    for lang in langs:
        page.goto(f"{address}/withdraw/{lang}")
        page.evaluate("() => document.fonts.ready")
        page.evaluate(UNFOLDED)
        require_fits(page)
        wrong[f"{lang} axe"] = broken(page)
        wrong[f"{lang} words"] = page.evaluate(WORDS, SAYING)
        wrong[f"{lang} astray"] = page.evaluate(ASTRAY)
        page.evaluate(LARGE, "200%")
        require_fits(page)
        page.evaluate(LARGE, "")
    for look, lang in product(LOOKS, {"ps", "ti"}.intersection(langs)):
        page.emulate_media(**LOOKS[look])
        page.goto(f"{address}/withdraw/{lang}")  # anew: what fades from look to look has no colours to judge
        page.evaluate(UNFOLDED)
        wrong[f"{lang} {look}"] = broken(page)
    assert {place: problem for place, problem in wrong.items() if problem} == {}


SHAPED_AGAIN = """async () => {
  await new Promise((passed) => setTimeout(() => requestAnimationFrame(passed), 500)); // drawn once without our letters
  await document.fonts.ready;
  const wide = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return Math.round(range.getBoundingClientRect().width);
  };
  const changed = [];
  for (const one of document.querySelectorAll("h1, [data-step] p, nav a")) {
    const before = wide(one);
    one.style.fontFeatureSettings = '"kern" 1'; // nothing new, but it has to be shaped anew
    if (wide(one) !== before) changed.push(one.textContent.trim());
  }
  return changed;
}"""
"""What is drawn otherwise once it is shaped with all letters here: it stood there as empty boxes."""


def test_letters_that_come_after_the_first_paint_are_drawn(serve: Callable[[str], Served], watched: Watched) -> None:
    address, page = serve("field").address, watched.page
    for lang in ("ti", "bn", "en"):
        page.goto(f"{address}/withdraw/{lang}")
        assert page.evaluate(SHAPED_AGAIN) == []
