"""Chooses a profile: the generalisation levels of a release's tiers. A profile is chosen rarely, then stays frozen.

A new profile applies to unpublished records; what was released under an older profile does not change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from testimony.anonymity import loss
from testimony.anonymity.errors import ProfileUnfit
from testimony.anonymity.lattice import Lattice, Vector
from testimony.anonymity.pool import Ints, Pool, Schema
from testimony.anonymity.search import Found, search
from testimony.anonymity.validity import Preset

VERSION: Final = "testimony/1/profile"
FIRST_TIERS: Final = 3
"""Tiers that a record may use in its first batch; each batch that it waited opens one more."""
MOST_FINER: Final = 4
"""Tiers that may come before the preset's own."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """`tiers`: vectors of levels, the first one tried first. `first`: how many of them a new record may use."""

    preset: Preset
    attributes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    tiers: tuple[Vector, ...]
    first: int = FIRST_TIERS

    def __post_init__(self) -> None:
        fits = all(
            len(tier) == len(self.levels)
            and all(0 <= level < len(names) for level, names in zip(tier, self.levels, strict=True))
            for tier in self.tiers
        )
        if not fits or not self.tiers or self.first < 1 or len(self.attributes) != len(self.levels):
            raise ProfileUnfit

    @property
    def value(self) -> dict[str, Any]:
        """For canonical JSON: what is pinned and signed. Levels by name; lambda and alpha in millionths."""
        preset = self.preset
        return {
            "v": VERSION,
            "preset": preset.id,
            "k": preset.k,
            "m": preset.m,
            "alpha": round(preset.alpha * 1_000_000),
            "least": round(preset.least * 1_000_000),
            "global_risk": round(preset.global_risk * 1_000_000),
            "attributes": [
                {"id": name, "levels": list(levels)} for name, levels in zip(self.attributes, self.levels, strict=True)
            ],
            "tiers": [[names[level] for names, level in zip(self.levels, tier, strict=True)] for tier in self.tiers],
            "first": self.first,
        }

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Profile:
        """From what `value` gave. Raises `ProfileUnfit` for what is none, `PresetTooWeak` for one below the floors."""
        try:
            if value["v"] != VERSION:
                raise ProfileUnfit
            levels = tuple(tuple(map(str, one["levels"])) for one in value["attributes"])
            preset = Preset(
                id=str(value["preset"]),
                k=int(value["k"]),
                m=int(value["m"]),
                alpha=value["alpha"] / 1_000_000,
                tiers=len(value["tiers"]),
                least=value["least"] / 1_000_000,
                global_risk=value["global_risk"] / 1_000_000,
            )
            tiers = tuple(
                tuple(names.index(name) for names, name in zip(levels, tier, strict=True)) for tier in value["tiers"]
            )
            attributes = tuple(str(one["id"]) for one in value["attributes"])
            return cls(preset=preset, attributes=attributes, levels=levels, tiers=tiers, first=int(value["first"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProfileUnfit from error

    def fits(self, schema: Schema) -> None:
        """Raises `ProfileUnfit` unless its attributes and levels are those of `schema`."""
        held = [(attribute.name, attribute.levels) for attribute in schema.attributes]
        if held != list(zip(self.attributes, self.levels, strict=True)):
            raise ProfileUnfit

    def legend(self) -> tuple[Mapping[str, str], ...]:
        """For each tier, the level of each attribute by name."""
        return tuple(
            {name: names[level] for name, names, level in zip(self.attributes, self.levels, tier, strict=True)}
            for tier in self.tiers
        )

    def faster(self, first: int) -> Profile:
        """The same with more or fewer tiers for new records: sooner, or finer."""
        return replace(self, first=first)


@dataclass(frozen=True, kw_only=True)
class TierFound:
    """What a tier published of the pool that the profile was made from."""

    vector: Vector
    published: int
    looked_at: int


@dataclass(frozen=True, kw_only=True)
class Made:
    """A profile, what each tier found, and over all published records the loss of each attribute, from 0 to 1."""

    profile: Profile
    tiers: tuple[TierFound, ...]
    records: int
    loss: tuple[float, ...]

    @property
    def published(self) -> int:
        return sum(tier.published for tier in self.tiers)

    @property
    def mean_loss(self) -> float:
        """The normalised certainty penalty of the published records; 1 where there are none."""
        return sum(self.loss) / len(self.loss)


def make(
    pool: Pool, preset: Preset, *, prices: Sequence[float] | None = None, weights: Mapping[str, int] | None = None
) -> Made:
    """The tiers of `preset` for `pool`: each is what costs least for the records that the tiers before left over.

    Recipients are not told apart here: that would show who consented to what. `prices`: lambdas instead of the
    preset's. `weights`: of attributes whose loss counts more than once. The loss that is reported has no weights.
    """
    heavy = tuple((weights or {}).get(attribute.name, 1) for attribute in pool.schema.attributes)
    left = np.arange(len(pool))
    spent = np.zeros((len(pool), len(pool.columns)))
    penalty = [loss.penalties(column) for column in pool.columns]
    found = []
    published = np.zeros(len(pool), dtype=np.bool_)
    finer, lattice, best = ((), None, None) if prices else _opened(pool, preset, heavy)
    ladder = prices or (*finer, *preset.lambdas)
    for price in ladder:
        if not len(left):
            break
        lattice = lattice or _lattice(pool, preset, left, heavy)
        best = best or search(lattice, price)
        table = lattice.table(best.vector)
        kept = lattice.enough(table)[table.cell_to[lattice.cell_of]]
        for attribute, level in enumerate(best.vector):
            spent[left[kept], attribute] = penalty[attribute][level][pool.columns[attribute].base[left[kept]]]
        published[left[kept]] = True
        found.append(TierFound(vector=best.vector, published=int(kept.sum()), looked_at=best.looked_at))
        left, lattice, best = left[~kept], None, None
    total = spent[published].sum(axis=0) / (loss.UNIT * max(1, int(published.sum())))
    lost = tuple(float(one) for one in total) if published.any() else (1.0,) * len(pool.columns)
    profile = _profile(pool.schema, preset, found, wanted=len(ladder), finer=len(finer))
    return Made(profile=profile, tiers=tuple(found), records=len(pool), loss=lost)


def _lattice(pool: Pool, preset: Preset, left: Ints, weights: Sequence[int]) -> Lattice:
    return Lattice(pool.columns, pool.person, pool.incident, left, preset.rule, weights)


def _opened(pool: Pool, preset: Preset, weights: Sequence[int]) -> tuple[Sequence[float], Lattice | None, Found | None]:
    """Lambdas of finer tiers that come before the preset's, and the first tier's lattice and levels, found on the way.

    A large pool gives half of itself to the first lambda, at levels as coarse as a small one needs. So there are finer
    ones while the first tier would publish more than `preset.opening`, until nothing is finer.
    """
    if not len(pool):
        return (), None, None
    lattice = _lattice(pool, preset, np.arange(len(pool)), weights)
    price, finer = preset.lambdas[0], list[float]()
    best = search(lattice, price)
    while any(best.vector) and len(finer) < MOST_FINER and _publishes(lattice, best) > preset.opening * len(pool):
        price = preset.before(price)
        finer.insert(0, price)
        best = search(lattice, price)
    return finer, lattice, best


def _publishes(lattice: Lattice, found: Found) -> int:
    """How many records leave at what was found."""
    table = lattice.table(found.vector)
    return int(table.rows[lattice.enough(table)].sum())


def _profile(schema: Schema, preset: Preset, found: Sequence[TierFound], *, wanted: int, finer: int) -> Profile:
    """What is pinned of the tiers `found`. `finer`: those before the preset's own, which a new record may use too."""
    tiers = [one.vector for one in found if one.published]
    if len(tiers) < wanted and schema.ceilings not in tiers:
        tiers.append(schema.ceilings)  # a tier that found nobody here: for those who wait longest later
    return Profile(
        preset=preset,
        attributes=tuple(attribute.name for attribute in schema.attributes),
        levels=tuple(attribute.levels for attribute in schema.attributes),
        tiers=tuple(tiers),
        first=FIRST_TIERS + sum(one.published > 0 for one in found[:finer]),
    )
