"""Find what central's signed log names and this station does not have: the records that central did not deliver.

Every entry of central's log reaches a desk whole, with the record that it names. An entry without its record, or a bare
hash in the place of an entry, was left out by somebody: central, the network, or a person who handled a stick. A
witness's withdrawal may be among them, so the desk asks for them again at every exchange and from every stick.

What is excused, by rules that this station checks itself (docs/sync.md, "What a station lacks"):

* A testimony, and what belongs to it, that was destroyed by a withdrawal before it came here. The withdrawal is here,
  the log says after the entry that it was carried out, and the manifest of its testimony never came here.
* Such a withdrawal counts as confirmed if a worker signed it, or if a station other than central signed that it
  destroyed what the withdrawal names. Otherwise only central says so.
* Where such a station also names the manifests that it destroyed, the withdrawal excuses these and no others.
* A testimony for which keeping ended: the log says so, and a station other than central signed that it destroyed it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, aliased

from testimony import canonical
from testimony.errors import N_, NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.statements.statements import Receipt
from testimony.services.custody.merkle_log import MerkleLog
from testimony.services.records import queries as record_queries
from testimony.store.models.log import LogLeaf
from testimony.store.models.records import Progress, ReceiptRow, RecordRow, TombstoneRow

RECEIVED: Final = "received"
OF_TESTIMONIES: Final = frozenset({RECEIVED, "granted", "asked", "answered", "kept"})
"""Kinds of entries whose record is destroyed with the testimony."""
FOR_EVER: Final = frozenset(
    {"withdrawn", "contested", "void", "shredded", "destroyed", "ceremony", "stamped", "cosigned"}
)
"""Kinds of entries whose record no station ever destroys."""
ROSTER: Final = "roster"
CARRIED_OUT: Final = "shredded"
"""The kind of entry by which central says that it carried out the withdrawal that the entry names."""
ENDED: Final = "ended"
"""The kind of entry by which central says that it destroyed the testimony that the entry names since keeping ended."""
WITHDRAWALS: Final = ("withdraw", "withdraw-early")
HASH_ONLY: Final = ""
"""In the place of a kind: central gave the hash of the entry and not the entry."""
WORDS: Final = {
    HASH_ONLY: N_("an entry of which only the hash came"),
    "received": N_("a testimony, an addition to one, or a refusal"),
    "granted": N_("a grant that lets somebody open a testimony"),
    "asked": N_("a question to an interviewer"),
    "answered": N_("an answer of an interviewer"),
    "kept": N_("a statement of how long a testimony is kept"),
    "withdrawn": N_("a withdrawal"),
    "contested": N_("an objection to a withdrawal"),
    "void": N_("a withdrawal that lawyers rejected"),
    "shredded": N_("a withdrawal that was carried out"),
    "destroyed": N_("a statement that a testimony was destroyed"),
    "ceremony": N_("the record of a key ceremony"),
    "stamped": N_("a time stamp"),
    "cosigned": N_("a partner's signature"),
    "roster": N_("a roster"),
}
"""What an entry of each kind names, for pages and commands."""


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """Entry `position` of the log of the station `log` (kid), which names the record `ref`.

    `kind` is `HASH_ONLY`, and the rest empty, if only the hash was given. `day`: ISO; `by`: the kid of who signed.
    """

    log: str
    position: int
    kind: str
    ref: str = ""
    day: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Entries without their record, in the order of the log.

    `left_out`: nothing explains them. `unconfirmed`: they may have been destroyed with a withdrawn testimony, as nobody
    but central says. `destroyed`: testimonies that a confirmed withdrawal explains. `unlogged`: withdrawals that
    central signed for and does not show in its log.
    """

    left_out: tuple[LogEntry, ...] = ()
    unconfirmed: tuple[LogEntry, ...] = ()
    destroyed: tuple[LogEntry, ...] = ()
    unlogged: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[LogEntry, ...]:
        """What this station takes from anybody: first what was left out, then what only central explains."""
        return (*self.left_out, *self.unconfirmed)

    @property
    def unexplained(self) -> int:
        """How many records a person must be told of: nothing explains that they are not here, or not in the log."""
        return len(self.left_out) + len(self.unlogged)


@dataclass(frozen=True, kw_only=True)
class _Destruction:
    """A withdrawal of a testimony that never came here, or an end of keeping: carried out by the log's station at entry
    `position`. `manifests`: what others signed that they destroyed by it, empty where nobody said it.
    """

    position: int
    confirmed: bool
    manifests: frozenset[str] = frozenset()


def find(session: Session, chain: RosterChain, role: str) -> Gaps:
    """What the logs of the active centrals, as mirrored here, name and this station lacks. One pass over the logs.

    `chain`: the station's rosters; `role`: the station's (field, desk). At central there is nothing to find.
    """
    found = Gaps()
    centrals = [device for device in chain.latest.devices if (device.kind, device.status) == ("central", "active")]
    for log in (key.kid for device in centrals for key in device.keys):
        entries = list(_without_record(session, chain, role, log))
        if entries:
            found = _joined(found, _explained(session, chain, log, entries))
        found = replace(found, unlogged=found.unlogged + tuple(_unlogged(session, log)))
    return found


