"""What a class must have to be published: bounds that nobody may go below, and prices of tiers."""

from __future__ import annotations

import pytest

from testimony.anonymity.errors import PresetTooWeak
from testimony.anonymity.validity import PUBLIC, TRUSTED, Preset, Rule


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
