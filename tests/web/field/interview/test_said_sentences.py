"""Every sentence of a consent script is said on some page, and each one on the card of its moment."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from testimony.questionnaire.consent_scripts import LATER, Script
from testimony.sealing.roster.wording import Mended
from testimony.services.demo import demo
from testimony.services.roster import adoption
from testimony.services.wordings.wordings import InForce
from testimony.web.factory import create_app
from testimony.web.field.interview import witness_text
from tests.support.sync.world import World

DEMONSTRATION: dict[str, Any] = json.loads(demo.ASKING.read_text(encoding="utf-8"))
ASKING: dict[str, Any] = {
    **DEMONSTRATION,
    "purposes": [
        *DEMONSTRATION["purposes"],
        *({"purpose": code, "recipient": "archive", "life_months": 12, "name": "The archive"} for code in LATER),
    ],
}
"""An organisation that asks for every use there is."""
ELSEWHERE = {
    **{f"ask_{code.lower()}": f"ask.{code}" for code in LATER},
    **{f"gives_{code.lower()}": f"gives.{code}" for code in LATER},
}
"""Words of a script that a page says under another key."""
WITHIN = {"life_for", "life_open"}
"""Words that stand within other sentences: how long a yes holds."""
PLAYED = {"again"}
"""An answer that is recorded with the two others and stands on no card: the button that plays says it."""
SAID_ON = {
    "cs_assent": ("minor_assent", "child_ask"),
    "w_role": ("answer_any",),
    "v_acts": ("hard_question",),
    "d_any": ("hard_question",),
    "review": ("readback", "not_asked"),
    "stop": ("pause", "stop_keep", "stop_delete"),
}
"""By card or dialog what it says to the witness, in this order."""
WARNED = {"P08a", "P08b", "P08c", "P08d", "P09", "P12", "P15"}
LINES = ("P06", "P07", "P10")
"""Uses that are lines of one card."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a node serves in English to interviewers and witnesses."""
    world = World(tmp_path_factory.mktemp("world"))
    station = world.node()
    adoption.adopt_all(station, [world.next_roster(organisation=ASKING)])
    client = create_app(STATION=station).test_client()
    yield {"cards": client.get("/interview/en/cards").text, "withdrawal": client.get("/withdraw/en").text}
    world.close()


def card_of(page: str, name: str) -> str:
    """The markup of one card or dialog."""
    found = re.search(rf'<(section|dialog) [^>]*data-(?:card|dialog)="{re.escape(name)}".*?</\1>', page, re.DOTALL)
    assert found, name
    return found[0]


def test_every_sentence_of_the_script_is_said_on_some_page(pages: dict[str, str]) -> None:
    """One that no page says was promised in the hashed script, and no witness ever heard it."""
    said = {key.split("-")[0] for key in re.findall(r'data-said="([^"]+)"', pages["cards"])}
    words = Script.load("en").words
    unsaid = {key for key in words if ELSEWHERE.get(key, f"words.{key}") not in said}
    assert unsaid - WITHIN - PLAYED == {key for key in words if key.startswith("withdraw_")}
    for key in unsaid - WITHIN - PLAYED:
        assert words[key] in pages["withdrawal"], key


def test_others_who_learn_the_name_are_spoken_of_before_each_such_use_is_asked(pages: dict[str, str]) -> None:
    uses = [one for one in ASKING["purposes"] if one["purpose"] not in LINES]
    warned = set()
    for id in re.findall(r'data-card="purpose-([^"]+)"', pages["cards"]):
        card = card_of(pages["cards"], f"purpose-{id}")
        if 'data-said="words.named_lead"' in card:
            warned.add(id.split("-")[0])
            assert card.index('"words.named_lead"') < card.index(f'"ask.{id}"')
    assert warned == WARNED < {one["purpose"] for one in uses}
    assert "named_lead" not in card_of(pages["cards"], "uses-counted")


@pytest.mark.parametrize("name", SAID_ON)
def test_each_sentence_stands_on_the_card_of_its_moment(pages: dict[str, str], name: str) -> None:
    card = card_of(pages["cards"], name)
    places = [card.index(f'data-said="words.{key}"') for key in SAID_ON[name]]
    assert places == sorted(places)
    if (asked := f'data-said="question.{name}"') in card:
        assert places[0] < card.index(asked)
    for key in SAID_ON[name]:
        if key in ("answer_any", "hard_question"):
            once = sum(key in said for said in SAID_ON.values())
            assert pages["cards"].count(f'data-said="words.{key}"') == once
            assert card.count("can be hard") <= 1, "the card says it to the witness; a hint would say it again"


def test_a_child_alone_does_not_hear_that_an_adult_agreed(pages: dict[str, str]) -> None:
    before = re.search(r"<div [^>]*data-before[^>]*>", html.unescape(card_of(pages["cards"], "cs_assent")))
    assert before is not None
    assert """data-show-when='["has","cs_guardian","yes"]' hidden""" in before[0]


def test_a_yes_to_a_named_use_that_was_given_under_another_warning_is_asked_again() -> None:
    """A draft holds the digest of what was said before each answer; a page with another one asks anew."""
    without = InForce(name="0" * 64, checked=None, clips={}, raised={}, errata={})
    other = Mended(key="words.named_lead", old="0" * 64, words="Others will know who you are.", state="checked")
    now = replace(without, errata={other.key: other})
    before, after = (witness_text.digests(ASKING, {"en": one}) for one in (without, now))
    changed = {field.removeprefix("purpose_").split("-")[0] for field in before if before[field] != after[field]}
    assert changed == WARNED
