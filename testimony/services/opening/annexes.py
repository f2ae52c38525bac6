"""Read the annexes at a desk: opened in memory for the reader whose key is unlocked, and never written to disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.consent import documents
from testimony.domain.exports import approval as export_approval
from testimony.domain.ledger import acts as ledger_acts
from testimony.domain.review import attachment, feedback, label, question_words
from testimony.domain.roles import Audience
from testimony.domain.sealed_file import PIECE
from testimony.domain.testimony import note, transcript
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.part import OpenedPart
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony import bound, pieces
from testimony.sealing.testimony.annex import PART, Annex, open_annex, parse_annex
from testimony.services.opening import annex_memory, bindings, compartments
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.opening.sealed_index import SealedIndex
from testimony.services.records import queries as record_queries
from testimony.services.records.head_cipher import HeadSafe
from testimony.station.station import OPENED, Station
from testimony.store.errors import PartDamaged
from testimony.store.models.records import Held, ObjectRow, RecordRow, TombstoneRow

NOWHERE = "0" * 32
"""The testimony named by an annex that concerns none which its writer could name."""
CHUNK = 200
"""Annexes that are read with one database query."""
LAWYERS = (
    *(note.KIND, label.KIND, attachment.KIND, PIECE, attachment.OUT, feedback.KIND, documents.KIND),
    *(question_words.KIND, question_words.ANSWER, transcript.KIND, export_approval.KIND),
)
PRIVILEGED = {**dict.fromkeys(LAWYERS, Audience.LAWYERS), ledger_acts.KIND: Audience.COORDINATORS}
"""Kinds that only one audience opens, whoever they were sealed to: a dishonest desk may seal to anybody."""
LARGE = {PIECE: pieces.DATA}
"""Kinds with a field that is not kept in memory: `read_whole` opens it again when somebody asks for the file."""


@dataclass(frozen=True, kw_only=True)
class OpenedAnnex:
    """One annex as this reader may see it. `name`: of its record. `by`: the signer's kid. `tid`: the testimony it is
    about.

    `roster`: SHA-256 of the roster under which it was sealed. `code`: the public key (64 hex) of the withdrawal code
    that signed it, whoever owns that; None if a worker signed it.
    """

    name: str
    tid: str
    by: str
    day: str
    roster: str
    content: Mapping[str, Any]
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """`read` of `total` annexes here were processed, whether they open or not."""

    read: int
    total: int


class AnnexIndex:
    """Every annex that opens, by what it is about. Empty until `refresh`; safe to share between threads.

    `remembers`: keep what is opened, sealed, for the next time that the key is unlocked.
    """

    def __init__(self, *, remembers: bool = False) -> None:
        self.remembers = remembers
        self._memory: SealedIndex | None = None
        self._lock = threading.Lock()
        self._opened: dict[str, dict[str, OpenedAnnex]] = {}  # testimony -> record -> what it says
        self._closed: dict[str, str] = {}
        self._after = self._granted = -1
        self._came: list[OpenedAnnex] = []  # in the order in which they were opened here
        self._keys: dict[str, bytes] = {}  # testimony -> the key that binds annexes to it

    def refresh(self, station: Station, session: Session, reader: Reader) -> None:
        """Open what is new, what was incomplete before, and what a grant opens since.

        Costs two queries if nothing is new.
        """
        with self._lock:
            waiting = {name for name, reason in self._closed.items() if reason == "incomplete"}
            waiting |= self._granted_since(session) & self._closed.keys()
            names = sorted(waiting)
            while page := record_queries.names_of_kind(session, "annex", after=self._after):
                self._after = page[-1][0]
                names += [name for _, name in page]
            memory, reading = self.memory(station, reader), ReadingSession.at(station, session, reader)
            for start in range(0, len(names), CHUNK):
                self._open_all(reading, memory, names[start : start + CHUNK])

    def read_on(self, station: Station, session: Session, reader: Reader, *, seconds: float) -> Heard:
        """Open some of the new annexes, for about `seconds`, in order of arrival. Returns the progress.

        Lets a page show progress: tens of thousands take longer than anybody waits without feedback.
        """
        until = time.monotonic() + seconds
        with self._lock:
            memory, reading = self.memory(station, reader), ReadingSession.at(station, session, reader)
            while page := record_queries.names_of_kind(session, "annex", after=self._after, limit=CHUNK):
                self._open_all(reading, memory, [name for _, name in page])
                self._after = page[-1][0]
                if time.monotonic() >= until:
                    break
            total, left = (record_queries.count_of_kind(session, "annex", after=place) for place in (-1, self._after))
        return Heard(read=total - left, total=total)

    def memory(self, station: Station, reader: Reader) -> SealedIndex | None:
        """Where to keep what is judged by the roster in force; None unless `remembers`. Take it before you judge: the
        next roster may come meanwhile.
        """
        latest = station.chain.latest
        if self.remembers and (self._memory is None or self._memory.roster != latest.sha256):
            self._memory = SealedIndex(station.settings.home / OPENED, latest, station.shred_keys, reader)
        return self._memory

    def everything(self) -> list[OpenedAnnex]:
        """All that open, by name."""
        with self._lock:
            found = [one for about in self._opened.values() for one in about.values()]
        return sorted(found, key=lambda one: one.name)

    def about(self, tid: str) -> list[OpenedAnnex]:
        """Those about the testimony `tid`, by name: the order of arrival means nothing."""
        with self._lock:
            found = list(self._opened.get(tid, {}).values())
        return sorted(found, key=lambda one: one.name)

    def about_of_kind(self, tid: str, kind: str) -> list[OpenedAnnex]:
        """Workers' annexes about `tid` whose content has this kind, by name."""
        return [one for one in self.about(tid) if one.code is None and one.content.get("kind") == kind]

    def of_kind(self, kind: str) -> list[OpenedAnnex]:
        """Workers' annexes whose content has this kind, newest day first: a code can only withdraw."""
        found = [one for one in self.everything() if one.code is None and one.content.get("kind") == kind]
        return sorted(found, key=lambda one: (one.day, one.name), reverse=True)

    def since(self, place: int) -> list[OpenedAnnex]:
        """Those opened after the first `place` of them, for callers that remember how many they have seen."""
        with self._lock:
            return self._came[place:]

    def closed(self, reason: str = "") -> int:
        """How many annexes for this audience stay closed, for this `reason` (a code of `CannotOpen`) or any."""
        with self._lock:
            return sum(1 for why in self._closed.values() if reason in ("", why))

    def closed_names(self) -> dict[str, str]:
        """Name of the record -> why (a code of `CannotOpen`), for those that `closed` counts."""
        with self._lock:
            return dict(self._closed)

    def _granted_since(self, session: Session) -> set[str]:
        """Names of the annexes that got another head since the last time."""
        found = set()
        while page := record_queries.records_of_kind(session, "grant", after=self._granted):
            self._granted = page[-1][0]
            found |= {str(grant.value["manifest"]) for _, grant in page if grant.value["part"] == PART}
        return found

    def _open_all(self, reading: ReadingSession, memory: SealedIndex | None, names: Sequence[str]) -> None:
        session, reader = reading.session, reading.reader
        known = annex_memory.recall(session, memory, reader.audience, names) if memory else {}
        unknown = [name for name in names if name not in known]
        records = record_queries.records_of(session, unknown)
        openers = [_Opener(reading, one, unknown, self._keys) for one in (reader, *reader.beside)]
        opened: dict[str, Mapping[str, Any]] = {}
        for name in names:
            if name in known:
                self._take(OpenedAnnex(**known[name]))
            elif name in records and self._open(records[name], openers) is openers[0]:
                opened[name] = vars(self._came[-1])
        if memory:
            annex_memory.keep(session, memory, reader.audience, opened)

    def _take(self, one: OpenedAnnex) -> None:
        self._closed.pop(one.name, None)
        self._opened.setdefault(one.tid, {})[one.name] = one
        self._came.append(one)

    def _open(self, record: SignedRecord, openers: Sequence[_Opener]) -> _Opener | None:
        """Open with the first of `openers` that can, and return that one. A closed annex gets the reason of the first
        opener, or none if the annex was never for it.
        """
        self._closed.pop(record.id, None)
        reasons: list[str] = []  # for each key that did not open it; "" if it was never for that one
        for opener in openers:
            try:
                one = opener.open(record)
            except CannotOpen as refusal:
                reasons.append(refusal.reason)
            except (NotCanonical, Refused, PartDamaged):
                reasons.append("altered")
            else:
                if one is not None:
                    self._take(one)
                    return opener
                reasons.append("")
        if reasons[0]:
            self._closed[record.id] = reasons[0]
        return None


