"""What a coordinator's desk has for a release on one day: the ledger, and the testimonies that may leave, as a pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from testimony.anonymity.pool import Record
from testimony.anonymity.profile import Profile
from testimony.domain.ledger import Ledger, LedgerBatch
from testimony.domain.ledgerbatch import ClassMembers, Contents
from testimony.domain.ledgerstate import Stage
from testimony.domain.organisation import said
from testimony.errors import ReleaseRefused, TestimonyUnknown
from testimony.services import candidates, codedaccounts, collect, ledger, releaseplan
from testimony.services.annexes import AnnexIndex
from testimony.services.candidates import Candidates
from testimony.services.readers import Reader
from testimony.services.releaseplan import Material, Order, Plan
from testimony.services.station import Station

PUBLISHED, AUXILIARY, PERIOD = "published", "auxiliary", "period"
"""Why a testimony that may leave is not in the pool, beside what `candidates.LEFT_OUT` says."""


@dataclass(frozen=True, kw_only=True)
class Releaser:
    """Who releases, at which desk, on which day. `annexes` keeps for the caller what annexes say."""

    station: Station
    reader: Reader
    annexes: AnnexIndex
    day: date


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The ledger as it stands here, and who may leave for some recipients."""

    ledger: Ledger
    candidates: Candidates
    organisation: str


def ledger_of(by: Releaser) -> Ledger:
    """How the ledger stands here. Raises `LedgerIncomplete`, `LedgerForked`, `LedgerRefused`, `ReleaseClock`."""
    with by.station.database.reading() as session:
        held = ledger.read(by.station, session, by.reader, by.annexes)
    ledger.require_clock(held.last, by.day)
    return held


def look(by: Releaser, recipients: Iterable[str]) -> Desk:
    """What is here now, for these recipients. Raises as `ledger_of`."""
    held, asked = ledger_of(by), frozenset(map(card, recipients))
    with by.station.database.reading() as session:
        found = candidates.of(by.station, session, by.reader, by.annexes, at=by.day, recipients=asked)
    name = said(by.station.chain.latest.organisation.get("name"), "en")
    return Desk(ledger=held, candidates=found, organisation=name)


def gone(by: Releaser) -> list[str]:
    """The manifests of the testimonies that were withdrawn for good."""
    with by.station.database.reading() as session:
        accounts = codedaccounts.of(by.station, session, by.reader, by.annexes, candidates.vocabulary(), at=by.day)
    return [one.manifest for one in accounts if one.gone == codedaccounts.WITHDRAWN]


def manifest_of(by: Releaser, tid: str) -> str:
    """The manifest of the testimony `tid`. Raises `TestimonyUnknown`."""
    with by.station.database.reading() as session:
        found = [one.id for one in collect.records_about(session, tid) if one.kind == "manifest"]
    if not found:
        raise TestimonyUnknown
    return found[0]


def card(recipient: str) -> str:
    """ "P10:name" as consents call it."""
    return recipient.replace(":", "-", 1)


def code(recipient: str) -> str:
    """ "P10-name" as the ledger and files call it."""
    return recipient.replace("-", ":", 1)


def pool(desk: Desk, *, period: str = "") -> Material:
    """Those that may leave in a new release: never published, no account of theirs made public, and in the period."""
    releaseplan.require_period(period)
    reasons = {
        one.manifest: _why_not(desk, one.manifest, one.line.value("date"), period) for one in desk.candidates.facts
    }
    out = Counter(reason for reason in reasons.values() if reason)
    found = desk.candidates.without({one for one, reason in reasons.items() if reason})
    return _material(desk, desk.ledger, found, out, taken_back(desk.ledger))


def pool_of(desk: Desk, batch: LedgerBatch) -> Material:
    """The same testimonies that `batch` was proposed of, as they are here and now, and the ledger as it stood then.

    Raises `ReleaseRefused("withdrawn")` where some may not leave any more.
    """
    contents = batch.contents
    wanted = {member for line in contents.classes for member in line.members} | set(contents.waiting)
    members = {one.manifest: desk.ledger.member(one.manifest) for one in desk.candidates.facts}
    lacking = wanted - set(members.values()) | wanted & desk.ledger.auxiliary
    if lacking:
        raise ReleaseRefused("withdrawn", testimonies=len(lacking))
    others = {manifest for manifest, member in members.items() if member not in wanted}
    found = desk.candidates.without(others)
    return _material(desk, _before(desk.ledger, batch.name), found, Counter(), batch.contents.revoked)


