"""Suggest accounts at a desk that may report the same event. Compared in memory only while the key is unlocked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from testimony.domain.incidents.similarity import Account, Alike, Compared
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import permissions
from testimony.services.custody import log as custody_log
from testimony.services.inbox.search import Progress, Text, WordIndex
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.news import ChangedConsents
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

CHUNK = 32
"""Testimonies opened between two checks of the clock."""


class AlikeIndex:
    """What is compared for each testimony. Empty until `read_on`; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compared = Compared()
        self._texts: dict[str, tuple[Text, ...]] = {}  # testimony -> the statements compared
        self._facts: dict[str, Account] = {}  # testimony -> the facts opened for a list, with or without statements
        self._changed = ChangedConsents()

    def read_on(
        self, station: Station, reader: Reader, annexes: AnnexIndex, words: WordIndex, *, day: date, seconds: float
    ) -> Progress:
        """Take in what `words` read since, and open the facts of each, for at most `seconds`.

        Testimonies that `words` no longer holds, because they were withdrawn or destroyed, are forgotten first.
        """
        said = words.statements()
        with self._lock:
            self._forget_changed(station, reader, annexes, day)
            for tid in self._texts.keys() - said.keys():
                del self._texts[tid]
                self._facts.pop(tid, None)
                self._compared.forget(tid)
            waiting = [tid for tid, texts in said.items() if self._texts.get(tid) != texts]
            until, taken = time.monotonic() + seconds, 0
            for at in range(0, len(waiting), CHUNK):
                if at and time.monotonic() >= until:
                    break
                chunk = waiting[at : at + CHUNK]
                self._open(station, reader, annexes, chunk, day)
                for tid in chunk:
                    self._compared.hold(tid, self._facts.get(tid, Account()), [text.folded for text in said[tid]])
                    self._texts[tid] = said[tid]
                taken += len(chunk)
            return Progress(read=len(said) - len(waiting) + taken, total=len(said))

    def facts(
        self, station: Station, reader: Reader, annexes: AnnexIndex, tids: Iterable[str], *, day: date, seconds: float
    ) -> Mapping[str, Account | None]:
        """The facts of those `tids` that are served. Unknown ones are opened, for at most `seconds`; otherwise None."""
        with self._lock:
            self._forget_changed(station, reader, annexes, day)
            with station.database.reading() as session:
                held = {tid: record_queries.is_served(session, tid) for tid in sorted(tids)}
            for tid in (tid for tid, served in held.items() if not served):
                self._facts.pop(tid, None)
            wanted, until = [tid for tid, served in held.items() if served], time.monotonic() + seconds
            for at in range(0, len(wanted), CHUNK):
                if at and time.monotonic() >= until:
                    break
                self._open(station, reader, annexes, wanted[at : at + CHUNK], day)
            return {tid: self._facts.get(tid) for tid in wanted}

    def known(self, station: Station, reader: Reader, annexes: AnnexIndex, *, day: date) -> Mapping[str, Account]:
        """The facts that are open already, and that the consent of `day` does not close. Opens none."""
        with self._lock:
            self._forget_changed(station, reader, annexes, day)
            return dict(self._facts)

    def alike(self, tid: str, *, without: Set[str] = frozenset(), most: int = 8) -> list[Alike]:
        """Others that may report the same event, likeliest first; none of `without`."""
        with self._lock:
            return self._compared.alike(tid, without=without, most=most)

    def holds(self, tid: str) -> bool:
        """Whether this testimony was compared with the others."""
        with self._lock:
            return tid in self._compared

    def holds_all(self, words: WordIndex, total: int) -> bool:
        """Whether all of `total` testimonies were compared, as `words` has them by now."""
        said = words.statements()
        with self._lock:
            return len(said) >= total > 0 and all(self._texts.get(tid) == texts for tid, texts in said.items())

    def _forget_changed(self, station: Station, reader: Reader, annexes: AnnexIndex, day: date) -> None:
        """Forget facts that the consent of `day`, or what arrived since, may close."""
        with station.database.reading() as session:
            annexes.refresh(station, session, reader)
            changed = self._changed.since(station, session, annexes, day=day)
        for tid in list(self._facts) if changed is None else changed:
            self._facts.pop(tid, None)
            if self._texts.pop(tid, None) is not None:
                self._compared.forget(tid)

    def _open(self, station: Station, reader: Reader, annexes: AnnexIndex, tids: Iterable[str], day: date) -> None:
        missing = [tid for tid in tids if tid not in self._facts]
        if not missing:
            return
        with station.database.transaction() as session:
            for tid in missing:
                if (record := manifest_of(session, tid)) is not None:
                    answers = incident_of(station, session, reader, annexes, record, at=day)
                    self._facts[tid] = Account.from_answers(answers)
            custody_log.append(session, kind="searched", ref="0" * 64, by=reader.id, day=day.isoformat())


def manifest_of(session: Session, tid: str) -> SignedRecord | None:
    """The record of the testimony `tid`, if it is here."""
    return next((one for one in record_queries.records_about(session, tid) if one.kind == "manifest"), None)


def incident_of(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, record: SignedRecord, *, at: date
) -> Mapping[str, Any]:
    """The answers about the event; none if they do not open at `at`, or if their format is unknown."""
    opened = permissions.open_part(
        ReadingSession.at(station, session, reader), record, "incident", annexes=annexes, at=at
    )
    answers = (opened.content or {}).get("answers")
    return answers if isinstance(answers, dict) else {}
