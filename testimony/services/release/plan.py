"""Plan a release: from the accounts that a desk may use to the exact bytes that each recipient would get.

This module writes and looks up nothing. The same accounts, profile, order and name give the same bytes at every desk,
in whatever order records arrived. So a second desk can rebuild them, and what is previewed is what leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from testimony import canonical
from testimony.anonymity import class_table, field_hierarchies, frozen_profile, remainder, risk
from testimony.anonymity.class_table import ClassTable
from testimony.anonymity.frozen_profile import Batch
from testimony.anonymity.hierarchies import MISSING
from testimony.anonymity.invariant import overstated
from testimony.anonymity.pool import Pool, Record, Schema
from testimony.anonymity.profile import Made, Profile, make
from testimony.anonymity.risk import Risk
from testimony.anonymity.validity import PRESETS, PUBLIC, TRUSTED, Preset
from testimony.domain.consent.purposes import Purpose
from testimony.publication import package
from testimony.publication.edition import Edition
from testimony.services.release.errors import ReleaseRefused

PURPOSES: Final = (Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK)
"""What a release may be for. A recipient is one of them, or one of them and a name: "P07", "P10:name"."""
FINEST_PERIOD: Final = field_hierarchies.DATE_LEVELS.index("quarter")
"""A period is a date label of this level or a coarser one: months would be as fine as dates ever get."""


PREFERENCES: Final[Mapping[str, Mapping[str, int]]] = {"where_when": {"date": 3, "place": 3}, "alike": {}}
"""What recipients agreed to see most exactly -> how much the loss of an attribute counts, 1 where it is not named.

"where_when": month and border stay exact before group size, earlier pushbacks and the rest.
"""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a coordinator requests.

    `recipients`: codes of those who may get a file. `preset`: "" for the weakest that they may have. `period`: a label
    of dates ("2024", "2024-01..2024-03"), "" for all. `first`: tiers that a new account may use (more is sooner, fewer
    is finer), 0 as the profile says. `prefer`: a key of `PREFERENCES`, by which levels are chosen if none are pinned.
    """

    recipients: tuple[str, ...]
    preset: str = ""
    period: str = ""
    first: int = 0
    prefer: str = "alike"


@dataclass(frozen=True, kw_only=True)
class Material:
    """The input of a plan.

    `records`: by manifest, those that may now be released to one of the recipients, each with how many batches it
    waited; persons and incidents are distinguished among these alone. `left_out`: how many may not, by reason.
    `no_person`, `no_incident`: manifests of which no lawyer said who told them, or of which incident they tell.
    `revoked`, `recalled`: ids of classes of earlier releases, by recipient, for the lines to those who have them.
    """

    records: Mapping[str, Record]
    schema: Schema
    left_out: Mapping[str, int] = field(default_factory=dict)
    organisation: str = ""
    no_person: frozenset[str] = frozenset()
    no_incident: frozenset[str] = frozenset()
    revoked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recalled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would be released. `files`: the zip of each recipient that gets rows. `members`: manifests, in pool order.

    `profile`: as pinned, or as it was `made` for this plan if none is.
    """

    order: Order
    name: str
    profile: Profile
    members: tuple[str, ...]
    records: tuple[Record, ...]
    batch: Batch
    table: ClassTable
    risk: Risk
    files: Mapping[str, bytes]
    left_out: Mapping[str, int]
    made: Made | None = None
    no_person: int = 0
    no_incident: int = 0

    @property
    def preset(self) -> Preset:
        return self.profile.preset

    @property
    def first(self) -> int:
        """How many tiers a new account may use."""
        return self.batch.profile.first

    @property
    def waiting(self) -> tuple[str, ...]:
        """The manifests that found no class."""
        return tuple(self.members[place] for place in self.batch.waiting.tolist())

    @property
    def published(self) -> dict[str, tuple[str, ...]]:
        """The manifests in each class, by its id."""
        return {one.id: tuple(self.members[place] for place in one.members.tolist()) for one in self.batch.classes}

    @property
    def sha256(self) -> dict[str, str]:
        """The SHA-256 of each recipient's file."""
        return {recipient: canonical.sha256_hex(data) for recipient, data in self.files.items()}

    @property
    def loss(self) -> dict[str, float]:
        """The information loss of each attribute, from 0 to 1."""
        return dict(zip(self.profile.attributes, self.risk.loss, strict=True))