class _Opener:
    """Opens many annexes for `reader`: that of `reading`, or a key beside it. The heads of that audience are read with
    one database query.
    """

    def __init__(
        self,
        reading: ReadingSession,
        reader: Reader,
        records: Sequence[str],
        keys: dict[str, bytes],
    ) -> None:
        session = reading.session
        self._reading, self._reader, self._keys = reading, reader, keys
        wanted = select(ObjectRow.record, ObjectRow.name, ObjectRow.subject, ObjectRow.sealed).where(
            ObjectRow.record.in_(records), ObjectRow.audience == reader.audience, ObjectRow.held == Held.HELD
        )
        self._locked = {(row.record, row.name): (row.subject, row.sealed) for row in session.execute(wanted)}
        subjects = {subject for subject, _ in self._locked.values()}
        of_these = select(RecordRow.subject).where(RecordRow.kind == "grant", RecordRow.subject.in_(subjects))
        gone = select(TombstoneRow.subject).where(TombstoneRow.subject.in_(subjects))
        self._apart = {*session.scalars(of_these), *session.scalars(gone)} if subjects else set()

    def open(self, record: SignedRecord, *, whole: bool = False) -> OpenedAnnex | None:
        """What it says; None if it was never for this audience, or ended with its testimony. `whole`: with the field
        of a `LARGE` kind.

        Raises `CannotOpen`, `NotCanonical`, `Refused`, `PartDamaged`.
        """
        annex = parse_annex(record)
        if self._reader.audience not in annex.part.heads:
            return None
        opened = self._part(record, annex)
        content = compartments.as_object(opened.content)
        if content.get("kind") == bound.KIND:
            released = self._released(content, str(opened.header["tid"]))
            if released is None:
                return None
            content = compartments.as_object(released)
        if PRIVILEGED.get(str(content.get("kind")), self._reader.audience) is not self._reader.audience:
            return None
        large = None if whole else LARGE.get(str(content.get("kind")))
        content = {name: value for name, value in content.items() if name != large}
        return OpenedAnnex(
            name=record.id,
            tid=str(opened.header["tid"]),
            by=annex.by,
            day=annex.day,
            roster=str(opened.header["roster"]),
            content=content,
            code=annex.key,
        )

    def _released(self, content: Mapping[str, Any], tid: str) -> bytes | None:
        """What is bound to the testimony `tid`; None if that was destroyed. Raises `CannotOpen`."""
        key = self._keys.get(tid) or bindings.key_of(self._reading, tid)
        if key is None:
            return None
        self._keys[tid] = key
        return bound.release(content, key)

    def _part(self, record: SignedRecord, annex: Annex) -> OpenedPart:
        """Open through the head of this audience, else through one that a grant added. Raises `CannotOpen`."""
        key, chain = self._reader.key, self._reading.chain
        body = self._reading.body(annex.part.body)
        own = self._head(record.id, annex.part.heads.get(self._reader.audience))
        if own is not None:
            return open_annex(record, own, body, key=key, chain=chain, parsed=annex)
        closed = CannotOpen("incomplete")
        for name, grants in heads_of(self._reading.session, annex, self._reader.audience):
            head = self._reading.head(name)
            try:
                return open_annex(record, head, body, key=key, chain=chain, grants=grants)
            except CannotOpen as refusal:
                closed = refusal
                if refusal.reason == "altered":
                    break
        raise closed

    def _head(self, record: str, name: str | None) -> bytes | None:
        """The head `name`, hashed again; None if it must be looked up on its own: it is missing, withdrawn, or another
        was granted.
        """
        subject, sealed = self._locked.get((record, name or ""), (None, None))
        if subject is None or sealed is None or name is None or subject in self._apart:
            return None
        key = self._reading.shred_keys.find(subject)
        return HeadSafe(key).unlock(name, sealed) if key else None


