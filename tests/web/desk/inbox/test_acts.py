"""Acts on several testimonies of the list: each refusal is told, words go by script, an export is asked for."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring
from tests.support.services.casefiles import account
from tests.support.web.browser import EVERYTHING, LAWYERS, NUMBERS, Browser, Filled, passphrase_of

COURT = "P09 case-river"


def found(desk: Browser, **question: Any) -> list[str]:
    answer = desk.post_json("/inbox/rows", {"question": question, "words": "", "page": 0, "read": True})
    return [row["tid"] for row in answer.json["rows"]]


def act(desk: Browser, tids: list[str], what: str, **more: str) -> Any:
    answer = desk.post_json("/inbox/acts", {"tids": tids, "act": what, **more})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_several_are_given_to_somebody_and_taken_into_review_and_each_refusal_is_told(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tids = browser("lawyer"), [filled.tid(number) for number in (EVERYTHING, NUMBERS)]
    said = desk.post_json("/inbox/acts", {"tids": tids, "act": "assign", "to": "lawyer-1"}).json
    assert (said["done"], said["refused"]) == (2, [])
    assert set(found(desk, given="me")) == set(tids)
    said = desk.post_json("/inbox/acts", {"tids": [*tids, "0" * 32], "act": "take"}).json
    assert said["done"] == 2
    assert [one["name"] for one in said["refused"]] == ["0" * 8]
    assert set(found(desk, state="in_review")) == set(tids)
    assert desk.post_json("/inbox/acts", {"tids": tids, "act": "cleared"}).status_code == 400
    assert desk.post_json("/inbox/acts", {"tids": [], "act": "take"}).status_code == 400
    said = desk.post_json("/inbox/acts", {"tids": tids, "act": "assign", "to": "coordinator-1"}).json
    assert (said["done"], len(said["refused"])) == (0, 2)


def test_without_script_the_same_goes_by_a_form(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert desk.post("/inbox/marked", {"tid": tid, "act": "take", "lang": "en"}).status_code == 303
    page = desk.get("/en/").text
    assert "Written down and signed for testimonies: 1." in page
    assert f'data-tid="{tid}" data-review="in_review"' in page


def test_who_cannot_enter_a_case_is_named_by_its_face_with_the_reason(
    browser: Callable[..., Browser], filled: Filled, opened: Callable[[str], Station], organisation: Organisation
) -> None:
    (sealed,) = bring(organisation, opened("lawyer"), [account(0, "en", "They sent us back.")])
    desk, agreed, unasked = browser("lawyer"), str(sealed.record.value["tid"]), filled.tid(EVERYTHING)
    found(desk)
    said = act(desk, [agreed, unasked], "case", case=COURT)
    assert (said["done"], [one["tid"] for one in said["refused"]]) == (1, [unasked])
    assert said["sentence"] == "Take into a case. Written down and signed for testimonies: 1. Not done: 1."
    assert "Croatia" in said["refused"][0]["name"]
    assert "not asked" in said["refused"][0]["sentence"]
    assert f'<option dir="auto" value="{COURT}">' in desk.get("/en/").text
    end = {"case": COURT, "item": "", "sort": "CLOSING", "what": "Judgment", "who": "", "due": "2026-01-20"}
    assert desk.post_json("/agenda/write", end).status_code == 200
    assert f'<option dir="auto" value="{COURT}">' not in desk.get("/en/").text, "nothing is taken into a closed case"
    assert desk.post_json("/inbox/acts", {"tids": [agreed], "act": "case", "case": "P04 lawyers"}).status_code == 400


def test_a_hold_and_a_label_need_words_and_these_go_by_script_alone(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tids = browser("lawyer"), [filled.tid(number) for number in (EVERYTHING, LAWYERS)]
    for what, sentence in (("hold", "Nothing was written yet."), ("label", "Write a label.")):
        refused = desk.post_json("/inbox/acts", {"tids": tids, "act": what, "reason": " ", "label": ""})
        assert (refused.status_code, sentence in refused.json["sentence"]) == (409, True)
        form = {"tid": tids, "act": what, "lang": "en", "reason": "x", "label": "x"}
        assert desk.post("/inbox/marked", form).status_code == 400
    long = desk.post_json("/inbox/acts", {"tids": tids, "act": "label", "reason": "", "label": "x" * 300})
    assert (long.status_code, "at most 80 characters" in long.json["sentence"]) == (409, True)
    page = desk.get("/en/").text
    assert "xxx" not in page
    field = re.findall(r'<input[^>]*id="several-label"[^>]*>', page)[0]
    assert "maxlength" not in field, "a browser would cut a pasted label without a word"
    assert act(desk, tids, "hold", reason="It is a copy.")["done"] == 2
    assert set(found(desk, state="not_for_release")) == set(tids)
    assert "It is a copy." in desk.get(f"/en/testimony/{tids[0]}").text
    assert act(desk, tids[:1], "label", label="the lake")["done"] == 1
    assert "the lake" in desk.get("/en/").text


def test_what_was_chosen_is_exported_and_nothing_else_until_the_key_is_locked(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    sealed = bring(organisation, opened("lawyer"), [account(number, "en", "They sent us back.") for number in range(3)])
    tids = [str(one.record.value["tid"]) for one in sealed]
    desk = browser("lawyer")
    sent = desk.post("/inbox/marked", {"tid": tids[:2], "act": "export", "lang": "en"})
    assert sent.headers["Location"].endswith("/en/reports/testimonies?chosen=yes"), "no ID in an address"
    page = desk.get("/en/reports/testimonies?chosen=yes").text
    assert [tid in page for tid in tids] == [True, True, False]
    assert page.count('class="face"') == 2
    assert 'id="programs"' not in page, "a token reads every testimony of its use, not these alone"
    form = {"use": "P04 lawyers", "form": "csv", "seal": "plain", "sure": "yes", "some": "yes", "lang": "en"}
    made = desk.post("/reports/testimonies", {**form, "tid": tids[:1]})
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        rows = archive.read("testimonies.csv").decode()
    assert [tid in rows.replace("-", "") for tid in tids] == [True, False, False]
    assert desk.post("/reports/testimonies", form).status_code == 409, "none is not all"
    held = desk.app.extensions["testimony.key"]
    desk.post("/lock")
    assert held.chosen == ()


def test_what_was_chosen_before_the_key_was_locked_is_chosen_again_and_never_all(
    browser: Callable[..., Browser], filled: Filled, organisation: Organisation
) -> None:
    desk = browser("lawyer")
    desk.post("/inbox/marked", {"tid": [filled.tid(LAWYERS)], "act": "export", "lang": "en"})
    desk.post("/lock")
    assert desk.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")}).status_code == 200
    answer = desk.get("/en/reports/testimonies?chosen=yes")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/")
    assert "Choose the testimonies again: the key was locked meanwhile." in desk.get("/en/").text
    assert 'id="programs"' in desk.get("/en/reports/testimonies").text


@pytest.mark.parametrize("body", [{"act": "erase"}, {"act": "hold", "reason": 7}, {"act": "case", "case": "x"}])
def test_what_is_no_act_is_refused(body: dict[str, Any], browser: Callable[..., Browser], filled: Filled) -> None:
    assert browser("lawyer").post_json("/inbox/acts", {"tids": [filled.tid(0)], **body}).status_code == 400
