"""A number that is a rule stands in one place: sentences and other modules take it from there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from testimony.anonymity.validity import PRESETS
from testimony.domain.ledger.rules import MILLIONTHS, WEAKEST
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.group_floor import LARGEST_SHARE, LEAST_INCIDENTS, LEAST_PERSONS
from tests.support.web import catalogues

ROOT = Path(__file__).parents[2]
BY_HAND = re.compile(rf"\b({GRACE_PERIOD.days}|fourteen)[ -]days?\b|\b(two weeks|fortnight)\b", re.IGNORECASE)


def sources(*endings: str) -> list[Path]:
    found = [path for ending in endings for path in (ROOT / "testimony").rglob(f"*{ending}")]
    return [path for path in found if "vendor" not in path.parts and path.name != "verify.html"]


def test_no_sentence_names_the_grace_period_by_hand() -> None:
    named = [str(message.id) for message in catalogues.template() if BY_HAND.search(str(message.id))]
    assert named == []
    pages = [path.name for path in sources(".html", ".js") if BY_HAND.search(path.read_text(encoding="utf-8"))]
    assert pages == []


@pytest.mark.parametrize("lang", ["ar", "es", "fa", "fr"])
def test_every_translation_takes_the_number_of_days_too(lang: str) -> None:
    every = [message for message in catalogues.all_of(lang) if isinstance(message.id, str)]
    said = [message for message in every if "%(days)s days" in message.id and "destroyed" in message.id]
    assert len(said) == 3
    assert all("%(days)s" in message.string and "14" not in message.string for message in said)


def test_how_long_something_waits_is_named_by_what_waits_and_not_patience() -> None:
    named = [path.name for path in sources(".py", ".js") if "PATIENCE" in path.read_text(encoding="utf-8")]
    assert named == []


def test_no_preset_and_no_ledger_goes_below_the_floor_of_every_release() -> None:
    assert (WEAKEST.k, WEAKEST.m) == (LEAST_PERSONS, LEAST_INCIDENTS)
    assert WEAKEST.alpha / MILLIONTHS == LARGEST_SHARE
    weakest = min(PRESETS.values(), key=lambda preset: preset.k)
    assert (weakest.k, weakest.m, weakest.alpha) == (LEAST_PERSONS, LEAST_INCIDENTS, LARGEST_SHARE)
