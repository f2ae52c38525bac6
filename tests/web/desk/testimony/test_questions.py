"""Asking the interviewer from a testimony's page: a fixed list, for lawyers, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from testimony.domain.testimony.questions import Ask
from testimony.sealing.statements import questions as statement_questions
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake import questions
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from tests.support.web.browser import EVERYTHING, Browser, Filled
from tests.support.web.desk.questions import lawyer

DAY = "2026-01-20"


def ask(desk: Browser, tid: str, code: str) -> Any:
    return desk.post(f"/testimony/{tid}/questions", {"code": code, "lang": "en"})


def section(desk: Browser, tid: str, lang: str = "en") -> str:
    text = desk.get(f"/{lang}/testimony/{tid}").text
    return str(text.split('data-section="questions"')[1].split("</section>")[0])


def offered(desk: Browser, tid: str) -> list[str]:
    return re.findall(r'<option value="([\w-]+)"', section(desk, tid))


def take(station: Station, *records: Any) -> None:
    outcome = take_in(station, [Incoming("record", one.encode()) for one in records])
    assert {one.status for one in outcome.statuses} == {"stored"}, outcome.statuses


def test_a_lawyer_asks_from_the_list_and_not_the_same_while_it_waits(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert offered(desk, tid) == [str(code) for code in Ask]
    assert ask(desk, tid, "call-me").location.endswith(f"/en/testimony/{tid}#questions")
    shown = section(desk, tid)
    assert 'data-question="call-me" data-open="yes"' in shown
    assert "Call me about this testimony." in shown
    assert "No answer has come yet." in shown
    assert offered(desk, tid) == [str(code) for code in Ask if code != Ask.CALL_ME]
    assert ask(desk, tid, "call-me").status_code == 409


def test_no_other_words_than_the_lists_are_taken(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert ask(desk, tid, "what did he say").status_code == 400
    assert ask(desk, tid, "").status_code == 400
    assert ask(desk, "0" * 32, "call-me").status_code == 409
    assert "data-question" not in section(desk, tid)


def test_a_coordinator_asks_nothing_and_sees_what_was_asked(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    desk, tid = browser("coordinator"), filled.tid(EVERYTHING)
    assert ask(desk, tid, "call-me").status_code == 403
    question = statement_questions.question(tid=tid, code="contact", day=DAY, signer=lawyer(organisation))
    take(opened("coordinator"), question)
    assert 'data-question="contact"' in section(desk, tid)
    assert offered(desk, tid) == []


def test_the_answer_is_shown_with_who_gave_it_and_closes_the_question(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    ask(desk, tid, "recording")
    with opened("lawyer").database.reading() as session:
        [asked] = questions.questions_about(session, tid)
    phone = organisation.signers["phone-1"]
    take(opened("lawyer"), statement_questions.answer(tid=tid, question=asked.name, code="done", day=DAY, signer=phone))
    shown = section(desk, tid)
    assert 'data-question="recording" data-open="no"' in shown
    assert "<strong>Done</strong>" in shown
    assert "phone-1" in shown
    assert "recording" in offered(desk, tid)


def test_codes_of_a_newer_version_are_said_to_be_so(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    question = statement_questions.question(tid=tid, code="bring-it", day=DAY, signer=lawyer(organisation))
    phone = organisation.signers["phone-1"]
    take(
        opened("lawyer"),
        question,
        statement_questions.answer(tid=tid, question=question.id, code="later", day=DAY, signer=phone),
    )
    shown = section(desk, tid)
    assert "A question that this version does not know: update this station." in shown
    assert "An answer that this version does not know: update this station." in shown


def test_where_the_review_needs_information_the_list_is_open(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert "data-wanted" not in section(desk, tid)
    for to in ("in_review", "needs_information"):
        assert desk.post(f"/testimony/{tid}/review/move", {"to": to, "lang": "en"}).status_code == 303
    assert "<details open data-wanted>" in section(desk, tid)


def test_it_speaks_the_language_of_the_page(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    ask(desk, tid, "call-me")
    assert "Llámeme por este testimonio." in section(desk, tid, "es")
    assert "Appelez-moi au sujet de ce témoignage." in section(desk, tid, "fr")
