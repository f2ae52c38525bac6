"""Find lines of past releases that are no longer correct, and advise a recall; a correction is one reason (rule 8).

What an account says now is compared with what it said when its line was released, by the places of its annexes in
central's log. Nothing is stored for that, and no answer is returned: only a line, a reason, and which testimonies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.coding import corrections
from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.batch import ANY_INCIDENT, ClassMembers
from testimony.domain.ledger.ledger import Ledger, LedgerBatch, Stage
from testimony.domain.release import columns as release_columns
from testimony.domain.release.columns import Line
from testimony.domain.review import clearance as review_clearance
from testimony.domain.review import review
from testimony.domain.review.review import ReviewState
from testimony.domain.union_find import Unions
from testimony.sealing.records.records import SignedRecord
from testimony.services.coding import clearance, coded_record
from testimony.services.consent import permissions
from testimony.services.incidents import linkage
from testimony.services.ledger import order as ledger_order
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.release import candidates
from testimony.services.release.desk import Releaser
from testimony.services.review import reviews
from testimony.store.models.records import RecordRow, TombstoneRow

CORRECTED, NOT_CLEARED, PERSONS, INCIDENTS = "corrected", "not_cleared", "persons", "incidents"
"""Reasons: it says something else now; nobody clears it any more; by new links, too few different people or
pushbacks.
"""
TWICE: Final = "twice"
"""Another reason: testimonies of it are in a second line, because the ledger had branches (docs/ledger.md,
"Settling").
"""
CLEARING: Final = frozenset({review.KIND, review_clearance.KIND})
Place = tuple[int, int]
NEVER: Final[Place] = (-1, -1)
"""For a batch that counts as left without an order to leave: every annex about its testimonies came later."""


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Recall this line: `why` is one of the reasons above, `tids` the testimonies concerned."""

    batch: str
    class_id: str
    why: str
    tids: tuple[str, ...]


def advised(by: Releaser, held: Ledger) -> tuple[Advice, ...]:
    """Advice on every line that was released and not fully recalled, in the order of releases and lines.

    Only on testimonies that are here and open: withdrawals are reported as such. Opens its own reading session.
    """
    left = [one for one in held.batches.values() if one.stage is Stage.LEFT]
    if not left:
        return ()
    with by.station.database.reading() as session:
        by.annexes.refresh(by.station, session, by.reader)
        look = _Look(by, session, held)
        return tuple(advice for batch in left for line in batch.contents.classes for advice in look.at(batch, line))


class _Earlier(AnnexIndex):
    """The annexes about testimonies, without the `later` ones (names of records)."""

    def __init__(self, whole: AnnexIndex, later: Collection[str]) -> None:
        super().__init__()
        self._whole, self._later = whole, later

    def about(self, tid: str) -> list[OpenedAnnex]:
        return [one for one in self._whole.about(tid) if one.name not in self._later]