def profile_of(held: Ledger, preset: str) -> Profile | None:
    """The pinned profile of `preset`. Raises `ProfileUnfit`, `PresetTooWeak`."""
    value = held.profile(preset)
    return None if value is None else Profile.read(value)


def again(desk: Desk, batch: LedgerBatch) -> Plan:
    """`batch`, made anew out of what this desk has. Raises `ReleaseRefused` (withdrawn, differs).

    Bytes, classes, members, persons and incidents have to be the same, and who waited.
    """
    value = desk.ledger.profile_named(batch.profile)
    if value is None:
        raise ReleaseRefused("differs")
    order = Order(recipients=batch.recipients, preset=batch.preset, first=batch.first)
    made = releaseplan.compose(pool_of(desk, batch), order, Profile.read(value), name=batch.name)
    told = frozenset(batch.contents.revoked)
    same = made.sha256 == dict(batch.files) and contents_of(desk.ledger, made, told) == batch.contents
    if not same or not told <= taken_back(desk.ledger):
        raise ReleaseRefused("differs")
    return made


def taken_back(held: Ledger) -> frozenset[str]:
    """The lines that left and of which somebody has withdrawn since, or a cohort was taken out."""
    return frozenset(held.revoked) | {id for id, recall in held.recalled.items() if not recall.whole}


def contents_of(held: Ledger, plan: Plan, revoked: Iterable[str]) -> Contents:
    """What the ledger keeps of `plan`: pseudonyms alone, and of which lines its files tell that they are `revoked`."""
    records = dict(zip(plan.members, plan.records, strict=True))
    classes = [
        _class(held, one.id, one.tier, one.labels, one.recipients, [records[name] for name in names], names)
        for one, names in zip(plan.batch.classes, plan.published.values(), strict=True)
    ]
    return Contents(
        classes=tuple(sorted(classes, key=lambda one: one.id)),
        waiting=tuple(sorted(map(held.member, plan.waiting))),
        revoked=tuple(sorted(revoked)),
    )


def _class(
    held: Ledger,
    id: str,
    tier: int,
    labels: tuple[str, ...],
    recipients: tuple[str, ...],
    records: Collection[Record],
    names: Collection[str],
) -> ClassMembers:
    rows = sorted(
        (held.member(name), held.person(record.person), held.incident(record.incident))
        for name, record in zip(names, records, strict=True)
    )
    members, persons, incidents = zip(*rows, strict=True)
    return ClassMembers(
        id=id, tier=tier, labels=labels, recipients=recipients, members=members, persons=persons, incidents=incidents
    )


def _before(held: Ledger, name: str) -> Ledger:
    """The ledger as it stood when this batch was proposed, also where that is not yet in central's log."""
    known = held if name in held.batches else replace(held, state=held.ahead, chain=(*held.chain, *held.pending))
    return known.before(name)


def _why_not(desk: Desk, manifest: str, date: str, period: str) -> str:
    held = desk.ledger
    member = held.member(manifest) if held.key else ""
    if member in held.published:
        return PUBLISHED
    if member in held.auxiliary:
        return AUXILIARY
    return "" if releaseplan.in_period(date, period) else PERIOD


def _material(desk: Desk, held: Ledger, found: Candidates, out: Counter[str], revoked: Iterable[str]) -> Material:
    """`held`: the ledger of which waiting and recalls are counted; `revoked`: the lines that the files tell of."""
    return Material(
        records={one.manifest: _record(held, one.manifest, one.record) for one in found.usable},
        schema=candidates.schema(),
        left_out=dict(desk.candidates.left_out + out),
        organisation=desk.organisation,
        revoked=_lines(held, revoked),
        recalled=_lines(held, (id for id, recall in held.recalled.items() if recall.whole)),
    )


def _record(held: Ledger, manifest: str, record: Record) -> Record:
    waited = held.waited.get(held.member(manifest), 0) if held.key else 0
    return replace(record, waited=waited, recipients=frozenset(map(code, record.recipients)))


def _lines(held: Ledger, classes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Of each recipient, those of `classes` that it was sent."""
    found: dict[str, set[str]] = {}
    for id in classes:
        name, line = held.state.classes[id]
        for recipient in line.recipients:
            if recipient in held.batches[name].left and held.batches[name].stage is Stage.LEFT:
                found.setdefault(recipient, set()).add(id)
    return {recipient: tuple(sorted(ids)) for recipient, ids in found.items()}
