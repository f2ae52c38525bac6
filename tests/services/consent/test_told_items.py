"""What a witness had to hear is judged by the script that was said, not by the one that is said now."""

from __future__ import annotations

from testimony.domain.consent.fold import Purpose
from testimony.questionnaire.consent_scripts import Script, read, told_items
from testimony.services.consent import consents

IN_ORDER = {
    "teach_back": {"q1": "understood", "q2": "understood", "q3": "understood"},
    "present": ["none"],
    "capacity": ["none"],
    "incentive": "none",
    "language": "en",
    "interpreter": {"used": False},
    "age": "adult",
}


def said(script: Script) -> dict[str, object]:
    named = {"lang": "en", "draft": False, "heard": "read", "sha256": script.sha256, "version": script.version}
    return {**IN_ORDER, "script": named, "told": list(script.told_ids)}


def test_a_consent_of_an_earlier_script_stands_though_the_present_one_tells_more() -> None:
    earlier = read("5/en")
    assert set(earlier.told_ids) < set(Script.load("en").told_ids)
    assert consents.hindrance(said(earlier), Purpose.RECORD) is None


def test_what_the_present_script_tells_besides_is_needed_by_its_own_consents() -> None:
    present = Script.load("en")
    asked = said(present) | {"told": [id for id in present.told_ids if id != "ticked"]}
    assert consents.hindrance(asked, Purpose.RECORD) == "told_missing"


def test_a_script_that_nobody_knows_is_judged_by_the_present_one() -> None:
    for script in ({"sha256": "0" * 64}, {}, None, "script", {"sha256": 5}):
        assert told_items({"script": script}) == Script.load("en").told_ids
    assert told_items(None) == Script.load("en").told_ids