def _without_record(session: Session, chain: RosterChain, role: str, log: str) -> Iterator[LogEntry]:
    """The first entry for each record that is not here. Bare hashes count at a desk alone: a node is given few entries
    whole.
    """
    rosters = {record.id for record in chain.records}
    seen: set[str | None] = set()
    for no, kind, ref, entry in session.execute(_perhaps_without_record(hashes=role == "desk"), {"of": log}):
        if entry is None:
            yield LogEntry(log=log, position=no, kind=HASH_ONLY)
        elif ref not in seen and not (kind == ROSTER and ref in rosters):
            seen.add(ref)
            day, by = _day_and_signer(entry)
            yield LogEntry(log=log, position=no, kind=str(kind), ref=str(ref), day=day, by=by)


@cache
def _perhaps_without_record(*, hashes: bool) -> Select[int, str | None, str | None, bytes | None]:
    here = select(RecordRow.name).where(RecordRow.name == LogLeaf.ref)
    lacks: list[ColumnElement[bool]] = [
        and_(LogLeaf.kind.in_((*OF_TESTIMONIES, *FOR_EVER)), ~here.exists()),
        LogLeaf.kind == ROSTER,
    ]
    if hashes:
        lacks.append(LogLeaf.entry.is_(None))
    columns = (LogLeaf.no, LogLeaf.kind, LogLeaf.ref, LogLeaf.entry)
    return select(*columns).where(LogLeaf.log == bindparam("of"), or_(*lacks)).order_by(LogLeaf.no)


def _explained(session: Session, chain: RosterChain, log: str, entries: Sequence[LogEntry]) -> Gaps:
    """Sort `entries` by what explains them.

    Each confirmed withdrawal explains one testimony that came in before it was carried out: those that others named, or
    any where nobody named one. Additions to a testimony do not show which one they are about, so a withdrawal may
    explain them and nothing confirms it.
    """
    never = set(session.scalars(select(LogLeaf.ref).where(LogLeaf.log == log, LogLeaf.kind.in_(FOR_EVER))))
    destructions = _destructions(session, chain, log)
    spare = sorted((one.position for one in destructions if one.confirmed and not one.manifests), reverse=True)
    bound = {name: one.position for one in destructions for name in one.manifests}
    last = max((one.position for one in destructions), default=-1)
    left_out, unconfirmed, destroyed = [], [], []
    for entry in reversed(entries):
        if entry.kind not in OF_TESTIMONIES or entry.ref in never or entry.position > last:
            left_out.append(entry)
        elif entry.kind == RECEIVED and bound.get(entry.ref, -1) > entry.position:
            destroyed.append(entry)
        elif _is_testimony(chain, entry) and spare and spare[0] > entry.position:
            spare.pop(0)
            destroyed.append(entry)
        else:
            unconfirmed.append(entry)
    return Gaps(
        left_out=tuple(reversed(left_out)),
        unconfirmed=tuple(reversed(unconfirmed)),
        destroyed=tuple(reversed(destroyed)),
    )


def _unlogged(session: Session, log: str) -> Iterator[str]:
    """Withdrawals of testimonies from here that the station `log` signed for, and that its log does not name as far as
    its receipts for both go. A node is given the entries of its own testimonies' withdrawals whole, so that a hash in
    the place of one hides it.

    Excused is one whose testimony a withdrawal destroyed that the log names, here or at central, or whose keeping ended
    here: without the manifest the station could not check who signed the other one, and nothing was left for it to end.
    """
    pairs = {(str(name), str(tid)) for wanted in _withdrawals() for name, tid in session.execute(wanted)}
    if not pairs:
        return
    tree = MerkleLog(session, log)
    manifest = (RecordRow.kind == "manifest", RecordRow.subject.in_({tid for _, tid in pairs}))
    manifests = {
        str(tid): name for name, tid in session.execute(select(RecordRow.name, RecordRow.subject).where(*manifest))
    }
    signed = _signed(session, log, {*(name for name, _ in pairs), *manifests.values()})
    named = set(
        session.scalars(select(LogLeaf.ref).where(LogLeaf.log == log, LogLeaf.ref.in_({name for name, _ in pairs})))
    )
    stones = session.execute(select(TombstoneRow.withdrawal, TombstoneRow.subject).where(TombstoneRow.shredded))
    gone = {str(tid) for name, tid in stones if name in named or name == manifests.get(str(tid))}
    gone |= _destroyed_there(session, log, {(name, tid) for name, tid in pairs if name in named and tid not in gone})
    for name, tid in sorted(pairs):
        if tid in gone:
            continue
        receipts = [signed.get(name), signed.get(manifests.get(tid, ""))]
        if name not in named and all(one is not None and _is_of(one, tree) for one in receipts):
            yield name


