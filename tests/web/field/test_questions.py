"""Lawyers' questions at a node: beside their testimony in its outbox, answered by whoever signed in there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import questions as statement_questions
from testimony.sealing.statements import statements
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake import questions
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from tests.support.web.browser import Browser, Filled
from tests.support.web.desk.questions import lawyer
from tests.support.web.pages import sign_in

DAY = "2026-01-20"


@pytest.fixture
def question(organisation: Organisation, filled: Filled, opened: Callable[[str], Station]) -> SignedRecord:
    """A lawyer's, at the node."""
    one = statement_questions.question(tid=filled.tid(0), code="call-me", day=DAY, signer=lawyer(organisation))
    outcome = take_in(opened("field"), [Incoming("record", one.encode())])
    assert [each.status for each in outcome.statuses] == ["stored"]
    return one


def line(one: Browser, tid: str, lang: str = "en") -> str:
    return str(one.get(f"/{lang}/outbox").text.split(f'data-tid="{tid}"')[1].split("</li>")[0])


def answer(one: Browser, name: str, code: str) -> Any:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', one.get("/en/outbox").text)
    data = {"csrf_token": next(iter(token), ""), "code": code, "lang": "en"}
    return one.client.post(f"/questions/{name}/answer", base_url=one.base, data=data)


def test_whoever_signed_in_sees_it_and_answers_and_the_node_signs(
    browser: Callable[..., Browser],
    organisation: Organisation,
    filled: Filled,
    opened: Callable[[str], Station],
    question: SignedRecord,
) -> None:
    one, tid = browser("field"), filled.tid(0)
    sign_in(one, organisation)
    assert 'data-asked="1"' in one.get("/en/").text
    assert "Call me about this testimony." in line(one, tid)
    assert "data-question" not in line(one, filled.tid(1))
    assert answer(one, question.id, "will-call").status_code == 303
    assert "<strong>I will call</strong>" in line(one, tid)
    assert re.findall(r'name="code" value="([\w-]+)"', line(one, tid)) == ["seen", "unreachable", "done"]
    assert answer(one, question.id, "done").status_code == 303
    assert re.findall(r'name="code" value="([\w-]+)"', line(one, tid)) == []
    assert "data-asked" not in one.get("/en/").text
    with opened("field").database.reading() as session:
        [asked] = questions.questions_about(session, tid)
    assert [(each.code, each.by) for each in asked.answers] == [
        ("done", organisation.signers["node-1"].kid),
        ("will-call", organisation.signers["node-1"].kid),
    ]


def test_nobody_else_sees_or_answers_it(
    browser: Callable[..., Browser], filled: Filled, question: SignedRecord
) -> None:
    one = browser("field")
    assert "data-asked" not in one.get("/en/").text
    assert one.client.post(f"/questions/{question.id}/answer", base_url=one.base).status_code == 401


def test_without_the_pages_token_nothing_is_answered(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, question: SignedRecord
) -> None:
    one = browser("field")
    sign_in(one, organisation)
    answered = one.client.post(f"/questions/{question.id}/answer", base_url=one.base, data={"code": "done"})
    assert answered.status_code == 400
    assert 'data-open="yes"' in line(one, filled.tid(0))


def test_what_is_not_on_the_list_or_not_asked_is_refused(
    browser: Callable[..., Browser], organisation: Organisation, question: SignedRecord
) -> None:
    one = browser("field")
    sign_in(one, organisation)
    assert answer(one, question.id, "in my own words").status_code == 400
    assert answer(one, "0" * 64, "done").status_code == 409


def test_of_what_is_taken_back_nothing_is_asked_any_more(
    browser: Callable[..., Browser],
    organisation: Organisation,
    filled: Filled,
    opened: Callable[[str], Station],
    question: SignedRecord,
) -> None:
    one, tid = browser("field"), filled.tid(0)
    told = statements.withdrawal(tid=tid, scope="all", day=DAY, signer=organisation.signers["phone-1"])
    take_in(opened("field"), [Incoming("record", told.encode())])
    sign_in(one, organisation)
    assert "data-question" not in line(one, tid)
    assert "data-asked" not in one.get("/en/").text


def test_a_newer_question_asks_for_an_update(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    newer = statement_questions.question(tid=filled.tid(0), code="newer", day=DAY, signer=lawyer(organisation))
    take_in(opened("field"), [Incoming("record", newer.encode())])
    one = browser("field")
    sign_in(one, organisation)
    assert "A question that this version does not know: update this station." in line(one, filled.tid(0))
    assert "<form" not in line(one, filled.tid(0))  # nobody answers what cannot be read


def test_it_is_shown_in_arabic(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, question: SignedRecord
) -> None:
    one = browser("field")
    sign_in(one, organisation)
    assert "اتصل بي بشأن هذه الشهادة." in line(one, filled.tid(0), "ar")