def read_whole(reading: ReadingSession, names: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Name -> content of annexes that are open here, with the field of a `LARGE` kind.

    Raises `CannotOpen`: incomplete (one is not here any more), or why it does not open.
    """
    records = record_queries.records_of(reading.session, list(names))
    openers = [_Opener(reading, one, names, {}) for one in (reading.reader, *reading.reader.beside)]
    found = {}
    for name in names:
        if name not in records:
            raise CannotOpen("incomplete")
        found[name] = _read_one(records[name], openers)
    return found


def _read_one(record: SignedRecord, openers: Sequence[_Opener]) -> Mapping[str, Any]:
    closed = CannotOpen("incomplete")
    for opener in openers:
        try:
            one = opener.open(record, whole=True)
        except CannotOpen as refusal:
            closed = refusal
        except (NotCanonical, Refused, PartDamaged):
            closed = CannotOpen("altered")
        else:
            if one is not None:
                return one.content
    raise closed


def heads_of(session: Session, annex: Annex, audience: str) -> list[tuple[str, tuple[SignedRecord, ...]]]:
    """(name, the grant that added it) of the heads with which somebody of `audience` may try to open an annex."""
    own = annex.part.heads.get(audience)
    granted = [(str(grant.value["head"]), (grant,)) for grant in compartments.grants_of(session, annex.id)]
    return [*([(own, ())] if own else []), *granted]
