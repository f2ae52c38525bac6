"""What one reader opens sealed parts with, taken out of the station once for each database session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from sqlalchemy.orm import Session

from testimony.sealing.roster.chain import RosterChain
from testimony.services.opening.reader import Reader
from testimony.services.records import kept
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.store.blobs.blobs import Bodies
from testimony.store.files.shred_keys import ShredKeys


@dataclass(frozen=True, kw_only=True)
class ReadingSession:
    """The rows of one database session, the bodies, the shred keys and the roster chain of this desk, for `reader`.

    `later`: testimony -> the date of another clock, by which keeping has ended for it (`kept.closed`).
    """

    session: Session
    reader: Reader
    chain: RosterChain
    bodies: Bodies
    shred_keys: ShredKeys
    later: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def at(cls, station: Station, session: Session, reader: Reader) -> Self:
        """That of `reader` at `station`, with the roster that is in force now."""
        return cls(
            session=session,
            reader=reader,
            chain=station.chain,
            bodies=station.parts,
            shred_keys=station.shred_keys,
            later=kept.closed(session, station.clocks()),
        )

    def day(self, tid: str, at: date) -> date:
        """The day by which the consent of the testimony `tid` is read at `at`: one clock is enough to close it."""
        return max(at, self.later.get(tid, at))

    def head(self, name: str) -> bytes | None:
        """As `records.queries.head_in`."""
        return record_queries.head_in(self.shred_keys, self.session, name)

    def body(self, name: str) -> bytes | None:
        """As `records.queries.body_in`. Raises `PartDamaged`."""
        return record_queries.body_in(self.bodies, name)