class _Look:
    """Compares one ledger with what this desk knows now."""

    def __init__(self, by: Releaser, session: Session, held: Ledger) -> None:
        self._by, self._session, self._held = by, session, held
        self._here = _here(session, held)
        self._said = _said(by.annexes)
        names = [one.name for said in self._said.values() for one in said]
        self._places = {name: one.at for name, one in ledger_order.places(by.station.chain, session, names).items()}
        self._left = _let_leave(held)
        self._persons = linkage.persons(by.station.chain, by.annexes)
        self._incidents = linkage.incidents(by.station.chain, by.annexes)

    def at(self, batch: LedgerBatch, line: ClassMembers) -> Iterator[Advice]:
        recall = self._held.recalled.get(line.id)
        if recall is not None and recall.whole:
            return
        staying = [member for member in line.members if recall is None or member not in recall.members]
        here = {member: self._here[member] for member in staying if member in self._here}
        since = self._left.get(batch.name, NEVER)
        reasons = {
            CORRECTED: [tid for tid, name in here.values() if self._says_something_else(tid, name, line, since)],
            NOT_CLEARED: [tid for tid, _ in here.values() if self._is_uncleared(tid, since)],
            PERSONS: self._linked(line, staying, line.persons, self._person_of(here), batch.k),
            INCIDENTS: self._linked(line, staying, line.incidents, self._incidents_of(here), batch.m),
            TWICE: [tid for member, (tid, _) in here.items() if member in self._held.twice],
        }
        for why, tids in reasons.items():
            if tids:
                yield Advice(batch=batch.name, class_id=line.id, why=why, tids=tuple(sorted(tids)))

    def _later(self, tid: str, since: Place, kinds: Collection[str]) -> set[str]:
        """Its annexes from after the line was released, or that have not come back from central."""
        found = [one.name for one in self._said.get(tid, ()) if one.content.get("kind") in kinds]
        return {name for name in found if self._places.get(name, (since[0], since[1] + 1)) > since}

    def _says_something_else(self, tid: str, name: str, line: ClassMembers, since: Place) -> bool:
        later = self._later(tid, since, {corrections.RECODING})
        record = self._record(name) if later else None
        if record is None:
            return False
        now = self._line(record, self._by.annexes)
        then = self._line(record, _Earlier(self._by.annexes, later))
        if now is None or then is None:
            return False
        return (now.marks, now.stigma) != (then.marks, then.stigma) or not _covers(line, now)

    def _is_uncleared(self, tid: str, since: Place) -> bool:
        if not self._later(tid, since, CLEARING):
            return False
        station, annexes = self._by.station, self._by.annexes
        cleared = reviews.review_of(station.chain, annexes, tid).review.state is ReviewState.CLEARED
        return not cleared and not clearance.clearance_of(station.chain, annexes, tid).cleared

    def _record(self, name: str) -> SignedRecord | None:
        row = self._session.get(RecordRow, name)
        return SignedRecord.decode(row.data) if row is not None and row.data else None

    def _line(self, record: SignedRecord, annexes: AnnexIndex) -> Line | None:
        """None if it does not open here."""
        by = self._by
        coded = permissions.open_part(
            ReadingSession.at(by.station, self._session, by.reader),
            record,
            "coded",
            annexes=by.annexes,
            at=by.day,
            counting=True,
        )
        found = coded_record.of_record(by.station.chain, by.station.settings.home, annexes, record, coded)
        return None if found is None else release_columns.line(found.answers, candidates.vocabulary())

    def _person_of(self, here: Mapping[str, tuple[str, str]]) -> dict[str, frozenset[str]]:
        return {member: frozenset({self._persons[tid]}) for member, (tid, _) in here.items() if tid in self._persons}

    def _incidents_of(self, here: Mapping[str, tuple[str, str]]) -> dict[str, frozenset[str]]:
        return {member: self._incidents.get(tid, frozenset()) for member, (tid, _) in here.items()}

    def _linked(
        self,
        line: ClassMembers,
        staying: Collection[str],
        told: tuple[str, ...],
        linked: Mapping[str, frozenset[str]],
        least: int,
    ) -> list[str]:
        """The testimonies that lawyers linked, if so many of the line are one that fewer than `least` are left."""
        own = {member: name for member, name in zip(line.members, told, strict=True) if member in staying}
        own = {member: name for member, name in own.items() if name != ANY_INCIDENT}
        if len(set(own.values())) < least:
            return []  # not by links: the ledger would not have released it, or a cohort was removed
        joined = Unions()
        for member, name in own.items():
            for one in linked.get(member, ()):
                joined.join(f"told:{name}", one)
        if len({joined.name(f"told:{name}") for name in own.values()}) >= least:
            return []
        return [self._here[member][0] for member in own if linked.get(member) and member in self._here]


def _here(session: Session, held: Ledger) -> dict[str, tuple[str, str]]:
    """Pseudonym -> (testimony, name of its manifest), for all that are here and were not withdrawn."""
    gone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    wanted = select(RecordRow.subject, RecordRow.name).where(RecordRow.kind == "manifest", ~gone.exists())
    rows = session.execute(wanted).all()
    return {member: (str(tid), name) for tid, name in rows for member in held.aliases(name)}


def _said(annexes: AnnexIndex) -> dict[str, list[OpenedAnnex]]:
    """The annexes that may change a published account, by testimony."""
    found: dict[str, list[OpenedAnnex]] = defaultdict(list)
    for kind in (corrections.RECODING, *sorted(CLEARING)):
        for one in annexes.of_kind(kind):
            found[one.tid].append(one)
    return found


def _let_leave(held: Ledger) -> dict[str, Place]:
    """The place in central's log of the first order to release each batch."""
    found: dict[str, Place] = {}
    for one in held.chain:
        if one.entry.act is Act.LEAVE and one.place is not None:
            found.setdefault(str(one.entry.said["batch"]), one.place)
    return found


def _covers(line: ClassMembers, now: Line) -> bool:
    """Whether an account still says what the labels of its line say."""
    schema = candidates.schema()
    ladders = [attribute.ladder(value) for attribute, value in zip(schema.attributes, now.values, strict=True)]
    return all(label in ladder for label, ladder in zip(line.labels, ladders, strict=True))