def compose(material: Material, order: Order, profile: Profile, *, name: str, made: Made | None = None) -> Plan:
    """Compose the release `name` from `material`, by `profile`.

    Raises `ReleaseRefused` (none, one, value, small, broken), `RiskTooHigh`, `ProfileUnfit`, `HierarchyUnusable`: then
    nothing may be released.
    """
    _require_known(material)
    if len(material.records) < 2:
        raise ReleaseRefused("one" if material.records else "none")
    members = tuple(sorted(material.records))
    records = tuple(material.records[manifest] for manifest in members)
    pool = Pool.from_records(records, material.schema)
    batch = frozen_profile.walk(pool, profile.faster(order.first) if order.first else profile, name=name)
    if not batch.published:
        raise too_small(material, profile)
    table = class_table.table(batch, pool)
    _require_nobody_suspected(batch, table, records)
    assessed = risk.assess(batch, pool, table)
    risk.allowed(batch, assessed)
    return Plan(
        order=order,
        name=name,
        profile=profile,
        members=members,
        records=records,
        batch=batch,
        table=table,
        risk=assessed,
        files=dict(_files(material, order, batch, pool, table)),
        left_out=material.left_out,
        made=made,
        no_person=len(material.no_person),
        no_incident=len(material.no_incident),
    )


def too_small(material: Material, profile: Profile) -> ReleaseRefused:
    """Why no class is large enough, and whether it would help if lawyers said who told what."""
    numbers: dict[str, int] = {"testimonies": len(material.records), "k": profile.preset.k}
    told_apart = {
        "people": (material.no_person, frozenset[str]()),
        "incidents": (frozenset[str](), material.no_incident),
        "links": (material.no_person, material.no_incident),
    }
    for reason, (persons, incidents) in told_apart.items():
        if (persons or incidents) and _would_leave(material, profile, persons, incidents):
            return ReleaseRefused(
                reason, **numbers, persons=len(material.no_person), incidents=len(material.no_incident)
            )
    return ReleaseRefused("small", **numbers)


def _would_leave(material: Material, profile: Profile, persons: Set[str], incidents: Set[str]) -> bool:
    """Whether something would leave if these accounts were each of another person, or of another incident."""
    apart = [
        replace(
            record,
            person=f"apart {manifest}" if manifest in persons else record.person,
            incident=f"apart {manifest}" if manifest in incidents else record.incident,
        )
        for manifest, record in sorted(material.records.items())
    ]
    pool = Pool.from_records(apart, material.schema)
    return frozen_profile.walk(pool, profile.faster(len(profile.tiers)), name="trial").published > 0


def make_profile(material: Material, preset: Preset, prefer: str = "alike") -> Made:
    """A profile of `material`, by `Order.prefer`. Raises `ReleaseRefused` (none, value), `HierarchyUnusable`."""
    _require_known(material)
    if not material.records:
        raise ReleaseRefused("none")
    records = [record for _, record in sorted(material.records.items())]
    return make(Pool.from_records(records, material.schema), preset, weights=PREFERENCES[prefer])


def preset_of(order: Order, floor: str) -> Preset:
    """The preset that `order` requests. Raises `ReleaseRefused`: recipient, preset (unknown, or too weak for these)."""
    least = least_of(order.recipients, floor)
    preset = PRESETS.get(order.preset or least.id)
    if preset is None or not stricter_or_equal(preset, least):
        raise ReleaseRefused("preset", preset=order.preset, least=least.id)
    return preset


def least_of(recipients: Iterable[str], floor: str) -> Preset:
    """The weakest preset for these recipients: public data needs a stronger one than data that a mechanism keeps.

    Raises `ReleaseRefused` if there is none, or if a recipient gets no releases.
    """
    purposes = {recipient.partition(":")[0] for recipient in recipients}
    if not purposes or not purposes <= {str(purpose) for purpose in PURPOSES}:
        raise ReleaseRefused("recipient")
    own = PUBLIC if str(Purpose.COUNT) in purposes else TRUSTED
    return max(own, PRESETS[floor], key=lambda preset: (preset.k, preset.m, -preset.alpha))


