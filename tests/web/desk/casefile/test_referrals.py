"""The page of a referral sheet: offered where the witness agrees to a service, noted in the register."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID, account
from tests.support.web.browser import KEEPING, Browser, Filled

CLINIC = "P05 camp-clinic"


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    """At the lawyer's desk: of a witness who agreed to the clinic."""
    (sealed,) = bring(organisation, opened("lawyer"), [account(0, "fr", SAID["fr"], also=["P05-camp-clinic"])])
    return str(sealed.record.value["tid"])


def make(desk: Browser, tid: str, **more: str) -> Any:
    body = {"use": CLINIC, "to": "en", "wanted": "Treat the left arm.", "reply": "Button 1"}
    return desk.post_json(f"/testimony/{tid}/referral/make", body | more)


def test_a_sheet_is_made_saved_and_noted_in_the_register(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    page = f"/en/testimony/{tid}/referral"
    assert page in desk.get(f"/en/testimony/{tid}").text
    assert f'value="{CLINIC}"' in desk.get(page).text
    answer = make(desk, tid)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="referral-2026-01-20.pdf"'
    left = desk.get("/en/disclosures").text
    assert re.findall(r'data-left="(\w+)"', left) == [hashlib.sha256(answer.data).hexdigest()]
    assert all(words in left for words in ("Referral sheet", "Pass name and contact to one service", "camp-clinic"))


def test_a_consent_withdrawn_between_choosing_and_making_leaves_no_sheet_and_says_why(
    browser: Callable[..., Browser], tid: str
) -> None:
    desk = browser("lawyer")
    page = f"/en/testimony/{tid}/referral"
    assert f'value="{CLINIC}"' in desk.get(page).text
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": CLINIC, "reason": "other", "lang": "en"})
    answer = make(desk, tid)
    assert (answer.status_code, "P05" in answer.json["sentence"]) == (409, True)
    assert "data-left" not in desk.get("/en/disclosures").text
    assert "agrees to no service today" in desk.get(page).text
    assert page not in desk.get(f"/en/testimony/{tid}").text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"wanted": "x" * 90_000}, "too long for one page"),
        ({"wanted": ""}, "Write what the service is asked to do"),
        ({"reply": ""}, "Write how the service reaches"),
        ({"use": "P09 case-river"}, "Choose a service"),
        ({"use": "nothing"}, "Choose a service"),
        ({"to": "xx"}, "no referral sheet in this language"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    browser: Callable[..., Browser], tid: str, more: dict[str, str], words: str
) -> None:
    answer = make(browser("lawyer"), tid, **more)
    assert (answer.status_code, words in answer.json["sentence"]) == (409, True)


def test_it_is_offered_to_lawyers_alone_and_only_where_the_witness_agrees_to_a_service(
    browser: Callable[..., Browser], filled: Filled, tid: str
) -> None:
    desk, other = browser("lawyer"), filled.tid(KEEPING)
    assert "referral" not in desk.get(f"/en/testimony/{other}").text
    assert desk.post_json(f"/testimony/{tid}/referral/make", {"use": CLINIC}).status_code == 400
    assert make(desk, "0" * 32).status_code == 409
    coordinator = browser("coordinator")
    assert make(coordinator, tid).status_code == 403
    assert coordinator.get(f"/en/testimony/{tid}/referral").status_code == 403
