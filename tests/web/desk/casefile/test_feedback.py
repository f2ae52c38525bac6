"""What became of a testimony: written for the witness at a testimony or a case, told, struck, and printed on a slip."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.domain.review.feedback import LONGEST
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.web.browser import Browser

CASE = "P09 case-river"
NEWS = "The court has your account. It decides in spring."


@pytest.fixture
def tids(opened: Callable[[str], Station], organisation: Organisation) -> list[str]:
    """At the lawyer's desk: of two witnesses who agreed to the court."""
    accounts = [told(number, ("P01", "P04")) | {"also": ["P09-case-river"]} for number in (0, 1)]
    return [str(one.record.value["tid"]) for one in bring(organisation, opened("lawyer"), accounts)]


@pytest.fixture
def desk(browser: Callable[..., Browser], tids: list[str]) -> Browser:
    one = browser("lawyer")
    for tid in tids:
        one.post(f"/testimony/{tid}/case/take", {"case": CASE, "lang": "en"})
    return one


def write(desk: Browser, tid: str, text: str = NEWS, lang: str = "en", case: str = CASE) -> Any:
    return desk.post_json("/feedback/write", {"tid": tid, "case": case, "text": text, "lang": lang})


def section(desk: Browser, path: str) -> str:
    return str(desk.get(path).text.split('data-section="feedback"')[1].split("</section>")[0])


def words_of(shown: str) -> list[str]:
    return re.findall(r'data-words="(\w+)"', shown)


def test_it_is_written_told_and_struck_on_the_page_of_the_testimony(desk: Browser, tids: list[str]) -> None:
    page = f"/en/testimony/{tids[0]}"
    assert write(desk, tids[0], case="").json == {"sentence": "Signed and sealed to the lawyers."}
    (id,) = words_of(section(desk, page))
    answer = desk.post(f"/feedback/{tids[0]}/{id}/told", {"told": "2026-01-20", "case": "", "lang": "en"})
    assert (answer.status_code, answer.location) == (303, f"/en/testimony/{tids[0]}#feedback")
    assert "told on 20 January 2026 by lawyer-1" in section(desk, page)
    desk.post(f"/feedback/{tids[0]}/{id}/strike", {"case": "", "lang": "en"})
    shown = section(desk, page)
    assert (NEWS in shown, "crossed out by lawyer-1" in shown, "Slip to print" in shown) == (True, True, False)
    assert desk.get(f"/en/feedback/{tids[0]}/{id}/slip").status_code == 409


def test_on_the_page_of_a_case_every_witness_gets_the_same_words(desk: Browser, tids: list[str]) -> None:
    assert write(desk, "").status_code == 200
    shown = section(desk, f"/en/cases/{CASE}")
    assert (len(words_of(shown)), [f'data-face="{tid}"' in shown for tid in tids]) == (2, [True, True])
    history = desk.get(f"/en/cases/{CASE}").text.split('data-section="history"')[1]
    assert history.count("written to the witness") == 2
    (id,) = words_of(section(desk, f"/en/testimony/{tids[0]}"))
    answer = desk.post(f"/feedback/{tids[0]}/{id}/strike", {"case": CASE, "lang": "en"})
    assert (answer.status_code, answer.location) == (303, "/en/cases/P09%20case-river#feedback")


def test_a_slip_has_the_words_in_their_script_and_nothing_of_whom_they_are_for(desk: Browser, tids: list[str]) -> None:
    write(desk, tids[0], "تقرر المحكمة في الربيع.", "ar", case="")
    (id,) = words_of(section(desk, f"/en/testimony/{tids[0]}"))
    answer = desk.get(f"/en/feedback/{tids[0]}/{id}/slip")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert re.fullmatch(r'attachment; filename="slip-2026-01-20\.pdf"', answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any(part.encode() in answer.data for part in (tids[0], tids[0][:8], id, "lawyer-1"))


@pytest.mark.parametrize(
    ("text", "lang", "words"),
    [
        (" \n", "en", "Write what became of it"),
        ("x" * 90_000, "en", f"more than {LONGEST} characters"),
        (NEWS, "no language", "This is not a language"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    desk: Browser, tids: list[str], text: str, lang: str, words: str
) -> None:
    answer = write(desk, tids[0], text, lang)
    assert (answer.status_code, words in answer.json["sentence"]) == (409, True)
    assert words_of(section(desk, f"/en/testimony/{tids[0]}")) == []


@pytest.mark.parametrize("told", ["", "2026-02-30", "2026-01-19", "2026-01-21"])
def test_a_day_on_which_nobody_can_have_been_told_is_refused(desk: Browser, tids: list[str], told: str) -> None:
    write(desk, tids[0])
    (id,) = words_of(section(desk, f"/en/testimony/{tids[0]}"))
    answer = desk.post(f"/feedback/{tids[0]}/{id}/told", {"told": told, "case": "", "lang": "en"})
    assert (answer.status_code, "Choose a day" in answer.text) == (409, True)


def test_of_a_testimony_that_was_withdrawn_nothing_new_is_written(desk: Browser, tids: list[str]) -> None:
    desk.post(f"/testimony/{tids[0]}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    assert "withdrawn or set aside" in write(desk, tids[0]).json["sentence"]


def test_words_of_lawyers_stay_words(desk: Browser, tids: list[str]) -> None:
    write(desk, tids[0], "<script>hostile(1)</script>")
    page = desk.get(f"/en/testimony/{tids[0]}").text
    assert "<script>hostile" not in page
    assert "<script>hostile(1)</script>" in html.unescape(page)
