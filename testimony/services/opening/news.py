"""List what is new at a desk since the last look: testimonies that arrived, and those with new annexes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.domain.consent import authority
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.records import kept
from testimony.station.station import Station
from testimony.store.models.records import RecordRow, TombstoneRow

WITHDRAWN: Final = "withdrawn"
SUSPENDED: Final = "suspended"
CONCERNING: Final = ("manifest", "grant", "withdraw", "contest")
"""Kinds of records that show in clear that a testimony, or how it opens, has changed."""


@dataclass
class Changes:
    """The position up to which records and annexes were read. `here`: testimony -> its manifest, in order of
    arrival.
    """

    here: dict[str, str] = field(default_factory=dict)
    _arrival: int = -1
    _heard: int = 0

    def come(self, session: Session) -> set[str]:
        """The testimonies with new records since the last time."""
        columns = (RecordRow.kind, RecordRow.subject, RecordRow.name)
        news = select(*columns).where(RecordRow.arrival > self._arrival, RecordRow.kind.in_(CONCERNING))
        found = set()
        for kind, tid, name in session.execute(news.order_by(RecordRow.arrival)):
            if kind == "manifest":
                self.here[str(tid)] = name
            found.add(str(tid))
        self._arrival = session.scalar(select(func.max(RecordRow.arrival))) or self._arrival
        return found

    def new_annexes(self, annexes: AnnexIndex) -> list[OpenedAnnex]:
        """The annexes that were opened since the last time."""
        found = annexes.since(self._heard)
        self._heard += len(found)
        return found


@dataclass
class ChangedConsents:
    """Where somebody who keeps what was opened stands: which testimonies may have to be closed, or opened, since."""

    _changes: Changes = field(default_factory=Changes)
    _made: tuple[str, date, frozenset[str]] | None = None  # for which roster and day, and what others' clocks close

    def since(self, station: Station, session: Session, annexes: AnnexIndex, *, day: date) -> set[str] | None:
        """The testimonies with new records or new acts of consent since the last call, None for all of them: on a new
        day a consent may have ended. `annexes`: refreshed before.
        """
        acts = (one for one in self._changes.new_annexes(annexes) if one.content.get("kind") == authority.KIND)
        changed = self._changes.come(session) | {one.tid for one in acts}
        made = (station.chain.latest.sha256, day, frozenset(kept.closed(session, station.clocks())))
        if made != self._made:
            self._made = made
            return None
        return changed


def gone(session: Session) -> dict[str, str]:
    """Testimonies that are not served, and whether permanently."""
    stones = session.execute(select(TombstoneRow.subject, TombstoneRow.shredded))
    return {subject: WITHDRAWN if shredded else SUSPENDED for subject, shredded in stones}
