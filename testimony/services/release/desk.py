"""Collect what a desk can release on one day: the ledger, and the pool of testimonies that may be released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.anonymity.errors import PresetTooWeak
from testimony.anonymity.pool import Record
from testimony.anonymity.profile import Profile
from testimony.anonymity.validity import PRESETS, TRUSTED, Preset
from testimony.domain.consent.offers import text_in
from testimony.domain.incidents import told_again
from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.ledger.ledger import Ledger, LedgerBatch
from testimony.domain.ledger.state import Stage
from testimony.sealing.roster.chain import RosterChain
from testimony.services.ledger import ledger
from testimony.services.ledger import order as ledger_order
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.release import candidates
from testimony.services.release import plan as release_plan
from testimony.services.release.candidates import Candidates
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.plan import Material, Order, Plan
from testimony.station.station import Station

PUBLISHED, AUXILIARY, PERIOD, HELD_BACK = "published", "auxiliary", "period", "held_back"
TOLD_AGAIN: Final = "told_again"
"""Why a testimony that may be released is not in the pool, besides `candidates.LEFT_OUT`."""


@dataclass(frozen=True, kw_only=True)
class Releaser:
    """Who releases, at which desk, on which day. `annexes` caches the annexes for the caller."""

    station: Station
    reader: Reader
    annexes: AnnexIndex
    day: date


class Desk:
    """What is here now for some recipients, read once: what is planned or built from it knows no station.

    `ledger`: its state here, as read before. `candidates`: who may be released to one of them. `organisation`: its
    name. `held_back`: manifests that a settled entry, which opens to nobody, may have published. `came`: see
    `candidates.came`.
    """

    def __init__(self, by: Releaser, held: Ledger, recipients: Iterable[str]) -> None:
        station, asked = by.station, frozenset(map(card, recipients))
        self.ledger = held
        self.organisation = text_in(station.chain.latest.organisation.get("name"), "en")
        with station.database.reading() as session:
            self.candidates = candidates.of(station, session, by.reader, by.annexes, at=by.day, recipients=asked)
            self.held_back = _held_back(station.chain, session, held, self.candidates)
            self.came = candidates.came(station.chain, session, self.candidates.several)


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """The released lines that the files of a batch report as withdrawn in part or in full.

    `lines`: class ids, for everybody who has them; `alone`: (class id, recipient) if a use was withdrawn for that one.
    """

    lines: frozenset[str]
    alone: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, held: Ledger) -> TakenBack:
        """What is known here: somebody has withdrawn since, or a cohort was removed.

        Only lines that the ledger knows: anybody may claim it of others, and settled lines were reported already.
        """
        recalled = {id for id, recall in held.recalled.items() if not recall.whole}
        alone = {(id, recipient) for id, found in held.ended.items() for recipient in found}
        known = held.state.classes.keys()
        return cls(
            lines=frozenset((held.revoked.keys() | recalled) & known),
            alone=frozenset(one for one in alone if one[0] in known),
        )

    @classmethod
    def told_in(cls, contents: Contents) -> TakenBack:
        """What a batch pins."""
        return cls(lines=frozenset(contents.revoked), alone=frozenset(contents.ended))


def ledger_of(by: Releaser) -> Ledger:
    """The state of the ledger here. Raises `LedgerIncomplete`, `LedgerForked`, `LedgerRefused`, `ReleaseClock`."""
    with by.station.database.reading() as session:
        held = ledger.read(by.station, session, by.reader, by.annexes)
    ledger.require_clock(held.last, by.day)
    return held


def manifest_of(by: Releaser, tid: str) -> str:
    """The manifest of the testimony `tid`. Raises `TestimonyUnknown`."""
    with by.station.database.reading() as session:
        found = [one.id for one in record_queries.records_about(session, tid) if one.kind == "manifest"]
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
    """Testimonies for a new release: never published, without a published account, in the period, each event of a
    person once.
    """
    release_plan.require_period(period)
    reasons = {
        one.manifest: _why_not(desk, one.manifest, one.line.value("date"), period) for one in desk.candidates.facts
    }
    reasons |= dict.fromkeys(_told_again(desk, reasons), TOLD_AGAIN)
    out = Counter(reason for reason in reasons.values() if reason)
    found = desk.candidates.without({one for one, reason in reasons.items() if reason})
    return _material(desk, desk.ledger, found, out, TakenBack.of(desk.ledger))


def pool_of(desk: Desk, batch: LedgerBatch) -> Material:
    """The testimonies of which `batch` was proposed, as they are here now, and the ledger as it was then.

    Raises `ReleaseRefused("withdrawn")` if some may no longer be released.
    """
    contents = batch.contents
    wanted = {member for line in contents.classes for member in line.members} | set(contents.waiting)
    members = {one.manifest: desk.ledger.member(one.manifest) for one in desk.candidates.facts}
    lacking = wanted - set(members.values()) | wanted & desk.ledger.auxiliary
    never = members.keys() & (desk.held_back | published_elsewhere(desk.ledger, members))
    lacking |= wanted & {members[one] for one in never}
    lacking |= wanted & desk.ledger.elsewhere.keys()
    if lacking:
        raise ReleaseRefused("withdrawn", testimonies=len(lacking))
    others = {manifest for manifest, member in members.items() if member not in wanted}
    found = desk.candidates.without(others)
    return _material(desk, _before(desk.ledger, batch.name), found, Counter(), TakenBack.told_in(contents))


def profile_of(held: Ledger, preset: str) -> Profile | None:
    """The pinned profile of `preset`. Raises `ProfileUnfit`, `PresetTooWeak`."""
    value = held.profile(preset)
    return None if value is None else _as_strict_as(PRESETS[preset], Profile.read(value))


def again(desk: Desk, name: str) -> Plan:
    """Rebuild the release `name` from this desk's data. Raises `ReleaseRefused` (withdrawn, differs).

    Bytes, classes, members, persons, incidents and waiting accounts must be the same. A batch that is too weak for
    these recipients is not built, whoever proposed it: raises `ReleaseRefused("preset")`, `PresetTooWeak`. Nor is one
    that another branch of the ledger proposed, since its input is not known here. Raises `ReleaseRefused("branch")`.
    """
    batch = desk.ledger.batches.get(name, desk.ledger.ahead.batches[name])
    if batch.settled and all(one.name != batch.record for one in desk.ledger.chain):
        raise ReleaseRefused("branch")
    value = desk.ledger.profile_named(batch.profile)
    if value is None:
        raise ReleaseRefused("differs")
    order = Order(recipients=batch.recipients, preset=batch.preset, first=batch.first)
    preset = release_plan.preset_of(order, desk.ledger.floor.preset if desk.ledger.floor else TRUSTED.id)
    profile = _as_strict_as(preset, Profile.read(value))
    made = release_plan.compose(pool_of(desk, batch), order, profile, name=batch.name)
    told, known = TakenBack.told_in(batch.contents), TakenBack.of(desk.ledger)
    same = made.sha256 == dict(batch.files) and contents_of(desk.ledger, made, told) == batch.contents
    if not same or not told.lines <= known.lines or not told.alone <= known.alone:
        raise ReleaseRefused("differs")
    return made


def require_told_once(desk: Desk, batch: LedgerBatch) -> None:
    """Raise `ReleaseRefused("differs")` if an event that one person tells again would leave twice with `batch`.

    Such a batch comes from an earlier version or a dishonest desk, since `pool` holds each event of a person once.
    """
    members = {member for line in batch.contents.classes for member in line.members}
    if _repeated(desk, {one.name for one in desk.candidates.several if desk.ledger.member(one.name) in members}):
        raise ReleaseRefused("differs")


def _as_strict_as(preset: Preset, profile: Profile) -> Profile:
    """`profile`, which may come from anybody. Raises `PresetTooWeak` if it is weaker than its preset's name
    requires.
    """
    if not release_plan.stricter_or_equal(profile.preset, preset):
        raise PresetTooWeak(k=preset.k, m=preset.m, alpha=round(100 * preset.alpha))
    return profile


def contents_of(held: Ledger, plan: Plan, told: TakenBack) -> Contents:
    """What the ledger stores of `plan`: only pseudonyms, and which lines its files report (`told`)."""
    records = dict(zip(plan.members, plan.records, strict=True))
    classes = [
        _class(held, one.id, one.tier, one.labels, one.recipients, [records[name] for name in names], names)
        for one, names in zip(plan.batch.classes, plan.published.values(), strict=True)
    ]
    return Contents(
        classes=tuple(sorted(classes, key=lambda one: one.id)),
        waiting=tuple(sorted(map(held.member, plan.waiting))),
        revoked=tuple(sorted(told.lines)),
        ended=tuple(sorted(told.alone)),
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


def _held_back(chain: RosterChain, session: Session, held: Ledger, found: Candidates) -> frozenset[str]:
    place, words = held.ahead.held_before, [one.words for one in held.settlements if one.closed]
    manifests = {one.manifest for one in found.facts} | {one.name for one in found.several}
    return ledger_order.come_by(chain, session, manifests, place, words) if place else frozenset()


def _before(held: Ledger, name: str) -> Ledger:
    """The ledger as it was when this batch was proposed, even if that is not yet in central's log."""
    known = held if name in held.batches else replace(held, state=held.ahead, chain=(*held.chain, *held.pending))
    return known.before(name)


