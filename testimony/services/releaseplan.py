"""What a release would be: from the accounts that a desk may use to the very bytes that each recipient would get.

Nothing here writes or looks anything up. The same accounts, profile, order and name give the same bytes at every desk,
in whatever order things came: so a second desk makes them anew, and what is previewed is what leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from testimony import canonical
from testimony.anonymity import classtable, ladders, pinned, risk
from testimony.anonymity.classtable import ClassTable
from testimony.anonymity.hierarchies import MISSING, Hierarchy
from testimony.anonymity.pinned import Batch
from testimony.anonymity.pool import Pool, Record, Schema
from testimony.anonymity.profile import Made, Profile, make
from testimony.anonymity.risk import Risk
from testimony.anonymity.validity import PRESETS, PUBLIC, TRUSTED, Preset
from testimony.domain.purposes import Purpose
from testimony.errors import ReleaseRefused
from testimony.publication import package
from testimony.publication.edition import Edition

PURPOSES: Final = (Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK)
"""What a release may be for. A recipient is one of them, or one of them and a name: "P07", "P10:name"."""
FINEST_PERIOD: Final = ladders.DATE_LEVELS.index("quarter")
"""A period is a label of the date at this level or a coarser one: a month alone would cut as fine as dates ever get."""
DATE: Final = "date"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a coordinator asks for.

    `recipients`: codes of those who may get a file. `preset`: "" for the least that they may have. `period`: a label of
    dates ("2024", "2024-01..2024-03"), "" for all. `first`: tiers that a new account may use (more is sooner, fewer is
    finer), 0 as the profile says.
    """

    recipients: tuple[str, ...]
    preset: str = ""
    period: str = ""
    first: int = 0


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a plan is made from.

    `records`: by manifest, those that may leave now for one of the recipients, each with how many batches it waited.
    `left_out`: how many may not, by reason. `profile`: the pinned one, None where none is. `floor`: the organisation's
    preset. `revoked`, `recalled`: ids of classes of earlier releases, by recipient, for the lines to whoever has them.
    """

    records: Mapping[str, Record]
    schema: Schema
    profile: Profile | None
    left_out: Mapping[str, int] = field(default_factory=dict)
    floor: str = TRUSTED.id
    organisation: str = ""
    revoked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recalled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would leave. `files`: the zip of each recipient that gets rows. `members`: manifests, in the pool's order.

    `made`: what the search found, where no profile is pinned and this one was made for it.
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

    @property
    def waiting(self) -> tuple[str, ...]:
        """The manifests that found no class."""
        return tuple(self.members[place] for place in self.batch.waiting.tolist())

    @property
    def published(self) -> dict[str, tuple[str, ...]]:
        """Of each class, by its id, the manifests in it."""
        return {one.id: tuple(self.members[place] for place in one.members.tolist()) for one in self.batch.classes}

    @property
    def sha256(self) -> dict[str, str]:
        """Of each recipient's file."""
        return {recipient: canonical.sha256_hex(data) for recipient, data in self.files.items()}


def compose(material: Material, order: Order, *, name: str) -> Plan:
    """The release `name` of what `material` holds and `order` asks for.

    Raises `ReleaseRefused` (recipient, preset, period, none, one, value, small), `RiskTooHigh`, `ProfileUnfit`,
    `HierarchyUnusable`: then nothing may leave.
    """
    preset = preset_of(order, material.floor)
    _require_known(material)
    members = _members(material, order.period)
    used, made = _profile(material, preset)
    records = tuple(material.records[manifest] for manifest in members)
    pool = Pool.of(records, material.schema)
    batch = pinned.walk(pool, used.faster(order.first) if order.first else used, name=name)
    if not batch.published:
        raise ReleaseRefused("small", testimonies=len(records), k=preset.k)
    table = classtable.table(batch, pool)
    assessed = risk.assess(batch, pool, table)
    risk.allowed(batch, assessed)
    return Plan(
        order=order,
        name=name,
        profile=batch.profile,
        members=members,
        records=records,
        batch=batch,
        table=table,
        risk=assessed,
        files=dict(_files(material, order, batch, pool, table)),
        left_out=material.left_out,
        made=made,
    )


