"""What a class must have to be published: bounds that nobody may go below, and prices of tiers."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest

from testimony.anonymity.errors import PresetTooWeak
from testimony.anonymity.validity import PRESETS, PUBLIC, SAFE, TRUSTED, Preset, Rule, flagged


def test_the_price_of_a_finer_tier_is_rounded_as_those_of_the_others_are() -> None:
    for preset in (TRUSTED, PUBLIC):
        first, second, *_ = preset.lambdas
        assert preset.before(second) == pytest.approx(first, abs=1e-6)
        assert preset.before(1.0) == round(preset.least ** (1 / (preset.tiers - 1)), 6)


@pytest.mark.parametrize(("k", "m", "alpha"), [(4, 2, 0.5), (5, 1, 0.5), (5, 2, 0.51), (5, 2, -0.01)])
def test_a_preset_below_the_floor_is_refused_and_the_floor_itself_is_not(k: int, m: int, alpha: float) -> None:
    with pytest.raises(PresetTooWeak):
        Preset(id="weak", k=k, m=m, alpha=alpha, tiers=1, least=1.0)
    assert Preset(id="floor", k=5, m=2, alpha=0.5, tiers=1, least=1.0).lambdas[-1] == 1.0


@pytest.mark.parametrize(("persons", "flagged", "shown"), [(10, 4, True), (10, 5, False), (5, 2, True), (0, 0, True)])
def test_a_stigma_is_shown_up_to_its_share(persons: int, flagged: int, shown: bool) -> None:
    assert Rule(k=5, m=2, alpha=0.4).shows(persons, flagged) is shown


@pytest.mark.parametrize(
    ("preset", "said", "lambdas"),
    [
        (TRUSTED, ("trusted", 5, 2, 0.5, 8, 0.15, 1.0, 0.25), (0.15, 0.196695, 0.257925, 0.338217, 0.443503, 0.581564,
                                                              0.762603, 1.0)),
        (PUBLIC, ("public", 11, 3, 0.4, 4, 0.3, 1.0, 1.0), (0.3, 0.44814, 0.669433, 1.0)),
        (SAFE, ("safe", 20, 4, 0.3, 4, 0.3, 0.03, 1.0), (0.3, 0.44814, 0.669433, 1.0)),
    ],
)  # fmt: skip
def test_the_presets_are_those_that_the_documents_promise(
    preset: Preset, said: tuple[object, ...], lambdas: tuple[float, ...]
) -> None:
    assert astuple(preset) == said
    assert preset.lambdas == lambdas
    assert PRESETS[preset.id] is preset
    assert (preset.rule.k, preset.rule.m, preset.rule.alpha) == said[1:4]


@pytest.mark.parametrize(
    ("persons", "incidents", "enough"), [(5, 2, True), (4, 2, False), (5, 1, False), (4, 1, False), (9, 9, True)]
)
def test_a_class_needs_enough_persons_and_enough_incidents(persons: int, incidents: int, enough: bool) -> None:
    found = Rule(k=5, m=2, alpha=0.4).counts(np.array([persons]), np.array([incidents]))
    assert found.tolist() == [enough]


def test_of_a_stigma_each_person_of_a_class_counts_once() -> None:
    stigma = np.array([[True, False], [True, True], [True, False], [False, True]])
    found = flagged(stigma, np.array([0, 0, 0, 1]), np.array([7, 7, 8, 7]), 3)
    assert found.tolist() == [[2, 1], [0, 1], [0, 0]]


def test_a_finer_tier_costs_in_the_ratio_of_the_tiers_that_a_preset_has() -> None:
    before = [replace(TRUSTED, least=0.25, tiers=tiers).before(1.0) for tiers in (1, 2, 3)]
    assert before == [0.25, 0.25, 0.5]
