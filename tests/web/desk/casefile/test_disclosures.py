"""The register of what left: each file with its hash, for whom and under which consent, and who must be told today."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID, account
from tests.support.web.browser import Browser

COURT = "P09 case-river"
PAGE = "/en/disclosures"


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    """At the lawyer's desk: a testimony whose witness agreed to the court."""
    (agreed,) = bring(organisation, opened("lawyer"), [account(0, "ar", SAID["ar"])])
    return str(agreed.record.value["tid"])


def made(desk: Browser, tid: str) -> bytes:
    body = {"case": COURT, "tids": [tid], "to": "fr", "name": "full", "marks": {}}
    answer = desk.post_json("/casefile/make", body)
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def hashes(page: str) -> list[str]:
    return re.findall(r'data-left="([0-9a-f]{64})"', page)


def test_files_that_were_made_are_named_with_their_hash_and_whom_they_are_for(
    browser: Callable[..., Browser], tid: str
) -> None:
    desk = browser("lawyer")
    assert "Nothing left yet" in desk.get(PAGE).text
    pdf = made(desk, tid)
    archive = desk.get(f"/testimony/{tid}/archive/file", query_string={"use": COURT, "reveal": "narrative"})
    assert archive.status_code == 200, archive.text
    page = desk.get(PAGE).text
    assert sorted(hashes(page)) == sorted(hashlib.sha256(data).hexdigest() for data in (pdf, archive.data))
    told = html.unescape(page)
    for words in ("Case file", "Archive", "lawyer-1", "Use it in a complaint or in court", "20 January 2026", tid[:8]):
        assert words in told, words
    assert "data-ended" not in page


def test_when_consent_ends_the_register_says_whom_to_tell(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    made(desk, tid)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": COURT, "reason": "other", "lang": "en"})
    page = desk.get(PAGE).text
    assert "data-ended" in page
    assert "Tell those who got the file" in page


def test_what_was_refused_did_not_leave_and_coordinators_see_nothing(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    body = {"case": "P09 other-case", "tids": [tid], "to": "fr", "name": "full", "marks": {}}
    assert desk.post_json("/casefile/make", body).status_code == 409
    assert hashes(desk.get(PAGE).text) == []
    assert browser("coordinator").get(PAGE).status_code == 403
