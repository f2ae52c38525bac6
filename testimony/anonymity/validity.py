"""Decides which classes may be published: enough distinct persons and incidents. And which counts of a stigma may be.

Rows are not counted: one witness five times, or five people from one van, hide nobody. The share of a stigma is a share
of persons ((α, k)-anonymity): an attacker who finds a person's class must not learn what happened to nearly all of it.
So that count is not shown. The class is published all the same, because the gravest facts happen to nearly everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from testimony.anonymity.errors import PresetTooWeak
from testimony.anonymity.groups import Distinct
from testimony.anonymity.pool import Bools, Ints
from testimony.group_floor import LARGEST_SHARE, LEAST_INCIDENTS, LEAST_PERSONS


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A class is valid with at least `k` persons and `m` incidents.

    The count of a stigma is shown where it holds for at most `alpha` of the persons.
    """

    k: int
    m: int
    alpha: float

    def counts(self, persons: Ints, incidents: Ints) -> Bools:
        """For each class, whether it has enough of both. A coarser class never loses this."""
        enough: Bools = (persons >= self.k) & (incidents >= self.m)
        return enough

    def shows(self, persons: int, flagged: int) -> bool:
        """Whether a count of a stigma may be shown that holds for `flagged` of the `persons` of a class."""
        return flagged <= self.alpha * persons + 1e-9


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What a release asks for. `tiers` levels are searched with lambda from `least` to 1; `global_risk` is a share.

    `opening`: the share of a pool that its first tier may publish. Where it would publish more, finer tiers come before
    it. It is for who makes a profile, and not of one that is pinned.
    """

    id: str
    k: int
    m: int
    alpha: float
    tiers: int
    least: float
    global_risk: float = 1.0
    opening: float = field(default=1.0, compare=False)

    def __post_init__(self) -> None:
        if self.k < LEAST_PERSONS or self.m < LEAST_INCIDENTS or not 0 <= self.alpha <= LARGEST_SHARE:
            raise PresetTooWeak(k=LEAST_PERSONS, m=LEAST_INCIDENTS, alpha=round(100 * LARGEST_SHARE))

    @property
    def rule(self) -> Rule:
        return Rule(k=self.k, m=self.m, alpha=self.alpha)

    @property
    def lambdas(self) -> tuple[float, ...]:
        """What a record that is left out costs, tier by tier: little at first, so that the first tiers are fine."""
        return tuple(round(float(one), 6) for one in np.geomspace(self.least, 1, self.tiers))

    def before(self, price: float) -> float:
        """The lambda of a tier before that of `price`: the same ratio as between two of `lambdas`."""
        return round(float(price * self.least ** (1 / max(1, self.tiers - 1))), 6)


TRUSTED: Final = Preset(
    id="trusted", k=LEAST_PERSONS, m=LEAST_INCIDENTS, alpha=LARGEST_SHARE, tiers=8, least=0.15, opening=0.25
)
PUBLIC: Final = Preset(id="public", k=11, m=3, alpha=0.4, tiers=4, least=0.3)
SAFE: Final = Preset(id="safe", k=20, m=4, alpha=0.3, tiers=4, least=0.3, global_risk=0.03)
PRESETS: Final = {preset.id: preset for preset in (TRUSTED, PUBLIC, SAFE)}


def flagged(stigma: Bools, where: Ints, who: Ints, groups: int) -> Ints:
    """For each class and stigma, the number of distinct persons that it holds for: classes × stigmas.

    `stigma`: records × stigmas; `where`, `who`: of each record, its class (below `groups`) and its person.
    """
    found = np.zeros((groups, stigma.shape[1]), dtype=np.int64)
    for column in range(stigma.shape[1]):
        held = stigma[:, column]
        found[:, column] = Distinct.from_persons(where[held], who[held], groups).counts()
    return found
