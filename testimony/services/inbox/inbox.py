"""The list of testimonies at a desk: one row of codes for each, in memory while the key is unlocked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.domain.review import label, review
from testimony.domain.review.review import Review, ReviewState
from testimony.domain.testimony import translation
from testimony.domain.testimony.inbox import Row
from testimony.services.custody import log as custody_log
from testimony.services.custody.receptions import ReceptionChecks
from testimony.services.inbox import list_memory, summaries
from testimony.services.inbox.code_labels import Code
from testimony.services.inbox.list_memory import Look
from testimony.services.inbox.search import Progress, Text, WordIndex
from testimony.services.inbox.summaries import Glimpse
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records import kept as kept_records
from testimony.services.records import queries as record_queries
from testimony.services.records import scrub
from testimony.services.review import private_labels, reviews
from testimony.station.station import Station
from testimony.store.models.records import ObjectRow, RecordRow, TombstoneRow
from testimony.store.models.records import Progress as Come

CHUNK = 16
"""Testimonies opened between two checks of the clock, while nobody else reads the rows: about a tenth of a second."""
RECALLED = 250
"""Testimonies that are taken from the last unlocking between two checks of the clock."""

CODES_SETTLED: Final = frozenset({ReviewState.CLEARED, ReviewState.NOT_FOR_RELEASE})
"""Where the review ended this way, the desk is done with the codes, also if the account gave none."""


@dataclass(frozen=True, slots=True)
class _Here:
    """A manifest that is here."""

    name: str
    arrival: int


class InboxIndex:
    """The rows of every testimony that is here. Empty until `refresh`; safe to share between threads.

    `words`: the search index, which gets the statements as they are opened for the list.
    """

    def __init__(self, words: WordIndex) -> None:
        self._words = words
        self._turn = threading.Lock()  # one thread reads on at a time
        self._lock = threading.RLock()
        self._here: dict[str, _Here] = {}
        self._seen: dict[str, Glimpse] = {}
        self._reviews: dict[str, Review] = {}
        self._rows: dict[str, Row] = {}
        self._gone: frozenset[str] = frozenset()
        self._ended: frozenset[str] = frozenset()  # keeping ended: the tombstone names the manifest
        self._damaged: frozenset[str] = frozenset()
        self._arrival = -1
        self._heard = 0
        self._changed: set[str] = set()  # changed while some were being opened
        self._day: date | None = None
        self._later: frozenset[str] = frozenset()  # keeping ended by another clock: what was kept of them is not read
        self._noted = False

    def refresh(self, station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, day: date) -> None:
        """Take in what is new: testimonies, withdrawals, grants, reviews, translations. Opens no testimony."""
        annexes.refresh(station, session, reader)
        with self._lock:
            for tid in self._words.forget_changed(station, session, annexes, day=day):
                self._seen.pop(tid, None)  # the list reads its words again
            touched = self._come(session) | self._withdrawn(session) | self._broken(session)
            touched |= self._read_news(station, annexes)
            later = frozenset(kept_records.closed(session, station.clocks()))
            if (self._day, self._later) != (day, later):  # consents that have expired since
                self._seen, self._day, self._later = {}, day, later
                touched = set(self._here)
            self._changed |= touched
            for tid in touched & self._here.keys():
                self._rows[tid] = self._row(station, annexes, tid)

    def read_on(self, station: Station, reader: Reader, annexes: AnnexIndex, *, day: date, seconds: float) -> Progress:
        """Open unopened testimonies, newest arrival first, for at most `seconds`. The desk's log gets one entry for
        everything that is opened until nothing is left to open.
        """
        until = time.monotonic() + seconds
        with self._turn:
            with station.database.reading() as session:
                seals = ReceptionChecks(station.chain, session)
                self.refresh(station, session, reader, annexes, day=day)
                waiting = self._waiting()
                unknown = self._recall(station, session, reader, annexes, waiting, day, until)
                opened = 0
                while opened < len(unknown) and (not opened or time.monotonic() < until):
                    self._open(station, session, reader, annexes, seals, unknown[opened : opened + CHUNK], day)
                    opened += CHUNK
            self._note(station, reader, day, opened=bool(waiting), done=not self._waiting())
        return self.progress()

    def recall(self, station: Station, reader: Reader, annexes: AnnexIndex, *, day: date, seconds: float) -> None:
        """Take in what earlier unlockings kept, for at most `seconds`, without opening anything: before a search."""
        until = time.monotonic() + seconds
        with self._turn:
            with station.database.reading() as session:
                self.refresh(station, session, reader, annexes, day=day)
                waiting = self._waiting()
                left = self._recall(station, session, reader, annexes, waiting, day, until)
            self._note(station, reader, day, opened=len(left) < len(waiting), done=not self._waiting())

    def retry(self) -> None:
        """After new data arrived, open again what was incomplete, unproved or had pieces still to come."""
        doubtful = {"incomplete", "unverified", "media_coming", "broken", "closed"}
        with self._lock:
            for tid in [tid for tid, seen in self._seen.items() if seen.flags & doubtful]:
                del self._seen[tid]

    def progress(self) -> Progress:
        """How many were opened of those that may be."""
        with self._lock:
            served = self._here.keys() - self._gone
            return Progress(read=len(served & self._seen.keys()), total=len(served))

    def rows(self) -> Sequence[Row]:
        """All rows, as they are known now."""
        with self._lock:
            return list(self._rows.values())

    def row(self, tid: str) -> Row | None:
        """The row of one testimony; None if it is not here, or came since the last `refresh`."""
        with self._lock:
            return self._rows.get(tid)

    def hold(self, rows: Sequence[Row]) -> None:
        """Add these rows as if they had been opened: for measurements without a day of sealing."""
        with self._lock:
            self._rows.update((row.tid, row) for row in rows)

    def _come(self, session: Session) -> set[str]:
        """Testimonies with a new record; each of them is opened again, since a grant or a withdrawal may change it."""
        after = self._arrival
        columns = (RecordRow.kind, RecordRow.subject, RecordRow.name, RecordRow.arrival)
        news = select(*columns).where(RecordRow.arrival > after, RecordRow.kind.in_(("manifest", "grant", "withdraw")))
        touched = set()
        for kind, tid, name, arrival in session.execute(news.order_by(RecordRow.arrival)):
            about = str(tid)
            if kind == "manifest":
                self._here[about] = _Here(name, arrival)
            self._seen.pop(about, None)
            touched.add(about)
        self._arrival = session.scalar(select(func.max(RecordRow.arrival))) or after
        return touched

    def _withdrawn(self, session: Session) -> set[str]:
        """Those withdrawn, suspended, ended or restored since; the row of a destroyed one is deleted."""
        columns = (TombstoneRow.subject, TombstoneRow.shredded, TombstoneRow.withdrawal)
        found = session.execute(select(*columns)).all()
        stones = {tid: shredded for tid, shredded, _ in found}
        self._ended = frozenset(tid for tid, _, cause in found if tid in self._here and cause == self._here[tid].name)
        gone = frozenset(stones) & self._here.keys()
        touched = gone ^ self._gone
        for tid in touched:
            self._seen.pop(tid, None)
        if any(stones[tid] for tid in gone):
            shredded = RecordRow.progress == Come.SHREDDED
            destroyed = set(session.scalars(select(RecordRow.subject).where(RecordRow.kind == "manifest", shredded)))
            for tid in self._here.keys() & destroyed:
                del self._here[tid]
                self._rows.pop(tid, None)
        self._words.forget(gone)
        self._gone = gone & self._here.keys()
        return set(touched)

    def _broken(self, session: Session) -> set[str]:
        names = scrub.names(session)
        found: frozenset[str] = frozenset()
        of_names = select(ObjectRow.subject).where(ObjectRow.name.in_(names))
        if names:
            found = frozenset(map(str, session.scalars(of_names)))
        touched, self._damaged = found ^ self._damaged, found
        return set(touched)

    def _read_news(self, station: Station, annexes: AnnexIndex) -> set[str]:
        """Those with new annexes. Annexes about consent are read again together with it."""
        news = annexes.since(self._heard)
        self._heard += len(news)
        for one in news:
            kind = one.content.get("kind")
            if kind == review.KIND:
                self._reviews[one.tid] = reviews.review_of(station.chain, annexes, one.tid).review
            elif kind not in (translation.KIND, label.KIND):
                self._seen.pop(one.tid, None)
        return {one.tid for one in news}

    def _waiting(self) -> list[str]:
        with self._lock:
            served = [tid for tid in self._here if tid not in self._seen and tid not in self._gone]
            return sorted(served, key=lambda tid: self._here[tid].arrival, reverse=True)

    def _recall(
        self,
        station: Station,
        session: Session,
        reader: Reader,
        annexes: AnnexIndex,
        waiting: Sequence[str],
        day: date,
        until: float,
    ) -> Sequence[str]:
        """Take in what was kept of `waiting`, until the clock says `until`. Returns those that must be opened."""
        memory = annexes.memory(station, reader)
        if memory is None:
            return waiting
        kept = memory.names(list_memory.KIND) - self._later if waiting else set()
        known, unknown = [tid for tid in waiting if tid in kept], [tid for tid in waiting if tid not in kept]
        for start in range(0, len(known), RECALLED):
            if start and time.monotonic() >= until:
                break
            tids = known[start : start + RECALLED]
            names = self._begin(tids)
            found = list_memory.recall(station, session, memory, annexes, names, day=day)
            for tid, look in found.items():
                self._words.hold(tid, look.glimpse.manifest, look.texts, look.codes, look.names)
            self._hold(station, annexes, {tid: look.glimpse for tid, look in found.items()})
            unknown += [tid for tid in tids if tid not in found]
        return unknown

    def _open(
        self,
        station: Station,
        session: Session,
        reader: Reader,
        annexes: AnnexIndex,
        seals: ReceptionChecks,
        tids: Sequence[str],
        day: date,
    ) -> None:
        manifests = self._begin(tids)
        names = list(manifests.values())
        records = record_queries.records_of(session, names)
        heard: dict[str, tuple[tuple[Text, ...], frozenset[Code], tuple[Text, ...]]] = {}

        def hear(tid: str, manifest: str, texts: Iterable[Text], codes: Iterable[Code], names: Iterable[Text]) -> None:
            heard[tid] = tuple(texts), frozenset(codes), tuple(names)
            self._words.hold(tid, manifest, *heard[tid])

        memory = annexes.memory(station, reader)
        made = list_memory.made_from(session, annexes, manifests) if memory is not None else {}
        found = summaries.look(
            station, session, reader, records, annexes, at=day, seals=seals.results(names), hear=hear
        )
        self._hold(station, annexes, found)
        if memory is not None:
            looks = {tid: Look(seen, *heard.get(tid, ((), None))) for tid, seen in found.items()}
            list_memory.keep(memory, looks, made)

    def _begin(self, tids: Iterable[str]) -> dict[str, str]:
        """Testimony -> manifest, for those of `tids` that are here. What changes from now on is opened again."""
        with self._lock:
            self._changed -= set(tids)
            return {tid: self._here[tid].name for tid in tids if tid in self._here}

    def _hold(self, station: Station, annexes: AnnexIndex, found: Mapping[str, Glimpse]) -> None:
        with self._lock:
            for tid, seen in found.items():
                if tid in self._here and tid not in self._changed:  # otherwise it is opened again
                    self._seen[tid] = seen
                    self._rows[tid] = self._row(station, annexes, tid)

    def _row(self, station: Station, annexes: AnnexIndex, tid: str) -> Row:
        here, seen, said = self._here[tid], self._seen.get(tid), self._reviews.get(tid)
        flags = set(seen.flags if seen else ())
        if tid in self._gone:
            flags = {"ended" if tid in self._ended else "withdrawn"}
        if tid in self._damaged:
            flags.add("damaged")
        if (said and said.waits_for_second) or (seen and seen.waits):
            flags.add("second")
        if seen and summaries.untranslated(station, annexes, tid, seen):
            flags.add("untranslated")
        if (said and said.state in CODES_SETTLED) or ("uncoded" in flags and summaries.is_coded(station, annexes, tid)):
            flags.discard("uncoded")
        row = Row(tid=tid, manifest=here.name, arrival=here.arrival, flags=frozenset(flags))
        if said:
            row = replace(row, state=said.state, assigned=said.assigned)
        if seen is None:
            return row
        return replace(
            row,
            read=True,
            day=seen.day,
            place=seen.place,
            kind=seen.kind,
            month=seen.month,
            acts=self._words.acts(tid),
            gender=seen.gender,
            age=seen.age,
            nationality=seen.nationality,
            languages=seen.languages,
            consent=seen.consent,
            opens=seen.opens,
            further=seen.further,
            label=self._label(station, annexes, tid, seen),
        )

    def _label(self, station: Station, annexes: AnnexIndex, tid: str, seen: Glimpse) -> str:
        """It may say what the account says, so it is shown only where that opens."""
        return private_labels.labels_of(station, annexes, tid, seen.manifest).text if "narrative" in seen.opens else ""

    def _note(self, station: Station, reader: Reader, day: date, *, opened: bool, done: bool) -> None:
        """One entry for all: an entry for each would write the whole list into the log at every unlocking.

        Never while this thread reads: what empties the write-ahead log waits for readers, and writers wait for it.
        """
        if opened and not self._noted:
            with station.database.transaction() as session:
                custody_log.append(session, kind="listed", ref="0" * 64, by=reader.id, day=day.isoformat())
        self._noted = opened and not done
