"""Cases on a lawyer's page: offered where the witness agreed, said when the consent is gone, unseen by coordinators."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.web.browser import KEEPING, NUMBERS, Browser, Filled

CASE, MANDATE = "P09 case-river", "P08a un-mandate"


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    """At the lawyer's desk: of a witness who agreed to the court and to the mandate."""
    agreed = told(0, ("P01", "P04")) | {"also": ["P09-case-river", "P08a-un-mandate"]}
    (sealed,) = bring(organisation, opened("lawyer"), [agreed])
    return str(sealed.record.value["tid"])


SHORTCUT = 'href="#case">Take into a case<'
"""In the bar of what to do."""


def section(desk: Browser, tid: str, lang: str = "en") -> str:
    text = desk.get(f"/{lang}/testimony/{tid}").text
    return str(text.split('data-section="case"')[1].split("</section>")[0])


def offered(desk: Browser, tid: str) -> list[tuple[str, str]]:
    return re.findall(r'data-case="([^"]+)" data-within="(\w+)"', section(desk, tid))


def say(desk: Browser, tid: str, act: str, case: str) -> Any:
    return desk.post(f"/testimony/{tid}/case/{act}", {"case": case, "lang": "en"})


def test_a_lawyer_takes_it_in_where_the_witness_agreed_and_out_again(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    assert offered(desk, tid) == [(MANDATE, "no"), (CASE, "no")]
    assert SHORTCUT in desk.get(f"/en/testimony/{tid}").text
    assert say(desk, tid, "take", CASE).location.endswith(f"/en/testimony/{tid}#case")
    assert (CASE, "yes") in offered(desk, tid)
    assert 'href="/en/cases/P09%20case-river"' in section(desk, tid), "what is made of it is made there"
    assert say(desk, tid, "take", CASE).status_code == 409
    assert say(desk, tid, "leave", CASE).status_code == 303
    assert (CASE, "no") in offered(desk, tid)
    assert section(desk, tid).count("data-case-said") == 2


def test_a_case_that_the_witness_did_not_agree_to_is_neither_offered_nor_taken(
    browser: Callable[..., Browser], filled: Filled, tid: str
) -> None:
    desk = browser("lawyer")
    for other in (NUMBERS, KEEPING):
        assert offered(desk, filled.tid(other)) == []
        assert SHORTCUT not in desk.get(f"/en/testimony/{filled.tid(other)}").text
        answer = say(desk, filled.tid(other), "take", CASE)
        assert (answer.status_code, "has not agreed to this case" in answer.text) == (409, True)
    assert say(desk, tid, "take", "P06 public").status_code == 409
    assert say(desk, "0" * 32, "take", CASE).status_code == 404


def test_when_the_consent_is_gone_the_page_says_to_take_it_out(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    say(desk, tid, "take", CASE)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": CASE, "reason": "other", "lang": "en"})
    assert (CASE, "yes") in offered(desk, tid)
    assert "The consent does not stand any more." in section(desk, tid)
    assert say(desk, tid, "leave", CASE).status_code == 303
    assert (CASE, "no") not in offered(desk, tid)


def test_testimonies_are_taken_into_a_case_and_out_of_it_on_the_page_of_the_case(
    browser: Callable[..., Browser],
    filled: Filled,
    tid: str,
    opened: Callable[[str], Station],
    organisation: Organisation,
) -> None:
    (second,) = bring(organisation, opened("lawyer"), [told(1, ("P01", "P04")) | {"also": ["P09-case-river"]}])
    desk, page, within = browser("lawyer"), f"/en/cases/{CASE}", str(second.record.value["tid"])
    assert say(desk, within, "take", CASE).status_code == 303
    offer = re.findall(r'name="tid" value="(\w+)"', desk.get(page).text)
    assert tid in offer
    assert not {within, filled.tid(NUMBERS)} & set(offer), "it is in the case; its witness did not agree to it"
    take = {"case": CASE, "from": "case", "lang": "en"}
    refused = desk.post("/cases/take", {**take, "tid": [tid, filled.tid(NUMBERS)]})
    assert (refused.status_code, "has not agreed to this case" in refused.text) == (409, True)
    assert inside(desk, page) == [within], "all of them, or none"
    assert "Choose the testimonies first" in desk.post("/cases/take", take).text
    assert "/cases/P09" in desk.post("/cases/take", {**take, "tid": [tid]}).location
    assert inside(desk, page) == sorted([tid, within])
    assert tid not in re.findall(r'name="tid" value="(\w+)"', desk.get(page).text)
    assert "/cases/P09" in desk.post(f"/testimony/{tid}/case/leave", take).location
    assert inside(desk, page) == [within]


def inside(desk: Browser, page: str) -> list[str]:
    return re.findall(r'data-within="(\w+)"', desk.get(page).text)


def test_a_coordinator_sees_and_says_nothing_of_cases(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("coordinator"), filled.tid(NUMBERS)
    assert 'data-section="case"' not in desk.get(f"/en/testimony/{tid}").text
    assert say(desk, tid, "take", "P09 case-river").status_code == 403


def test_the_list_of_cases_leads_to_each_page_of_a_case_once(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    say(desk, tid, "take", CASE)
    card = desk.get("/en/cases/").text.split(f'data-case="{CASE}"')[1].split("</section>")[0]
    addresses = [unquote(one) for one in re.findall(r'href="([^"]+)"', card)]
    assert {f"/en/cases/{CASE}", f"/en/testimony/{tid}"} < set(addresses)
    assert len(addresses) == len(set(addresses)), addresses
