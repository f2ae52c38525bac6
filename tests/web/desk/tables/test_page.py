"""Published tables in the browser: one next step at each desk, and the page prints what the file prints."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable
from html import unescape

import pytest

from testimony import canonical
from testimony.domain.tables import plan as tables_plan
from testimony.services.tables import tables
from testimony.web.desk.release import acts as release_acts
from testimony.web.factory import create_app
from tests.support.services.release.releases import Centre
from tests.support.web.browser import Browser, passphrase_of
from tests.support.web.desk.releases import NOW

PAGE = "/en/releases/tables"
BACKLOG = "until 2025-12"


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two dozen accounts have all tables, and however busy the machine is, an act ends in its moment."""
    monkeypatch.setattr(tables_plan, "LEAST", dict.fromkeys(tables_plan.LEAST, 6))
    monkeypatch.setattr(tables_plan, "LEAST_INCIDENTS", 2)
    monkeypatch.setattr(tables_plan, "TIMETABLE", [(0, tables_plan.TIMETABLE[0][1])])
    monkeypatch.setattr(release_acts, "MOMENT", 120)


@pytest.fixture
def sits(at: Centre) -> Callable[[int], Browser]:
    """A function that gives the browser of coordinator 1 or 2, at their own desk, unlocked."""

    def sit(number: int) -> Browser:
        one = Browser(create_app(STATION=at[number].station, CLOCK=lambda: NOW), "coordinator")
        assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
        words = passphrase_of(at.organisation, f"coordinator-{number}")
        assert one.post_json("/unlock", {"passphrase": words}).status_code == 200
        return one

    return sit


def step(desk: Browser) -> str:
    """The next step, as the page names it."""
    found = re.search(r'data-step="(\w+)"', desk.get(PAGE).text)
    assert found
    return found[1]


def press(desk: Browser, which: str = "step", **said: str) -> str:
    """Press a button of the page with what its form holds. What the desk says then."""
    forms = re.findall(r'<form method="post" action="(/releases/tables/\w+)">(.*?)</form>', desk.get(PAGE).text, re.S)
    action, inside = next(one for one in forms if f'data-press="{which}"' in one[1])
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', inside))
    answer = desk.post(action, {**hidden, "csrf_token": desk.csrf(), **said})
    assert answer.status_code == 303, answer.text
    page = desk.get(answer.location).text
    return unescape(
        " ".join(re.findall(r'<p class="note[^"]*"[^>]*role="(?:status|alert)"[^>]*>(.*?)</p>', page, re.S))
    )


def set_up(at: Centre, one: Browser, two: Browser) -> None:
    """The secret and the plan, by the buttons of both pages."""
    assert (step(one), step(two)) == ("share", "share")
    press(one)
    assert step(one) == "propose", "the plan need not wait for the colleague"
    press(one, border="HRV-BIH")
    assert step(one) == "exchange"
    at.meet()
    assert (step(one), step(two)) == ("wait", "agree")
    press(two)
    assert step(two) == "share"
    press(two)
    assert step(two) == "exchange"
    at.meet()


def printed(at: Centre, one: Browser, two: Browser) -> None:
    set_up(at, one, two)
    press(one)
    at.meet()
    press(two)
    at.meet()


def file(desk: Browser, label: str = BACKLOG) -> bytes:
    answer = desk.get("/releases/tables/file", query_string={"period": label})
    assert answer.mimetype == "application/zip", answer.location
    return bytes(answer.data)


