"""What refuses a GRANT: each guard alone, and the same on the phone."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.guards import OBSTACLES, RECORDED, obstacles
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.consent_scripts import LANGUAGES, Script
from tests.support.questionnaire.node_js import call_in_browser

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "guards.json").read_text())
TOLD = tuple(VECTORS["told"])
PLAYED = [*(f"told.{item}" for item in TOLD), "ask.P01", *(f"teach_back.q{at}" for at in (1, 2, 3))]
IN_ORDER: dict[str, Any] = VECTORS["cases"][0]["circumstances"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_grant_is_refused_as_the_vectors_state(case: dict[str, Any]) -> None:
    assert list(obstacles(case["circumstances"], case["purpose"], TOLD)) == case["obstacles"]


def test_the_vectors_reach_every_guard() -> None:
    assert {code for case in VECTORS["cases"] for code in case["obstacles"]} == set(OBSTACLES)


def test_the_vectors_speak_of_the_items_of_the_script() -> None:
    assert Script.load("en").told_ids == TOLD


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_draft_of_any_language_carries_no_consent_unless_an_interpreter_read_it_out(lang: str) -> None:
    script = Script.load(lang)
    said = {"id": script.id, "version": script.version, "lang": lang, "sha256": script.sha256, "draft": script.draft}
    alone = {**IN_ORDER, "script": {**said, "heard": "read"}, "language": lang, "interpreter": {"used": False}}
    assert obstacles(alone, "P01", TOLD) == (() if lang == "en" else ("script_draft",))
    helped = {"used": True, "relation": "professional", "gender": "f", "officer": False, "oath": True}
    assert obstacles({**alone, "interpreter": helped}, "P01", TOLD) == ()
    played = {**said, "heard": "played", "played": PLAYED}
    assert obstacles({**alone, "interpreter": helped, "script": played}, "P01", TOLD) == obstacles(alone, "P01", TOLD)


@pytest.mark.parametrize("missing", [*PLAYED])
def test_what_is_played_in_place_of_reading_is_played_to_the_end_all_of_it(missing: str) -> None:
    checked = {"draft": False, "heard": "played", "wording": "0" * 64}
    alone = {**IN_ORDER, "interpreter": {"used": False}}
    assert obstacles({**alone, "script": {**checked, "played": PLAYED}}, "P01", TOLD) == ()
    less = [key for key in PLAYED if key != missing]
    assert obstacles({**alone, "script": {**checked, "played": less}}, "P01", TOLD) == ("not_played",)


@pytest.mark.parametrize("missing", TOLD)
def test_each_of_the_items_must_have_been_told(missing: str) -> None:
    told = [item for item in TOLD if item != missing]
    assert obstacles({**IN_ORDER, "told": told}, "P01", TOLD) == ("told_missing",)


@pytest.mark.parametrize("name", RECORDED)
def test_what_was_not_recorded_stands_in_the_way(name: str) -> None:
    assert "not_recorded" in obstacles({**IN_ORDER, name: None}, "P01", TOLD)


def test_the_codes_that_the_guards_know_are_codes_of_the_codebook() -> None:
    codebook = Codebook.load()
    assert "officer" in codebook.codes("present")
    assert set(codebook.codes("incentive")) == {"none", "transport", "refreshment", "other"}
    assert set(codebook.codes("consent_age")) == {"adult", "minor", "alone", "under12"}
    assert "none" in codebook.codes("capacity")
    for flag in set(codebook.codes("capacity")) - {"none"}:
        assert obstacles({**IN_ORDER, "capacity": [flag]}, "P01", TOLD) == ("capacity",)


@pytest.mark.node
def test_python_and_the_phone_refuse_alike() -> None:
    chance = random.Random(8)
    asked: list[list[Any]] = [
        [random_circumstances(chance), chance.choice(["P01", "P04", "P11", "P08d"]), list(TOLD)] for _ in range(5_000)
    ]
    told = [list(obstacles(circumstances, purpose, TOLD)) for circumstances, purpose, _ in asked]
    assert call_in_browser("consent/guards", "obstacles", asked) == told
    assert sum(1 for one in told if not one) > 20


def random_circumstances(chance: random.Random) -> dict[str, Any]:
    checked = {"script": {"draft": False}}
    changes: dict[str, list[Any]] = {
        "told": [None, [], list(TOLD[1:])],
        "teach_back": [None, {}, {"q1": "understood", "q2": "not", "q3": "understood"}],
        "present": [None, [], ["officer"], ["family", "officer"]],
        "capacity": [None, [], ["none"], ["ill"], ["none", "ill"]],
        "incentive": [None, "transport", "refreshment", "other", "money"],
        "script": [
            None,
            {},
            {"draft": True},
            {"draft": True, "heard": "read"},
            {"lang": "en", "draft": False},
            *played_scripts(chance),
        ],
        "said_before": [None, [], [{}], [checked], [checked, {"script": {"draft": True}}]],
        "language": [None, "en", "ar"],
        "interpreter": [None, {}, {"used": True}, {"used": True, "officer": False}, {"used": True, "officer": True}],
        "age": [None, "minor", "alone", "under12", "unk"],
        "guardian": [None, True, False, "yes"],
        "assent": [None, True, False],
        "focal_point": [True, False],
        "second_adult": [True, False],
    }
    altered = {name: chance.choice(values) for name, values in changes.items() if chance.random() < 0.2}
    return {**IN_ORDER, **altered}


def played_scripts(chance: random.Random) -> list[dict[str, Any]]:
    """Wordings that were played: nothing of them, all of them, and all but something."""
    played = [*PLAYED, "ask.P11-x"]
    heard = {"draft": chance.random() < 0.5, "heard": chance.choice(["played", "both"])}
    some = [key for key in played if chance.random() < 0.95]
    return [heard, {**heard, "played": played}, {**heard, "played": some}]
