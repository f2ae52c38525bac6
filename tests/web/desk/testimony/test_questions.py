"""Asking the interviewer from a testimony's page: a fixed list, for lawyers, and what was answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from testimony import canonical
from testimony.domain.testimony.questions import Ask
from testimony.sealing.keys.receiving_key import receiving_key
from testimony.sealing.statements import questions as statement_questions
from testimony.sealing.statements.question_words import open_words
from testimony.sealing.testimony.annex import seal_annex
from testimony.sealing.testimony.bound import bind
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake import questions
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption as roster_adoption
from testimony.station.station import Station
from testimony.store.models.records import RecordRow
from tests.support.services import rosters
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


def ask_in_words(desk: Browser, tid: str, text: object) -> Any:
    return desk.post_json(f"/testimony/{tid}/questions/words", {"text": text})


def test_a_lawyer_asks_in_own_words_and_every_lawyer_s_desk_shows_them(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert "question-text" in section(desk, tid)
    assert ask_in_words(desk, tid, "Which <b>river</b>?\nA name.").status_code == 200
    shown = section(desk, tid)
    assert 'data-question="words" data-open="yes"' in shown
    assert "Which &lt;b&gt;river&lt;/b&gt;?" in shown
    assert "No answer has come yet." in shown
    assert ask_in_words(desk, tid, "And the second question?").status_code == 200
    assert section(desk, tid).count('data-question="words"') == 2


def test_no_words_and_too_many_change_nothing_and_say_so(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    for text, said in (("  ", "Nothing was written yet."), ("x" * 90_000, "more than 450 characters")):
        answer = ask_in_words(desk, tid, text)
        assert (answer.status_code, said in answer.json["sentence"]) == (409, True)
    assert ask_in_words(desk, tid, ["x"]).status_code == 400
    assert ask_in_words(desk, "0" * 32, "?").status_code == 404
    assert "data-question" not in section(desk, tid)


def test_an_answer_in_words_stands_under_its_question(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    ask_in_words(desk, tid, "Which river?")
    with opened("lawyer").database.reading() as session:
        [asked] = questions.questions_about(session, tid)
    assert asked.words is not None
    phone, manifest = organisation.signers["phone-1"], filled.sealed[EVERYTHING].record.id
    asking = statement_questions.parse_question(asked.words)
    words = open_words(asking.sealed, tid=tid, id=asking.id, key=receiving_key(phone.seed))
    content = {"kind": "answer-words", "question": asked.name, "of": manifest, "text": "The big one", "day": DAY}
    roster = opened("lawyer").chain.latest
    annex = seal_annex(
        canonical.encode(bind(content, words.bind)),
        tid=tid,
        day=DAY,
        roster=roster.sha256,
        audiences={"lawyers": (roster.recipients("lawyers"), roster.slots["lawyers"])},
        signer=phone,
    )
    said = statement_questions.answer(tid=tid, question=asked.name, code="written", day=DAY, signer=phone)
    items = [Incoming("record", one.encode()) for one in (annex.record, said)]
    items += [Incoming("object", data) for data in (*annex.part.heads.values(), annex.part.body)]
    assert {one.status for one in take_in(opened("lawyer"), items).statuses} == {"stored"}
    shown = section(desk, tid)
    assert ("The big one" in shown, "Answered in words" in shown, "No answer" in shown) == (True, True, False)
    assert 'data-question="words" data-open="no"' in shown


def test_a_phone_that_left_the_roster_gets_no_words_and_an_open_question_says_that_none_comes(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    ask_in_words(desk, tid, "Which river?")
    station = opened("lawyer")
    devices = json.loads(organisation.roster.data)["devices"]
    left = [one | {"status": "revoked"} if one["id"] == "phone-1" else one for one in devices]
    with station.database.transaction() as session:
        assert roster_adoption.adopt(station, session, rosters.after(organisation, organisation.roster, devices=left))
    shown = section(desk, tid)
    assert "No answer can come." in shown
    assert "Choose a question from the list." in shown
    assert "question-text" not in shown
    assert ask_in_words(desk, tid, "And now?").status_code == 409


def test_a_coordinator_reads_that_something_was_asked_in_words_and_not_what(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    lawyers, coordinators, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    ask_in_words(lawyers, tid, "Which river?")
    with opened("lawyer").database.reading() as session:
        rows = session.query(RecordRow).where(RecordRow.kind.in_(("question", "annex"))).all()
        items = [Incoming("record", row.data) for row in rows]
    take_in(opened("coordinator"), items)
    shown = section(coordinators, tid)
    assert ("own words" in shown, "Which river?" in shown) == (True, False)
    assert ask_in_words(coordinators, tid, "?").status_code == 403