def _destroyed_there(session: Session, log: str, pairs: set[tuple[str, str]]) -> set[str]:
    """The testimonies of these `pairs` that a whole withdrawal ended and that `log` says it carried out."""
    names = {name for name, _ in pairs}
    said = select(LogLeaf.ref).where(LogLeaf.log == log, LogLeaf.kind == CARRIED_OUT, LogLeaf.ref.in_(names))
    records = record_queries.records_of(session, [str(ref) for ref in session.scalars(said)]) if names else {}
    whole = {name for name, record in records.items() if _is_whole(record)}
    return {tid for name, tid in pairs if name in whole}


@cache
def _withdrawals() -> tuple[Select[Any, Any], ...]:
    """Name and testimony of each that is here, by what it says and by what it ended."""
    of_testimony = select(RecordRow.name, RecordRow.subject).where(RecordRow.kind == "withdraw")
    by_stone = (
        select(TombstoneRow.withdrawal, TombstoneRow.subject)
        .join(RecordRow, RecordRow.name == TombstoneRow.withdrawal)
        .where(RecordRow.kind.in_(WITHDRAWALS))  # where keeping ended the tombstone names the manifest
    )
    return of_testimony, by_stone


def _signed(session: Session, log: str, names: Collection[str]) -> dict[str, Receipt]:
    """The receipts of the station `log` for these records; they were verified when they came."""
    wanted = select(ReceiptRow.record, ReceiptRow.data).where(ReceiptRow.station == log, ReceiptRow.record.in_(names))
    return {name: statements.parse_receipt(SignedRecord.decode(data)) for name, data in session.execute(wanted)}


def _is_of(receipt: Receipt, tree: MerkleLog) -> bool:
    """Whether the receipt is of this log, which was read as far as it says."""
    size = receipt.log_size
    try:
        return 0 < size <= tree.size() and tree.root(size).hex() == receipt.root
    except NoResultFound:
        return False  # leaves or subtrees are lost from this disk, which `check` reports


def _destructions(session: Session, chain: RosterChain, log: str) -> list[_Destruction]:
    """Whole withdrawals that `log` says were carried out, of testimonies whose manifest was never here."""
    withdrawal, manifest = aliased(RecordRow), aliased(RecordRow)
    known = select(manifest.name).where(manifest.kind == "manifest")
    taken = known.join(TombstoneRow, TombstoneRow.subject == manifest.subject)
    wanted = (
        select(LogLeaf.ref, LogLeaf.no)
        .join(withdrawal, withdrawal.name == LogLeaf.ref)
        .where(LogLeaf.log == log, LogLeaf.kind == CARRIED_OUT, withdrawal.kind.in_(WITHDRAWALS))
        .where(~known.where(manifest.subject == withdrawal.subject).exists())
        .where(~taken.where(TombstoneRow.withdrawal == withdrawal.name).exists())  # one by the code names no testimony
    )
    places: dict[str, int] = {str(ref): no for ref, no in session.execute(wanted.order_by(LogLeaf.no))}
    records = record_queries.records_of(session, list(places))
    said = _said(session, chain)
    withdrawn = [
        _Destruction(
            position=places[ref],
            confirmed=ref in said or chain.signer(record.by) is not None,
            manifests=said.get(ref, frozenset()),
        )
        for ref, record in records.items()
        if _is_whole(record)
    ]
    ended = select(LogLeaf.ref, LogLeaf.no).where(LogLeaf.log == log, LogLeaf.kind == ENDED)
    return withdrawn + [
        _Destruction(position=no, confirmed=ref in said, manifests=said.get(str(ref), frozenset()))
        for ref, no in session.execute(ended)
    ]


def _said(session: Session, chain: RosterChain) -> dict[str, frozenset[str]]:
    """The withdrawals, and the manifests for which keeping ended, of which somebody other than a central signed that it
    destroyed what they name; and the manifests that it named.
    """
    found: dict[str, frozenset[str]] = {}
    said = select(RecordRow.data).where(RecordRow.kind == "shredded", RecordRow.progress == Progress.COMPLETE)
    for data in session.scalars(said):
        statement = statements.parse_shredded(SignedRecord.decode(data))
        signer = chain.signer(statement.station)
        if signer is not None and signer.role != "central":
            found[statement.cause] = found.get(statement.cause, frozenset()) | frozenset(statement.destroyed or ())
    return found


def _is_whole(record: SignedRecord) -> bool:
    return bool(record.value.get("scope", "all") == "all")


def _is_testimony(chain: RosterChain, entry: LogEntry) -> bool:
    """Whether the record may be a testimony: phones sign those, lawyers and codes sign what is added to them."""
    signer = chain.signer(entry.by)
    return entry.kind == RECEIVED and signer is not None and signer.role == "phone"


def _day_and_signer(entry: bytes) -> tuple[str, str]:
    try:
        said = canonical.decode_object(entry)
    except NotCanonical:
        return "", ""  # a newer central's entry: it names its record, and says the rest in its own way
    return str(said.get("day", "")), str(said.get("by", ""))


def _joined(one: Gaps, other: Gaps) -> Gaps:
    return replace(
        one,
        left_out=one.left_out + other.left_out,
        unconfirmed=one.unconfirmed + other.unconfirmed,
        destroyed=one.destroyed + other.destroyed,
    )
