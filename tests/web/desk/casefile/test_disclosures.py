"""The register of what left: each file with its hash, for whom and under which consent, and who must be told today."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable

import pytest

from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.withdrawal import shredding
from testimony.station.station import Station
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID, account
from tests.support.services.desks import reader_of
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


def withdraw(desk: Browser, tid: str) -> None:
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": COURT, "reason": "other", "lang": "en"})


def file_of(page: str) -> str:
    return re.findall(r'id="file-([0-9a-f]{32})"', page)[0]


def test_that_they_were_told_is_recorded_and_a_mistake_is_taken_back(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    made(desk, tid)
    withdraw(desk, tid)
    file = file_of(desk.get(PAGE).text)
    answer = desk.post(f"/disclosures/{file}/told", {"told": "2026-01-20", "lang": "en"})
    assert (answer.status_code, answer.location) == (303, f"/en/disclosures#file-{file}")
    page = desk.get(PAGE).text
    assert ("data-ended" in page, f'data-told="{tid}"' in page) == (False, True)
    assert "told on 20 January 2026 by lawyer-1" in html.unescape(re.sub(r"<[^>]+>", "", page))
    assert desk.post(f"/disclosures/{file}/told", {"told": "2026-01-20", "lang": "en"}).status_code == 409
    assert desk.post(f"/disclosures/{file}/mistake", {"lang": "en"}).status_code == 303
    page = desk.get(PAGE).text
    assert ("data-ended" in page, f'data-told="{tid}"' in page) == (True, False)


@pytest.mark.parametrize("day", ["", "2026-02-30", "2026-01-21", "2026-01-19", "x" * 90_000])
def test_a_day_on_which_nobody_can_have_been_told_is_refused_and_changes_nothing(
    browser: Callable[..., Browser], tid: str, day: str
) -> None:
    desk = browser("lawyer")
    made(desk, tid)
    withdraw(desk, tid)
    file = file_of(desk.get(PAGE).text)
    assert desk.post(f"/disclosures/{file}/told", {"told": day, "lang": "en"}).status_code == 409
    assert "data-ended" in desk.get(PAGE).text


def test_before_consent_ends_nobody_is_told_and_no_other_file_is_named(
    browser: Callable[..., Browser], tid: str
) -> None:
    desk = browser("lawyer")
    made(desk, tid)
    file = file_of(desk.get(PAGE).text)
    assert desk.post(f"/disclosures/{file}/told", {"told": "2026-01-20", "lang": "en"}).status_code == 409
    assert desk.post(f"/disclosures/{'0' * 32}/told", {"told": "2026-01-20", "lang": "en"}).status_code == 409
    assert "data-told" not in desk.get(PAGE).text


def test_a_withdrawal_and_the_case_name_who_has_to_be_told_to_lawyers_alone(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation, tid: str
) -> None:
    desk = browser("lawyer")
    desk.post(f"/testimony/{tid}/case/take", {"case": COURT, "lang": "en"})
    made(desk, tid)
    file = file_of(desk.get(PAGE).text)
    pages = ("/en/withdrawals/", f"/en/cases/{COURT}")
    assert all("data-tell" not in desk.get(page).text for page in pages)
    signer = reader_of(organisation, "lawyer-2").signer
    assert signer is not None
    everything = statements.withdrawal(tid=tid, scope="all", day="2026-01-20", signer=signer)
    for role in ("lawyer", "coordinator"):
        take_in(opened(role), [Incoming("record", everything.encode())])
    for page in pages:
        told = desk.get(page).text
        assert (f'data-tell="{file}"' in told, "not told yet" in told) == (True, True), page
    desk.post(f"/disclosures/{file}/told", {"told": "2026-01-20", "lang": "en"})
    for page in pages:
        told = desk.get(page).text
        assert ("was told" in told, "not told yet" in told) == (True, False), page
    theirs = browser("coordinator").get("/en/withdrawals/").text
    assert ("data-withdrawal" in theirs, "data-tell" in theirs) == (True, False)


def test_after_a_testimony_is_destroyed_those_who_got_it_can_still_be_told(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    code, station = Signer.generate(), opened("lawyer")
    told = account(0, "ar", SAID["ar"])
    (sealed,) = bring(organisation, station, [told], withdraw=code.public_keys[0].pub.hex())
    desk, number = browser("lawyer"), str(sealed.record.value["tid"])
    made(desk, number)
    everything = statements.withdrawal(tid=number, scope="all", day="2026-01-20", signer=code)
    take_in(station, [Incoming("record", everything.encode())])
    shredding.finish(station)
    page = desk.get(PAGE).text
    assert ("data-ended" in page, number[:8] in page) == (True, True)
    assert desk.get("/en/withdrawals/").text.count("data-tell") == 1
    answer = desk.post(f"/disclosures/{file_of(page)}/told", {"told": "2026-01-20", "lang": "en"})
    assert (answer.status_code, f'data-told="{number}"' in desk.get(PAGE).text) == (303, True)


def test_what_was_refused_did_not_leave_and_coordinators_see_nothing(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    body = {"case": "P09 other-case", "tids": [tid], "to": "fr", "name": "full", "marks": {}}
    assert desk.post_json("/casefile/make", body).status_code == 409
    assert hashes(desk.get(PAGE).text) == []
    assert browser("coordinator").get(PAGE).status_code == 403