def published_elsewhere(held: Ledger, manifests: Iterable[str]) -> frozenset[str]:
    """Those that a branch with another key published, or whose account it reports as made public."""
    if not held.ahead.former_keys:
        return frozenset()
    taken = held.published.keys() | held.auxiliary
    return frozenset(one for one in manifests if not taken.isdisjoint(held.aliases(one) - {held.member(one)}))


def _why_not(desk: Desk, manifest: str, date: str, period: str) -> str:
    return _why_never(desk, manifest) or ("" if release_plan.in_period(date, period) else PERIOD)


def _why_never(desk: Desk, manifest: str) -> str:
    held = desk.ledger
    if held.is_published(manifest):
        return PUBLISHED
    if not held.auxiliary.isdisjoint(held.aliases(manifest)):
        return AUXILIARY
    return HELD_BACK if manifest in desk.held_back else ""


def _told_again(desk: Desk, reasons: Mapping[str, str]) -> frozenset[str]:
    """Those that may leave, and whose event has left, or leaves with another account of the same person.

    What has left may have been for other recipients, and may leave for nobody today.
    """
    return _repeated(desk, {name for name, reason in reasons.items() if not reason})


def _repeated(desk: Desk, leaving: Collection[str]) -> frozenset[str]:
    several = desk.candidates.several
    left = {one.name for one in several if one.name not in leaving and _why_never(desk, one.name)}
    return told_again.told_again([one for one in several if one.name in left.union(leaving)], left, desk.came)