def _profile(material: Material, preset: Preset) -> tuple[Profile, Made | None]:
    if material.profile is not None:
        return material.profile, None
    made = make_profile(material, preset)
    return made.profile, made


def make_profile(material: Material, preset: Preset) -> Made:
    """A profile for all that may leave now: what a period leaves out has a part in it, for it leaves under it later."""
    return make(Pool.of([record for _, record in sorted(material.records.items())], material.schema), preset)


def preset_of(order: Order, floor: str) -> Preset:
    """What `order` asks for. Raises `ReleaseRefused`: recipient, preset (unknown, or below what these may have)."""
    least = least_of(order.recipients, floor)
    preset = PRESETS.get(order.preset or least.id)
    if preset is None or not stricter_or_equal(preset, least):
        raise ReleaseRefused("preset", preset=order.preset, least=least.id)
    return preset


def least_of(recipients: Iterable[str], floor: str) -> Preset:
    """The weakest preset for these recipients: what everybody may read needs more than what a mechanism keeps.

    Raises `ReleaseRefused` where there is none, or one that no release is for.
    """
    purposes = {recipient.partition(":")[0] for recipient in recipients}
    if not purposes or not purposes <= {str(purpose) for purpose in PURPOSES}:
        raise ReleaseRefused("recipient")
    own = PUBLIC if str(Purpose.COUNT) in purposes else TRUSTED
    return max(own, PRESETS[floor], key=lambda preset: (preset.k, preset.m, -preset.alpha))


def stricter_or_equal(preset: Preset, least: Preset) -> bool:
    """Whether every class of `preset` may leave under `least` too."""
    return (
        preset.k >= least.k
        and preset.m >= least.m
        and preset.alpha <= least.alpha
        and preset.global_risk <= least.global_risk
    )


def in_period(schema: Schema, record: Record, period: str) -> bool:
    """Whether the date of `record` is known to lie in `period` ("" holds all); what is known less exactly waits."""
    if not period:
        return True
    place, dates = _dates(schema)
    return period in dates.ladder(record.values[place])[FINEST_PERIOD:]


def require_period(period: str) -> None:
    """Raises `ReleaseRefused` unless `period` is "" or a whole quarter, half, year or three years of the hierarchy."""
    try:
        labels = ladders.dates().climb(ladders.span(period)[0]) if period else ("",)
    except ValueError:
        labels = None
    if period and period not in (labels or ())[FINEST_PERIOD:]:
        raise ReleaseRefused("period")


def _members(material: Material, period: str) -> tuple[str, ...]:
    require_period(period)
    found = tuple(
        manifest
        for manifest in sorted(material.records)
        if in_period(material.schema, material.records[manifest], period)
    )
    if len(found) < 2:
        raise ReleaseRefused("one" if found else "none")
    return found


def _require_known(material: Material) -> None:
    """Raises `ReleaseRefused("value")`: the engine would take for missing what another version's codebook knows."""
    for place, attribute in enumerate(material.schema.attributes):
        values = {record.values[place] for record in material.records.values()} - {MISSING}
        unknown = [value for value in values if attribute.climb(value) is None]
        if unknown:
            raise ReleaseRefused("value", attribute=attribute.name, values=len(unknown))


def _dates(schema: Schema) -> tuple[int, Hierarchy]:
    return next((place, one) for place, one in enumerate(schema.attributes) if one.name == DATE)


def _files(
    material: Material, order: Order, batch: Batch, pool: Pool, table: ClassTable
) -> Iterator[tuple[str, bytes]]:
    """The zip of each recipient of the order that gets rows, with the figures of its own rows."""
    for recipient in sorted(set(order.recipients)):
        rows = table.for_recipient(recipient)
        if not rows.rows:
            continue
        own = risk.assess(_own(batch, pool, recipient), pool, rows)
        risk.allowed(batch, own)
        yield recipient, package.build(_edition(material, batch, rows, own, recipient))


def _own(batch: Batch, pool: Pool, recipient: str) -> Batch:
    """What of `batch` is about `recipient`: its classes, and who waits of those that it may have."""
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
