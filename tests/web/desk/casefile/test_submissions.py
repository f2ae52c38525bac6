"""Submissions at a lawyer's desk: what is offered, what is refused and why, a PDF, and fields to be copied."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID
from tests.support.services.submissions import told
from tests.support.web.browser import Browser

MANDATE, COURT = "P08a un-mandate", "P09 case-river"


@pytest.fixture
def tids(opened: Callable[[str], Station], organisation: Organisation) -> tuple[str, str]:
    """At the lawyer's desk: agreed to a letter to the State too, and not."""
    accounts = [
        told(0, "ar", SAID["ar"], ("P08a", "P08b", "P09"), remarks={"x_desc": "سيارة رمادية"}),
        told(1, "fr", SAID["fr"], ("P08a", "P09")),
    ]
    first, other = bring(organisation, opened("lawyer"), accounts)
    return str(first.record.value["tid"]), str(other.record.value["tid"])


def body(*tids: str, **more: object) -> dict[str, object]:
    base = {"kind": "sheet", "parts": [], "case": MANDATE, "to": "fr", "name": "full", "marks": {}}
    return {**base, "tids": list(tids), **more}


def test_the_page_offers_what_consent_covers_and_the_parts_of_a_sheet_alone(
    browser: Callable[..., Browser], tids: tuple[str, str]
) -> None:
    desk = browser("lawyer")
    page = desk.get("/en/submissions/").text
    assert re.findall(r'name="kind" value="(\w+)"', page) == ["sheet", "annexes", "note"]
    page = desk.get("/en/submissions/", query_string={"case": MANDATE, "kind": "sheet"}).text
    assert set(re.findall(r'name="tid" value="(\w+)"', page)) == set(tids)
    assert re.findall(r'name="parts" value="(\w+)"', page) == ["state", "report"]
    assert re.findall(r'<option value="(\w+)" lang', page) == ["en", "fr", "es"]
    page = desk.get("/en/submissions/", query_string={"case": COURT, "kind": "annexes"}).text
    assert 'name="parts"' not in page
    assert 'name="pictures"' in page


def test_a_part_that_a_witness_did_not_agree_to_is_refused_by_name_and_shows_nothing(
    browser: Callable[..., Browser], tids: tuple[str, str]
) -> None:
    desk, (agreed, other) = browser("lawyer"), tids
    asked = {"kind": "sheet", "case": MANDATE, "to": "fr", "name": "full", "parts": "state"}
    page = desk.get("/en/submissions/words", query_string=asked | {"tid": [agreed, other]}).text
    assert re.findall(r'data-refused="(\w+)"', page) == [other]
    assert "The United Nations may write to the State (P08b)" in page
    assert "خرجنا" not in page
    answer = desk.post_json("/submissions/make", body(agreed, other, parts=["state"]), lang="fr")
    assert (answer.status_code, answer.json["code"]) == (409, "casefile.refused")
    assert f"{other[:8]}\u00a0: " in answer.json["sentence"]
    assert "(P08b)" in answer.json["sentence"]
    assert agreed[:8] not in answer.json["sentence"]


def test_answers_in_words_can_be_marked_and_are_gone_from_the_pdf_and_the_fields(
    browser: Callable[..., Browser], tids: tuple[str, str]
) -> None:
    desk, (agreed, _) = browser("lawyer"), tids
    asked = {"kind": "sheet", "case": MANDATE, "to": "fr", "name": "full", "tid": agreed}
    page = desk.get("/en/submissions/words", query_string=asked).text
    assert re.search(r'dir="rtl"[^>]*data-text="answer-x_desc" data-sentence="0"><span[^>]*data-end="5">سيارة<', page)
    marks = {agreed: [{"text": "answer-x_desc", "sentence": 0, "start": 6, "end": 12}]}
    answer = desk.post_json("/submissions/make", body(agreed, parts=["state"], marks=marks))
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sheet-2026-01-20.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.data)).pages)
    assert "Procédures spéciales" in text
    fields = desk.post_json("/submissions/fields", body(agreed, parts=["state"], marks=marks))
    assert fields.headers["Cache-Control"] == "no-store"
    (sheet,) = fields.json["sheets"]
    values = [one for part in sheet["parts"] for one in part["fields"]]
    assert [one["text"] for one in values if "سيارة" in one["text"]] == ["سيارة [noirci]"]
    assert {one["dir"] for one in values if "خرجنا" in one["text"]} == {"rtl"}


def test_a_covering_note_asks_for_no_words_and_shows_none(
    browser: Callable[..., Browser], tids: tuple[str, str]
) -> None:
    desk = browser("lawyer")
    asked = {"kind": "note", "case": COURT, "to": "es", "name": "none"}
    assert desk.get("/en/submissions/words", query_string=asked | {"tid": list(tids)}).status_code == 409, "too few"
    answer = desk.post_json("/submissions/make", body(*tids, kind="note", case=COURT))
    assert (answer.status_code, answer.json["code"]) == (409, "submission.refused")


def test_what_a_page_of_ours_never_sends_is_refused(browser: Callable[..., Browser], tids: tuple[str, str]) -> None:
    desk, (agreed, _) = browser("lawyer"), tids
    for wrong, status in (
        (body(agreed, parts=["press"]), 400), (body(agreed, parts="state"), 400), (body(agreed, kind="book"), 409),
        (body(agreed, to="ar"), 409), (body(agreed, case=COURT), 409), (body(agreed, case="P06 public"), 400),
        (body(agreed, kind="annexes", parts=["state"]), 409), (body(), 409),
    ):  # fmt: skip
        assert desk.post_json("/submissions/make", wrong).status_code == status, wrong
    assert desk.post_json("/submissions/fields", body(agreed, kind="annexes", case=COURT)).status_code == 400
    assert desk.get("/fr/submissions/words").status_code == 303


def test_coordinators_make_no_submission(browser: Callable[..., Browser], tids: tuple[str, str]) -> None:
    desk = browser("coordinator")
    assert desk.get("/en/submissions/").status_code == 403
    assert desk.post_json("/submissions/fields", body(tids[0])).status_code == 403
    assert "/submissions/" not in desk.get("/en/").text