def stricter_or_equal(preset: Preset, least: Preset) -> bool:
    """Whether every class of `preset` may also be released under `least`."""
    return (
        preset.k >= least.k
        and preset.m >= least.m
        and preset.alpha <= least.alpha
        and preset.global_risk <= least.global_risk
    )


def in_period(date: str, period: str) -> bool:
    """Whether `date` is known to be in `period` ("" contains all); a less exact date waits."""
    return not period or period in field_hierarchies.dates().ladder(date)[FINEST_PERIOD:]


def require_period(period: str) -> None:
    """Raise `ReleaseRefused` unless `period` is "" or a whole quarter, half, year or three years of the hierarchy."""
    try:
        labels = field_hierarchies.dates().climb(field_hierarchies.span(period)[0]) if period else ("",)
    except ValueError:
        labels = None
    if period and period not in (labels or ())[FINEST_PERIOD:]:
        raise ReleaseRefused("period")


def _require_known(material: Material) -> None:
    """Raise `ReleaseRefused("value")`: the engine would treat codes of another version's codebook as missing."""
    for place, attribute in enumerate(material.schema.attributes):
        values = {record.values[place] for record in material.records.values()} - {MISSING}
        unknown = [value for value in values if attribute.climb(value) is None]
        if unknown:
            raise ReleaseRefused("value", attribute=attribute.name, values=len(unknown))


def _require_nobody_suspected(batch: Batch, table: ClassTable, records: Sequence[Record]) -> None:
    """Count again, without the engine, of how many of a line each shown stigma holds. Raises `ReleaseRefused`."""
    inside = {one.id: [records[place] for place in one.members.tolist()] for one in batch.classes}
    tellers: dict[tuple[str, str], set[str]] = {}
    for class_id, members in inside.items():
        for one in members:
            for stigma in one.stigma:
                tellers.setdefault((class_id, stigma), set()).add(one.person)
    stigmas = {stigma for _, stigma in tellers}
    shown = [(row.id, mark) for row in table.rows for mark in stigmas if isinstance(row.counts.get(mark), int)]
    persons = {class_id: {one.person for one in members} for class_id, members in inside.items()}
    if overstated(tellers, persons, shown, batch.profile.preset.alpha):
        raise ReleaseRefused("broken")


def _files(
    material: Material, order: Order, batch: Batch, pool: Pool, table: ClassTable
) -> Iterator[tuple[str, bytes]]:
    """The zip of each recipient of the order that gets rows, with the statistics of its own rows."""
    for recipient in sorted(set(order.recipients)):
        rows = table.for_recipient(recipient)
        if not rows.rows:
            continue
        mine = _own(batch, pool, recipient)
        own = risk.assess(mine, pool, rows)
        risk.allowed(batch, own)
        edition = _edition(material, batch, rows, own, recipient)
        edition = replace(edition, waiting=remainder.by_label(mine, pool), asked=remainder.asked(mine, pool))
        yield recipient, package.build(edition)


def _own(batch: Batch, pool: Pool, recipient: str) -> Batch:
    """The part of `batch` about `recipient`: its classes, and those waiting that it may have."""
    concerned = np.array([recipient in group for group in pool.groups], dtype=np.bool_)[pool.group]
    return replace(
        batch,
        layers=tuple(layer for layer in batch.layers if recipient in layer.recipients),
        waiting=batch.waiting[concerned[batch.waiting]],
        records=int(concerned.sum()),
    )


def _edition(material: Material, batch: Batch, table: ClassTable, own: Risk, recipient: str) -> Edition:
    preset, schema = batch.profile.preset, material.schema
    return Edition(
        name=batch.name,
        recipient=recipient,
        preset=preset.id,
        k=preset.k,
        m=preset.m,
        alpha=preset.alpha,
        attributes=batch.profile.attributes,
        marks=schema.marks,
        stigma=schema.stigma,
        table=table,
        risk=own,
        legend=batch.profile.legend(),
        revoked=material.revoked.get(recipient, ()),
        recalled=material.recalled.get(recipient, ()),
        organisation=material.organisation,
    )
