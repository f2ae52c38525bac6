"""The page of a case: deadlines and tasks that lawyers keep, its testimonies, and the nearest days on the list."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.review.agenda import LONGEST, Entry, Sort, State, closing_of
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import NOWHERE
from testimony.services.opening.reader import Reader
from testimony.services.review.cases import READERS
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of
from tests.support.web.browser import Browser

CASE, RIVER = "P09 case-river", Key(Purpose.COURT, "case-river")
PAGE, LIST = f"/en/cases/{CASE}", "/en/cases/"


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    """At the lawyer's desk: of a witness who agreed to the court."""
    (sealed,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04")) | {"also": ["P09-case-river"]}])
    return str(sealed.record.value["tid"])


@pytest.fixture
def desk(browser: Callable[..., Browser], tid: str) -> Browser:
    """A lawyer's, where the testimony is in the case."""
    one = browser("lawyer")
    one.post(f"/testimony/{tid}/case/take", {"case": CASE, "lang": "en"})
    return one


def write(desk: Browser, lang: str = "en", **more: str) -> Any:
    body = {"case": CASE, "item": "", "sort": "DEADLINE", "what": "Send the reply", "who": "", "due": "2026-01-25"}
    return desk.post_json("/agenda/write", body | more, lang)


def signs(page: str) -> list[str]:
    return re.findall(r'data-sign="(\w*)"', page)


def item_of(page: str) -> str:
    return re.findall(r'data-agenda="(\w+)"', page)[0]


def test_a_deadline_is_kept_changed_done_and_opened_again(desk: Browser) -> None:
    assert "Nothing is open." in desk.get(PAGE).text
    assert write(desk, who="lawyer-2").json == {"sentence": "Signed and sealed to the lawyers."}
    page = desk.get(PAGE).text
    assert all(words in page for words in ("Send the reply", "25 January 2026", "in 5 days", "lawyer-2"))
    item = item_of(page)
    assert write(desk, item=item, what="Send the longer reply", due="2026-03-25").status_code == 200
    page = desk.get(PAGE).text
    assert (signs(page), "Send the longer reply" in page) == ([""], True)
    for state, sign in (("DONE", "done"), ("OPEN", ""), ("DELETED", "deleted")):
        answer = desk.post("/agenda/mark", {"case": CASE, "item": item, "state": state, "lang": "en"})
        assert (answer.status_code, answer.location) == (303, "/en/cases/P09%20case-river#agenda")
        assert signs(desk.get(PAGE).text) == [sign]


def test_the_list_of_cases_begins_with_what_is_over_then_what_is_near(desk: Browser) -> None:
    for what, due in (("third", "2026-06-01"), ("second", "2026-02-03"), ("first", "2026-01-19")):
        write(desk, what=what, due=due)
    write(desk, what="a task", sort="TASK", due="2026-01-01")
    page = desk.get(LIST).text.split('data-section="nearest"')[1].split("</section>")[0]
    assert re.findall(r"first|second|third|a task", page) == ["first", "second", "third"]
    assert signs(page) == ["over", "near", ""]
    assert "overdue" in page


def test_the_list_of_cases_names_the_tasks_of_the_lawyer_who_looks_and_of_nobody_else(desk: Browser) -> None:
    assert "own-tasks" not in desk.get(LIST).text
    for what, who, due in (
        ("unplanned", "lawyer-1", ""),
        ("planned", "lawyer-1", "2026-06-01"),
        ("theirs", "lawyer-2", ""),
    ):
        write(desk, what=what, sort="TASK", who=who, due=due)
    page = desk.get(LIST).text.split('data-section="own-tasks"')[1].split("</section>")[0]
    assert re.findall(r"unplanned|planned|theirs", page) == ["planned", "unplanned"]


def test_a_day_in_the_past_is_taken_with_a_warning_that_the_next_page_says(desk: Browser) -> None:
    answer = write(desk, due="2020-02-29")
    assert "this day is past already" in answer.json["sentence"]
    page = desk.get(PAGE).text
    assert re.search(r'class="note warn" role="status" data-done>[^<]*this day is past already', page)
    assert signs(page) == ["over"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"what": "x" * 90_000}, f"more than {LONGEST} characters"),
        ({"what": " "}, "Write what is to be done"),
        ({"due": ""}, "A deadline needs a day"),
        ({"who": "coordinator-1"}, "Choose a lawyer"),
        ({"case": "P09 no-such-case"}, "not in this case"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(desk: Browser, more: dict[str, str], words: str) -> None:
    answer = write(desk, **more)
    assert (answer.status_code, words in answer.json["sentence"]) == (409, True)
    assert signs(desk.get(PAGE).text) == []


def test_what_no_form_of_ours_sends_is_refused(desk: Browser) -> None:
    assert write(desk, sort="PLAN").status_code == 400
    assert desk.post_json("/agenda/write", {"case": CASE}).status_code == 400
    assert desk.post("/agenda/mark", {"case": CASE, "item": "0" * 32, "state": "DONE"}).status_code == 409
    assert desk.post("/agenda/mark", {"case": CASE, "item": "0" * 32, "state": "LOST"}).status_code == 400
    assert desk.get("/en/cases/P09 no-such-case").status_code == 404


def test_its_testimonies_stand_there_and_whose_consent_is_gone(desk: Browser, tid: str) -> None:
    page = desk.get(PAGE).text
    assert (f'data-face="{tid}"' in page, "consent ended" in page) == (True, False)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": CASE, "reason": "other", "lang": "en"})
    page = desk.get(PAGE).text
    assert (f'data-face="{tid}"' in page, "consent ended" in page) == (True, True)


def test_a_case_that_its_last_testimony_left_keeps_its_deadlines(desk: Browser, tid: str) -> None:
    write(desk)
    desk.post(f"/testimony/{tid}/case/leave", {"case": CASE, "lang": "en"})
    page = desk.get(PAGE).text
    assert ("Send the reply" in page, "No testimony is in this case yet." in page) == (True, True)
    assert "Send the reply" in desk.get(LIST).text


def test_words_of_lawyers_stay_words(desk: Browser) -> None:
    write(desk, what="<script>hostile(1)</script>")
    page = desk.get(PAGE).text
    assert "<script>hostile" not in page
    assert "<script>hostile(1)</script>" in html.unescape(page)


def test_a_coordinator_sees_no_case(browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    assert one.get(PAGE).status_code == 403
    assert write(one).status_code == 403


def test_a_closed_case_says_why_reminds_of_nothing_and_takes_nothing_in(desk: Browser, tid: str) -> None:
    write(desk, due="2026-01-19")
    write(desk, sort="TASK", what="Call the clinic", who="lawyer-1", due="")
    assert ("Send the reply" in desk.get(LIST).text, "Call the clinic" in desk.get(LIST).text) == (True, True)
    desk.post(f"/testimony/{tid}/case/leave", {"case": CASE, "lang": "en"})
    closed = {"sort": "CLOSING", "what": "The <b>court</b> decided", "due": "2026-01-20"}
    assert write(desk, **closed).json == {"sentence": "Signed and sealed to the lawyers."}
    page, listed = desk.get(PAGE).text, desk.get(LIST).text
    banner = page.split("data-closed")[1].split("</section>")[0]
    assert all(words in banner for words in ("The &lt;b&gt;court&lt;/b&gt; decided", "20 January 2026", "lawyer-1"))
    assert (signs(page), "Add testimonies" in page, "Close this case" in page) == (["", ""], False, False)
    assert ("New deadline" in page, "New task" in page) == (False, False)
    assert "case closed" in page.split('data-section="history"')[1]
    assert ("Send the reply" in listed, "Call the clinic" in listed, ">closed<" in listed) == (False, False, True)
    assert desk.post(f"/testimony/{tid}/case/take", {"case": CASE, "lang": "en"}).status_code == 409
    assert desk.post("/cases/take", {"case": CASE, "tid": tid, "lang": "en"}).status_code == 409
    item = re.findall(r'name="item" value="(\w+)"', banner)[0]
    assert desk.post("/agenda/mark", {"case": CASE, "item": item, "state": "OPEN", "lang": "en"}).status_code == 303
    page = desk.get(PAGE).text
    assert ("data-closed" in page, signs(page)[0], "case opened again" in page) == (False, "over", True)
    assert desk.post(f"/testimony/{tid}/case/take", {"case": CASE, "lang": "en"}).status_code == 303


def test_a_deadline_after_the_end_still_reminds(desk: Browser) -> None:
    write(desk, what="Send the annexes", due="2026-01-25")
    write(desk, sort="CLOSING", what="Judgment", due="2026-01-20")
    assert write(desk, what="One more").status_code == 409
    assert signs(desk.get(PAGE).text) == ["near"]
    assert "Send the annexes" in desk.get(LIST).text.split('data-section="nearest"')[1].split("</section>")[0]


def said(station: Station, reader: Reader, why: str, state: State, after: frozenset[str]) -> str:
    """What a desk says of the end of the case that had seen only `after`. Returns the id."""
    day, number = date(2026, 1, 20), os.urandom(16).hex()
    due = date(2026, 1, 19) if why == "Judgment" else day
    entry = Entry(
        id=number, item=closing_of(RIVER), case=RIVER, sort=Sort.CLOSING, what=why, who="", due=due, state=state,
        day=day, after=after,
    )  # fmt: skip
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, NOWHERE, entry.to_value(), day=day, audiences=READERS
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return number


def test_where_desks_differ_about_the_end_the_page_shows_both_until_somebody_saves(
    desk: Browser, opened: Callable[[str], Station], organisation: Organisation
) -> None:
    station, reader, seen = opened("lawyer"), reader_of(organisation, "lawyer-1"), frozenset[str]()
    first = said(station, reader, "Judgment", State.DONE, seen)
    said(station, reader, "Settled", State.DONE, seen)
    banner = desk.get(PAGE).text.split("data-closed")[1].split("</section>")[0]
    assert all(words in banner for words in ("Another desk wrote this", "Settled · 20 January 2026 · closed"))
    said(station, reader, "Judgment", State.OPEN, frozenset({first}))
    page = desk.get(PAGE).text
    assert "data-closed" not in page
    note = page.split("data-reopened")[1].split("</section>")[0]
    assert all(words in note for words in ("Another desk wrote this", "Settled · 20 January 2026 · closed"))
    form = {"case": CASE, "item": closing_of(RIVER), "state": "OPEN", "lang": "en"}
    assert desk.post("/agenda/mark", form).status_code == 303
    assert "data-reopened" not in desk.get(PAGE).text


def test_a_case_is_closed_with_a_reason_and_on_a_day_that_has_come(desk: Browser) -> None:
    for more, words in (({"what": ""}, "Write what"), ({"due": "2026-01-21"}, "still to come"), ({"due": ""}, "day")):
        answer = write(desk, **({"sort": "CLOSING", "what": "Judgment", "due": "2026-01-20"} | more))
        assert (answer.status_code, words in answer.json["sentence"]) == (409, True)
    assert "data-closed" not in desk.get(PAGE).text
