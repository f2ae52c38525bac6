"""The private label on a desk's pages: in every face that a lawyer sees, and on no page of anybody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.web.browser import EVERYTHING, Browser, Filled

LABEL = "red jacket, <two> brothers"


def write(desk: Browser, tid: str, text: Any = LABEL) -> Any:
    return desk.post_json(f"/testimony/{tid}/label", {"label": text})


def test_it_stands_in_the_face_wherever_a_lawyer_sees_it_and_the_search_finds_it(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid, shown = browser("lawyer"), filled.tid(EVERYTHING), html.escape(LABEL)
    answer = write(desk, tid, f" {LABEL}\n")
    assert answer.json == {"label": LABEL, "sentence": "Signed and sealed to the lawyers."}
    for path in ("", f"testimony/{tid}", f"testimony/{tid}/consent", f"testimony/{tid}/coding"):
        page = desk.get(f"/en/{path}").text
        faces = re.findall(rf'<span class="face" data-face="{tid}".*?</small></span>', page, re.DOTALL)
        assert faces, path
        assert all(shown in face for face in faces), path
    rows = desk.post_json("/inbox/rows", {"question": {}, "words": "jacket brothers", "page": 0, "read": True}).json
    assert [(row["tid"], row["own"]) for row in rows["rows"]] == [(tid, LABEL)]
    assert "jacket" not in browser("coordinator").get("/en/").text


def test_a_longer_one_is_refused_with_a_sentence_and_an_earlier_one_stays_to_be_read(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    write(desk, tid, "the first")
    refused = write(desk, tid, "x" * 81)
    assert (refused.status_code, "at most 80 characters" in refused.json["sentence"]) == (409, True)
    assert write(desk, tid, 7).status_code == 400
    assert write(desk, tid, "").status_code == 200
    section = desk.get(f"/en/testimony/{tid}").text.split('data-section="label"')[1].split("</section>")[0]
    assert (section.count("the first"), 'value=""' in section) == (1, True)
    assert " maxlength=" not in section, "a browser would cut a pasted label without a word"


@pytest.mark.parametrize("name", ["coordinator", "nobody"])
def test_nobody_but_a_lawyer_sees_or_writes_one(name: str, browser: Callable[..., Browser], filled: Filled) -> None:
    tid = filled.tid(EVERYTHING)
    if name == "nobody":
        assert write(browser("lawyer", unlocked=False), tid).status_code == 423
        assert write(browser("lawyer"), "0" * 32).status_code == 404
        return
    desk = browser(name)
    assert write(desk, tid).status_code == 403
    page = desk.get(f"/en/testimony/{tid}").text
    assert "data-naming" not in page
    assert 'data-section="label"' not in page


def test_nothing_is_labelled_that_was_withdrawn(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    write(desk, tid)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    assert write(desk, tid).status_code in {404, 409}
    assert "jacket" not in desk.get("/en/").text