def test_from_a_month_that_is_over_to_the_file_there_are_six_clicks(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, two = sits(1), sits(2)
    set_up(at, one, two)
    assert step(one) == "make"
    assert "Nothing has left" in press(one)
    assert step(one) == "exchange"
    at.meet()
    assert (step(one), step(two)) == ("wait", "agree")
    press(two)
    assert step(two) == "exchange"
    at.meet()
    assert (step(one), step(two)) == ("save", "save"), "made, exchanged twice, agreed, exchanged, saved"
    assert file(one) == file(two)
    report = one.get("/fr/releases/tables/report", query_string={"period": BACKLOG})
    assert report.data.startswith(b"%PDF-")
    assert 'filename="report-until-2025-12-fr.pdf"' in report.headers["Content-Disposition"]
    assert (
        'filename="tables-until-2025-12.zip"'
        in two.get("/releases/tables/file", query_string={"period": BACKLOG}).headers["Content-Disposition"]
    )


def test_the_page_shows_the_numbers_of_the_file_before_and_after_the_second_word(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    one, two = sits(1), sits(2)
    set_up(at, one, two)
    press(one)
    at.meet()
    before = two.get(PAGE).text
    assert 'id="before"' in before
    press(two)
    at.meet()
    page = unescape(one.get(PAGE).text)
    with zipfile.ZipFile(io.BytesIO(file(one))) as zipped:
        value = canonical.decode_object(zipped.read("tables.json"))
    rows = re.findall(r'<tr><th scope="row"><bdi>(.*?)</bdi></th>(.*?)</tr>', page, re.S)
    totals = [re.sub("<[^>]+>", "", cell) for cell in re.findall("<td.*?</td>", rows[0][1], re.S)]
    said = [one["printed"] for one in value["lines"] if (one["table"], one["row"]) == ("border", "all")]
    assert [cell for cell in totals if not cell.startswith("–")] == said
    assert rows[0][0] == "All"
    assert any(name.startswith("Croatia") for name, _ in rows), "borders have names, not codes"
    assert "Dogs" in page
    assert "Undressing or body search" in page
    assert "under 5" in page
    shares = {one["share"].replace(" %", " of 100") for one in value["lines"] if one["share"]}
    assert set(re.findall('<td class="number">[^<]*<small>(.*?)</small>', page)) == shares != set()
    assert "Equal numbers do not mean the same people." in page
    assert re.findall("<td.*?</td>", before, re.S) == re.findall("<td.*?</td>", one.get(PAGE).text, re.S)


def test_a_period_that_is_too_small_leads_to_the_next_longer_one(
    at: Centre, sits: Callable[[int], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = sits(1), sits(2)
    set_up(at, one, two)
    monkeypatch.setattr(tables_plan, "LEAST", dict.fromkeys(tables_plan.LEAST, 60))
    assert "too few accounts" in press(one, "other", period="2025-12")
    assert 'value="2025-Q4"' in one.get(PAGE).text
    press(one)
    press(one)
    assert step(one) == "propose", "nothing of last year is left, so the plan of this year comes"


def test_before_a_period_is_made_the_page_says_who_lacks_what_to_coordinators_alone(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    one, two = sits(1), sits(2)
    set_up(at, one, two)
    assert "data-outlook" not in one.get(PAGE).text
    press(one, "look")
    page = one.get(PAGE).text
    assert "Accounts that could be counted: 24. The file needs 6." in page
    assert "Held back because they are not cleared: 0." in page
    assert "linked to a person: 24. Accounts that no lawyer has linked to an incident: 24." in page
    press(one)
    assert "data-outlook" not in one.get(PAGE).text, "no exact count stands beside a rounded one"


def test_a_no_is_one_sentence_and_writes_nothing(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, two = sits(1), sits(2)
    assert "Two coordinators have not agreed to a plan" in refused(one, "make", period="2025-12")
    assert "This is no period" in refused(one, "make", period="March")
    assert "Nothing of this name waits" in refused(one, "agree", name="12345678")
    assert step(one) == "share"
    press(one)
    assert "Your share of this secret is made already" in refused(one, "share")
    answer = one.get("/releases/tables/file", query_string={"period": "2025-12"})
    assert answer.status_code == 303
    assert "no published numbers" in one.get(answer.location).text
    assert one.post("/releases/tables/plan", {"year": "soon"}).status_code == 400
    at.meet()
    assert "is missing" in two.get(PAGE).text
    press(two)
    page = two.get(PAGE).text
    assert "is missing" not in page, "it waits here for the next exchange"
    assert "made by two coordinators" in page


def refused(desk: Browser, act: str, **said: str) -> str:
    answer = desk.post(f"/releases/tables/{act}", {"csrf_token": desk.csrf(), "lang": "en", **said})
    assert answer.status_code == 303
    return unescape(desk.get(answer.location).text)


def test_a_desk_that_counts_otherwise_says_so_and_agrees_to_nothing(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, two = sits(1), sits(2)
    set_up(at, one, two)
    press(one)
    at.meet()
    at.withdraw(at.tids[0], at[2].station)
    assert "This desk counts otherwise than its colleague." in press(two)
    assert step(two) == "agree"
    assert 'data-press="exchange"' in two.get(PAGE).text
    assert step(one) == "wait"
    assert "The tables are made" in press(one, "other", period=BACKLOG), "who proposed it can propose it again"


def test_the_page_speaks_the_language_of_its_reader(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, two = sits(1), sits(2)
    printed(at, one, two)
    page = unescape(one.get("/es/releases/tables").text)
    assert "Perros" in page, "acts by the codebook's words"
    assert "Croacia" in page


def test_work_that_takes_long_blocks_no_page_and_leads_back(
    at: Centre, sits: Callable[[int], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, gate = sits(1), sits(2), threading.Event()
    set_up(at, one, two)
    monkeypatch.setattr(release_acts, "MOMENT", 0)
    monkeypatch.setattr(tables, "make", lambda by, label: gate.wait(60))
    answer = one.post("/releases/tables/make", {"period": BACKLOG, "lang": "en"})
    assert answer.location.endswith("/releases/progress")
    assert step(one) == "make", "the page answers meanwhile"
    gate.set()
    assert one.app.extensions["testimony.releases"].last.wait(60)
    assert 'href="/en/releases/tables"' in one.get("/en/releases/progress").text


def test_a_lawyer_has_no_such_page(at: Centre) -> None:
    desk = at.desks["lawyer-1"]
    one = Browser(create_app(STATION=desk.station, CLOCK=lambda: NOW), "lawyer")
    one.post_json("/start", {"token": one.app.config["START_TOKEN"]})
    one.post_json("/unlock", {"passphrase": passphrase_of(at.organisation, "lawyer-1")})
    assert one.get(PAGE).status_code == 403
