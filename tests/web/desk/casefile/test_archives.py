"""The page of archives: a file that checks itself, with in clear what was chosen and agreed to, for lawyers alone."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from testimony.sealing import verification
from testimony.sealing.archive import checks as archive_checks
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.web.browser import NUMBERS, Browser, Filled

CASE = "P09 case-river"


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    agreed = told(0, ("P01", "P04")) | {"also": ["P09-case-river"]}
    (sealed,) = bring(organisation, opened("lawyer"), [agreed])
    return str(sealed.record.value["tid"])


def choose(desk: Browser, tid: str, **chosen: Any) -> Any:
    sent = {"csrf_token": desk.csrf(), "lang": "en", **chosen}
    return desk.client.post(f"/testimony/{tid}/archive", base_url=desk.base, data=sent)


def test_a_lawyer_saves_a_file_that_anybody_can_check(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    assert f"/en/testimony/{tid}/archive" in desk.get(f"/en/testimony/{tid}").text
    assert CASE in desk.get(f"/en/testimony/{tid}/archive").text
    answer = choose(desk, tid, reveal=["narrative", "incident"], use=CASE)
    assert answer.status_code == 303
    file = desk.get(answer.location)
    assert (file.status_code, file.content_type) == (200, "application/zip")
    assert file.headers["Cache-Control"] == "no-store"
    said = list(archive_checks.examine(io.BytesIO(file.data)))
    assert verification.nothing_fails(said)
    assert [one.values["part"] for one in said if one.code == "revealed.holds"] == ["incident", "narrative"]
    with zipfile.ZipFile(io.BytesIO(file.data)) as unzipped:
        assert not [name for name in unzipped.namelist() if name.startswith("objects/")]


def test_the_sealed_parts_come_along_when_they_are_asked_for(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    file = desk.get(choose(desk, tid, sealed="yes").location)
    said = list(archive_checks.examine(io.BytesIO(file.data)))
    assert {"sealed.whole", "interviewer.sealed"} <= {one.code for one in said}


def test_without_a_consent_nothing_is_offered_in_clear_and_nothing_given(
    browser: Callable[..., Browser], filled: Filled, tid: str
) -> None:
    desk, other = browser("lawyer"), filled.tid(NUMBERS)
    assert 'name="reveal"' not in desk.get(f"/en/testimony/{other}/archive").text
    for refused in (choose(desk, other, reveal="coded", use=CASE), choose(desk, tid, reveal="coded", use="P08a un-x")):
        assert (refused.status_code, "does not stand today" in refused.text) == (409, True)
    asked = desk.get(f"/testimony/{tid}/archive/file?reveal=narrative")
    assert (asked.status_code, "for which complaint" in asked.text) == (409, True)


def test_a_consent_that_was_taken_back_since_is_asked_for_again(browser: Callable[..., Browser], tid: str) -> None:
    desk = browser("lawyer")
    address = choose(desk, tid, reveal="narrative", use=CASE).location
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": CASE, "reason": "other", "lang": "en"})
    refused = desk.get(address)
    assert (refused.status_code, "Use it in a complaint or in court" in refused.text) == (409, True)


def test_too_much_for_a_browser_is_left_to_the_command(
    browser: Callable[..., Browser], tid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("testimony.web.desk.casefile.archives.LARGEST", 1000)
    desk = browser("lawyer")
    assert choose(desk, tid, sealed="yes").status_code == 303
    assert "testimony archive" in desk.get(f"/testimony/{tid}/archive/file?sealed=yes").text


def test_a_coordinator_has_no_archives(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("coordinator"), filled.tid(NUMBERS)
    assert f"/testimony/{tid}/archive" not in desk.get(f"/en/testimony/{tid}").text
    assert choose(desk, tid).status_code == 403
    assert desk.get(f"/testimony/{tid}/archive/file").status_code == 403


def whole(desk: Browser, tids: list[str], case: str = CASE, **chosen: Any) -> Any:
    sent = {"csrf_token": desk.csrf(), "lang": "en", "case": case, "tid": tids, **chosen}
    headers = {"Referer": f"{desk.base}/en/archive/?case={CASE}"}
    return desk.client.post("/archive/", base_url=desk.base, data=sent, headers=headers)


@pytest.fixture
def tids(opened: Callable[[str], Station], organisation: Organisation) -> list[str]:
    """Two for the case, and one that did not agree to it."""
    agreed = [told(number, ("P01", "P04")) | {"also": ["P09-case-river"]} for number in range(2)]
    sealed = bring(organisation, opened("lawyer"), [*agreed, told(2, ("P01", "P04"))])
    return [str(one.record.value["tid"]) for one in sealed]


def test_the_archive_of_a_case_holds_its_testimonies_and_is_in_the_register(
    browser: Callable[..., Browser], tids: list[str]
) -> None:
    desk = browser("lawyer")
    one, two, other = tids
    desk.post(f"/testimony/{one}/case/take", {"case": CASE, "lang": "en"})
    assert f"/en/archive/?case={CASE.replace(' ', '+')}" in desk.get(f"/en/cases/{CASE}").text
    page = desk.get(f"/en/archive/?case={CASE}").text
    assert re.findall(r'name="tid" value="(\w+)" checked', page) == [one], "what is in the case is chosen"
    assert f'value="{two}"' in page
    assert other not in page
    file = whole(desk, [one, two], reveal=["narrative"])
    day_and_hash = rf'archive-[-0-9]{{10}}-{hashlib.sha256(file.data).hexdigest()[:8]}\.zip"'
    assert re.search(day_and_hash, file.headers["Content-Disposition"])
    assert (file.status_code, file.content_type) == (200, "application/zip")
    assert file.headers["Cache-Control"] == "no-store"
    said = list(archive_checks.examine(io.BytesIO(file.data)))
    assert verification.nothing_fails(said)
    assert [one.values["part"] for one in said if one.code == "revealed.holds"] == ["narrative"] * 2
    left = desk.get("/en/disclosures").text
    assert f'data-left="{hashlib.sha256(file.data).hexdigest()}"' in left


def test_no_archive_of_a_case_is_made_of_nothing_or_without_the_consent_of_each(
    browser: Callable[..., Browser], tids: list[str]
) -> None:
    desk = browser("lawyer")
    one, _two, other = tids
    nothing = whole(desk, [], reveal=["incident"])
    assert nothing.status_code == 400
    assert 'value="incident" checked' in nothing.text, "the form comes back as it was filled"
    refused = whole(desk, [one, other], reveal=["incident"])
    assert refused.status_code == 409
    assert "application/zip" not in refused.content_type
    (said,) = re.findall(r"<[^>]*>([^<]*Nothing was written[^<]*)<", refused.text)
    assert other[:8] in said
    assert one[:8] not in said
    assert 'value="incident" checked' in refused.text
    assert whole(desk, [one], case="P09 <b>").status_code in {400, 409, 422}
    assert whole(desk, ["0" * 32]).status_code in {404, 409, 422}
