"""Each proof has a sentence of its own, in every language of the desks, and one that fails says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from testimony.domain.testimony.languages import DESKS, in_own_digits
from testimony.sealing import verification
from testimony.sealing.verification import Finding, Holds
from testimony.services.testimony import evidence, slots, timeline
from testimony.services.testimony import proofs as testimony_proofs
from testimony.services.testimony.sentences import SENTENCES
from testimony.services.witnesses.first_seen import FirstSeen
from testimony.web.desk.testimony import proofs
from tests.support.each_time import each_time
from tests.support.web.browser import EVERYTHING, Browser, Filled

VALUES = {
    "part": "voice", "number": 2, "position": 17, "day": "2026-01-20",
    "by": "partner.example/w1", "time": "2026-11-25T12:00:00Z",
}  # fmt: skip
BUILT = {
    f"attestation.{fault}" for fault in ("parts", "key", "signature", "structure", "time", "holds", "imported")
} | {
    "seen.stamped",
    "seen.cosigned",
}
"""Codes that are put together where they are found."""


def codes() -> set[str]:
    modules = (verification, testimony_proofs, evidence, slots)
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in modules)
    subjects = "manifest|part|slots|attestation|receipt|log|seen|story"
    return set(re.findall(rf'"((?:{subjects})\.[a-z]+)"', source)) | BUILT


def test_every_code_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert codes() == set(SENTENCES)
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    assert set(proofs.STEPS) == set(timeline.ORDER)


def test_records_that_headquarters_has_and_this_desk_has_not_are_counted(app: Callable[[str], Flask]) -> None:
    """This finding has a number and no part."""
    with app("lawyer").test_request_context("/en/"):
        (found,) = proofs.checks([Finding(code="story.lacking", holds=Holds.OPEN, values={"number": 17})])
    assert "did not come here: 17." in found.words


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_what_fails_is_named_and_to_be_reported(lang: str, app: Callable[[str], Flask]) -> None:
    with app("lawyer").test_request_context(f"/{lang}/"), force_locale(lang):
        found = [Finding(code=code, holds=Holds.NO, values=VALUES) for code in sorted(codes())]
        said = {one.code: one.words for one in proofs.checks(found)}
    assert not [words for words in said.values() if "%(" in words or "{" in words]
    assert in_own_digits("17", lang) in said["log.proof"]
    assert in_own_digits("2", lang) in said["part.pieces"]
    assert in_own_digits("2026", lang) in said["story.forked"]
    report = {
        "en": "report it", "fr": "signalez", "es": "avise", "ar": r"[أب]بلغ|بلّغ", "fa": r"گزارش", "de": "[Mm]elden Sie",
        "el": "αναφέρετ|Αναφέρετ", "tr": "bildirin", "it": "[Ss]egnali", "pl": "[Zz]głoś|zgłosić",
        "pt": "[Cc]omunique-o", "sr": "[Пп]ријавите", "hr": "[Pp]rijavite", "bs": "[Pp]rijavite",
    }[lang]  # fmt: skip
    assert [words for words in said.values() if not re.search(report, words)] == []


def test_the_page_says_each_proof_and_the_way_in_days(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    page = desk.get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert re.findall(r'data-proof="([\w.]+)"', page) == [
        "manifest.holds", "part.holds", "attestation.holds", "receipt.log", "log.holds", "story.one",
    ]  # fmt: skip
    way = page.split('class="custody"')[1].split("</ol>")[0]
    assert {"taken_down", "attested", "central", "fetched", "opened"} == set(re.findall(r'data-kind="(\w+)"', way))
    assert re.search(r"entry \d+ of its log", way)
    assert "verified" in page.split('class="head"')[1].split("</h1>")[1][:200]
    again = desk.get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert "2 times" in again


def test_a_coordinators_seal_is_never_green(browser: Callable[..., Browser], filled: Filled) -> None:
    page = browser("coordinator").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert "attestation.closed" in page
    assert "not verified whole" in page


def test_by_whom_else_it_was_first_seen_is_said_to_the_minute(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = (
        FirstSeen(kind="stamped", by="Zeit <b> زمان", time="2026-01-20T23:59:07Z", size=1234, root="0" * 64),
        FirstSeen(kind="cosigned", by="partner.example/w1", time="2026-01-22T08:05:00Z", size=2345),
    )
    monkeypatch.setattr(evidence.first_seen, "first_sightings", lambda *_, **__: seen)
    page = browser("lawyer").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert "a time stamp authority, \u2068Zeit &lt;b&gt; زمان\u2069, stamped it on 20 January 2026, 23:59 UTC." in page
    assert "a partner, \u2068partner.example/w1\u2069, cosigned it on 22 January 2026, 08:05 UTC." in page
    way = page.split('class="custody"')[1].split("</ol>")[0]
    (stamped,) = re.findall(r'<li data-kind="stamped">(.*?)</li>', way)
    assert "20 January 2026" in stamped
    assert "entries in the log then: 1234" in stamped
    kinds = re.findall(r'data-kind="(\w+)"', way)
    assert kinds.index("stamped") < kinds.index("cosigned")
