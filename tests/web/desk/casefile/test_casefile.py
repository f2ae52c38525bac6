"""The case file at a lawyer's desk: what is offered, what is refused and why, and a PDF that holds no marked word."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID, account
from tests.support.web.browser import NUMBERS, Browser, Filled

COURT = "P09 case-river"


@pytest.fixture
def tids(opened: Callable[[str], Station], organisation: Organisation) -> tuple[str, str]:
    """At the lawyer's desk: agreed to for the court, and not."""
    told = [account(0, "ar", SAID["ar"]), account(1, "fr", SAID["fr"], also=[])]
    agreed, other = bring(organisation, opened("lawyer"), told)
    return str(agreed.record.value["tid"]), str(other.record.value["tid"])


def body(*tids: str, **more: object) -> dict[str, object]:
    return {"case": COURT, "tids": list(tids), "to": "fr", "name": "full", "marks": {}, **more}


def test_only_what_consent_covers_is_offered_and_what_is_in_the_case_says_why_not(
    browser: Callable[..., Browser], tids: tuple[str, str]
) -> None:
    desk, (agreed, other) = browser("lawyer"), tids
    desk.post(f"/testimony/{agreed}/case/take", {"case": COURT, "lang": "en"})
    page = desk.get("/en/casefile/", query_string={"case": COURT}).text
    assert re.findall(r'name="tid" value="(\w+)"( checked)?', page) == [(agreed, " checked")]
    assert other not in page
    assert re.findall(r'<option value="(\w+)" lang', page) == ["en", "fr", "es", "de", "ar", "el", "fa"]
    desk.post(f"/testimony/{agreed}/consent/say", {"act": "WITHDRAW", "about": COURT, "reason": "other", "lang": "en"})
    page = desk.get("/en/casefile/", query_string={"case": COURT}).text
    assert re.findall(r'data-refused="(\w+)"', page) == [agreed]
    assert "(P09), case-river: withdrawn" in page


def test_words_are_shown_to_be_marked_and_a_refusal_shows_none(
    browser: Callable[..., Browser], tids: tuple[str, str]
) -> None:
    desk, (agreed, other) = browser("lawyer"), tids
    asked = {"case": COURT, "to": "fr", "name": "full"}
    page = desk.get("/en/casefile/words", query_string=asked | {"tid": agreed}).text
    assert 'dir="rtl"' in page
    assert re.search(r'data-start="0" data-end="5">خرجنا<', page)
    refused = desk.get("/en/casefile/words", query_string=asked | {"tid": [agreed, other]}).text
    assert re.findall(r'data-refused="(\w+)"', refused) == [other]
    assert "data-burning" not in refused
    assert "خرجنا" not in refused


def test_the_pdf_comes_by_script_and_holds_no_word_that_was_marked(
    browser: Callable[..., Browser], tids: tuple[str, str]
) -> None:
    desk, (agreed, _) = browser("lawyer"), tids
    mark = {"text": "said-0", "sentence": 1, "start": 4, "end": 10}
    answer = desk.post_json("/casefile/make", body(agreed, marks={agreed: [mark]}))
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert re.fullmatch(r'attachment; filename="case-file-2026-01-20.pdf"', answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.data)).pages)
    assert "Dossier" in text
    assert "noirci" in text


def test_a_refusal_names_each_testimony_and_the_purpose_in_the_language_of_the_page(
    browser: Callable[..., Browser], tids: tuple[str, str], filled: Filled
) -> None:
    desk, (agreed, other) = browser("lawyer"), tids
    answer = desk.post_json("/casefile/make", body(agreed, other, filled.tid(NUMBERS)), lang="fr")
    assert (answer.status_code, answer.json["code"]) == (409, "casefile.refused")
    sentence = answer.json["sentence"]
    asked = "L’utiliser dans une plainte ou devant un tribunal (P09), case-river: non demandé."
    assert f"{other[:8]}\u00a0: {asked}" in sentence
    assert agreed[:8] not in sentence
    assert "(P04)" in sentence, "the other lacks the lawyers too"


def test_what_a_page_of_ours_never_sends_is_refused(browser: Callable[..., Browser], tids: tuple[str, str]) -> None:
    desk, (agreed, _) = browser("lawyer"), tids
    bad = {"text": "said-0", "sentence": 1, "start": 4, "end": 2}
    for wrong, status in (
        (body(agreed, case="P06 public"), 400), (body(agreed, tids="x"), 400), (body(agreed, marks=[]), 400),
        (body(), 409), (body(agreed, to="xx"), 409), (body(agreed, marks={agreed: [bad]}), 409),
        (body(agreed, marks={"0" * 32: []}), 409), (body(agreed, name="both"), 409),
    ):  # fmt: skip
        assert desk.post_json("/casefile/make", wrong).status_code == status, wrong
    assert desk.get("/en/casefile/", query_string={"case": "P06 public"}).status_code == 400
    assert desk.get("/en/casefile/words", query_string={"case": COURT}).status_code == 409


def test_coordinators_make_no_case_file(browser: Callable[..., Browser], tids: tuple[str, str]) -> None:
    desk = browser("coordinator")
    assert desk.get("/en/casefile/").status_code == 403
    assert desk.post_json("/casefile/make", body(tids[0])).status_code == 403
    assert "/casefile/" not in desk.get("/en/").text
