"""The page of words without the name: offered where the witness agrees, noted in the register, refused afterwards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring
from tests.support.services.casefiles import account
from tests.support.web.browser import KEEPING, Browser, Filled

PRESS = "P12 border-news"


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    """At the lawyer's desk: of a witness who agreed to journalists."""
    told = account(0, "en", "Sam fell into the river on 3 March.", also=["P12-border-news"])
    (sealed,) = bring(organisation, opened("lawyer"), [told])
    return str(sealed.record.value["tid"])


def make(desk: Browser, tid: str, **more: str) -> Any:
    body = {"use": PRESS, "to": "en", "words": "They pushed us into the river.", "checked": "yes"}
    return desk.post_json(f"/testimony/{tid}/quotation/make", body | more)


def test_words_are_made_saved_and_noted_in_the_register(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    page = f"/en/testimony/{tid}/quotation"
    assert desk.get(f"/en/testimony/{tid}").text.count(page) == 2  # under More, and in the tab of cases
    shown = desk.get(page).text
    assert f'value="{PRESS}"' in shown
    assert "[name] fell into the river on [date]." in shown
    answer = make(desk, tid)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="words-2026-01-20.pdf"'
    left = desk.get("/en/disclosures").text
    assert re.findall(r'data-left="(\w+)"', left) == [hashlib.sha256(answer.data).hexdigest()]
    assert all(words in left for words in ("Words without the name", "Speak to journalists", "border-news"))


def test_a_withdrawal_between_writing_and_making_leaves_nothing_and_one_after_it_names_who_must_be_told(
    browser: Callable[..., Browser], tid: str
) -> None:
    desk = browser("lawyer")
    page = f"/en/testimony/{tid}/quotation"
    assert make(desk, tid).status_code == 200
    assert "data-ended" not in desk.get("/en/disclosures").text
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": PRESS, "reason": "other", "lang": "en"})
    answer = make(desk, tid)
    assert (answer.status_code, "P12" in answer.json["sentence"]) == (409, True)
    left = desk.get("/en/disclosures").text
    assert (left.count("data-left="), "data-ended" in left) == (1, True)
    shown = desk.get(page).text
    assert ("to no journalists today" in shown, "river" in shown) == (True, False)
    assert page not in desk.get(f"/en/testimony/{tid}").text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"words": "x" * 90_000}, "at most 6000 characters"),
        ({"words": ""}, "Write the words that leave"),
        ({"words": "Sam fell."}, "have a name of the witness"),
        ({"checked": ""}, "tick the box below the words"),
        ({"use": "P09 case-river"}, "Consent does not cover this use"),
        ({"use": "nothing"}, "Consent does not cover this use"),
        ({"to": "xx"}, "no case file in this language"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    browser: Callable[..., Browser], tid: str, more: dict[str, str], words: str
) -> None:
    desk = browser("lawyer")
    answer = make(desk, tid, **more)
    assert (answer.status_code, words in answer.json["sentence"]) == (409, True)
    assert "data-left" not in desk.get("/en/disclosures").text


def test_it_is_offered_to_lawyers_alone_and_only_where_the_witness_agrees(
    browser: Callable[..., Browser], filled: Filled, tid: str
) -> None:
    desk, other = browser("lawyer"), filled.tid(KEEPING)
    assert "quotation" not in desk.get(f"/en/testimony/{other}").text
    assert desk.post_json(f"/testimony/{tid}/quotation/make", {"use": PRESS}).status_code == 400
    assert make(desk, "0" * 32).status_code == 409
    coordinator = browser("coordinator")
    assert make(coordinator, tid).status_code == 403
    assert coordinator.get(f"/en/testimony/{tid}/quotation").status_code == 403