def _material(desk: Desk, held: Ledger, found: Candidates, out: Counter[str], told: TakenBack) -> Material:
    """`held`: the ledger whose waiting accounts and recalls count; `told`: which lines the files report."""
    return Material(
        records={one.manifest: _record(held, one.manifest, one.record) for one in found.usable},
        schema=candidates.schema(),
        no_person=frozenset(one.manifest for one in found.facts if not one.persons),
        no_incident=frozenset(one.manifest for one in found.facts if not one.incidents),
        left_out=dict(desk.candidates.left_out + out),
        organisation=desk.organisation,
        revoked=_lines(held, told.lines, told.alone),
        recalled=_lines(held, (id for id, recall in held.recalled.items() if recall.whole)),
    )


def _record(held: Ledger, manifest: str, record: Record) -> Record:
    waited = held.waited.get(held.member(manifest), 0) if held.key else 0
    return replace(record, waited=waited, recipients=frozenset(map(code, record.recipients)))


def _lines(held: Ledger, classes: Iterable[str], alone: Collection[tuple[str, str]] = ()) -> dict[str, tuple[str, ...]]:
    """For each recipient, those of `classes` that it was sent, and what is reported to it `alone`."""
    found: dict[str, set[str]] = {}
    for id in {*classes, *(id for id, _ in alone)} & held.state.classes.keys():
        name, line = held.state.classes[id]
        for recipient in line.recipients:
            concerned = id in classes or (id, recipient) in alone
            if concerned and recipient in held.batches[name].left and held.batches[name].stage is Stage.LEFT:
                found.setdefault(recipient, set()).add(id)
    return {recipient: tuple(sorted(ids)) for recipient, ids in found.items()}
