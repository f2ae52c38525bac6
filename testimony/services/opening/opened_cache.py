"""Caches what a desk opened of each testimony, in memory only, while the reader's key is unlocked.

New records and annexes are read on each call. On a new day, or with a new roster, everything is opened again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from testimony.sealing.records.records import SignedRecord
from testimony.services.opening import news
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.news import Changes
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

CHUNK: Final = 200
"""Testimonies that are opened with one database query."""

Watch = Callable[[int, int], None]
"""Gets how many of how many were opened. If it raises, opening ends, and what was opened until then stays."""


class _Opened(Protocol):
    """What may be cached. `final`: nothing that arrives by itself can change it."""

    @property
    def final(self) -> bool: ...


T = TypeVar("T", bound=_Opened)


class Memory(Protocol[T]):
    """What earlier unlockings kept. `manifests`: testimony -> name of its manifest, for testimonies that are served."""

    def sources(self, session: Session, manifests: Mapping[str, str]) -> Mapping[str, str]:
        """Testimony -> hash of what it is opened from; those without one are not kept.

        Ask before opening: meanwhile another page may take in an act that was not counted.
        """
        ...

    def recall(self, manifests: Mapping[str, str], made: Mapping[str, str]) -> Mapping[str, T]:
        """What was kept of these testimonies and is still valid. `made`: their `sources`."""
        ...

    def keep(self, opened: Mapping[str, T], made: Mapping[str, str]) -> None:
        """Keep what was opened, from `made`."""
        ...


@dataclass
class OpenedCache(Generic[T]):
    """What was opened, by testimony. Hold `lock` from `refresh` until the last use of `held`."""

    held: dict[str, T] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _changes: Changes = field(default_factory=Changes)
    _made: tuple[str, date, frozenset[str]] | None = None  # for which roster and day, and what others' clocks close

    @property
    def here(self) -> Mapping[str, str]:
        """Testimony -> manifest of all that arrived here, in order of arrival."""
        return self._changes.here

    def refresh(
        self,
        station: Station,
        reading: ReadingSession,
        annexes: AnnexIndex,
        *,
        at: date,
        open_all: Callable[[Mapping[str, SignedRecord]], Iterable[tuple[str, T]]],
        concerns: Callable[[OpenedAnnex], bool] = lambda _: True,
        watched: Watch = lambda opened, total: None,
        memory: Memory[T] | None = None,
    ) -> Mapping[str, str]:
        """Open what is new or was not final, with `open_all` (manifests -> testimony and what was opened).

        Refreshes `annexes`; those that `concerns` rejects change nothing. What `memory` knows is not opened.
        Returns testimony -> reason, for those that are not served.
        """
        session = reading.session
        annexes.refresh(station, session, reading.reader)
        gone, said = news.gone(session), self._changes.new_annexes(annexes)
        come = self._changes.come(session)
        for tid in {*come, *(one.tid for one in said if concerns(one)), *gone}:
            self.held.pop(tid, None)  # nothing that may not be served is kept
        made = (reading.chain.latest.sha256, at, frozenset(reading.later))  # by which `open_all` judges
        if made != self._made:
            self.held, self._made = {}, made
            self.forget(None)
        else:
            self.forget({*come, *(one.tid for one in said)})
        waiting = [tid for tid in self.here if tid not in gone and not self._is_final(tid)]
        for start in range(0, len(waiting), CHUNK):
            manifests = {tid: self.here[tid] for tid in waiting[start : start + CHUNK]}
            lasting = {tid: name for tid, name in manifests.items() if tid not in reading.later}
            made_from = memory.sources(session, lasting) if memory else {}
            known = memory.recall(lasting, made_from) if memory else {}
            self.held.update(known)
            if unknown := {tid: name for tid, name in manifests.items() if tid not in known}:
                opened = dict(open_all(record_queries.records_of(session, unknown.values())))
                self.held.update(opened)
                if memory:
                    memory.keep(opened, made_from)
            watched(start + len(manifests), len(waiting))
        return gone

    def forget(self, tids: Collection[str] | None) -> None:
        """Called before anything is opened, with the testimonies that have something new, None for all of them.

        For what a subclass derives from records and annexes.
        """

    def _is_final(self, tid: str) -> bool:
        return tid in self.held and self.held[tid].final
