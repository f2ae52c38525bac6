"""Values for what arrives at a station and what it answers: plain data without rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from testimony.domain.time import Clocks
    from testimony.sealing.records.records import SignedRecord
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station

Answer = Literal["stored", "duplicate", "withdrawn", "refused"]


@dataclass(frozen=True, kw_only=True)
class Site:
    """What an act takes out of the station once, before it writes: the kid of its key ("" at a desk), its role, the
    rosters, the clocks, and `day`, the day for entries (YYYY-MM-DD).
    """

    kid: str
    role: str
    chain: RosterChain
    clocks: Clocks
    day: str

    @classmethod
    def of(cls, station: Station) -> Self:
        """As the station is now."""
        role, clocks = station.settings.role, station.clocks()
        return cls(kid=station.kid, role=role, chain=station.chain, clocks=clocks, day=station.today())


@dataclass(frozen=True)
class Incoming:
    """One item as received: a record's `SignedRecord.encode()` bytes, or the raw bytes of a head or a body."""

    kind: Literal["record", "object"]
    payload: bytes


@dataclass(frozen=True)
class Status:
    """The answer for one item. `name` is its SHA-256 ("" if it could not even be read), `rule` why it was refused."""

    name: str
    status: Answer
    rule: str = ""


@dataclass(frozen=True)
class Outcome:
    """`statuses` in order of arrival; a signed receipt for each record that is now held in full."""

    statuses: tuple[Status, ...]
    receipts: tuple[SignedRecord, ...]


@dataclass(frozen=True)
class Taken:
    """One item and its answer. `record`: its content, if it is a record and not refused."""

    record: SignedRecord | None
    size: int
    status: Status


@dataclass(frozen=True)
class HeldObject:
    """A head (`audience` set) or a body (`audience` None) that a record names."""

    name: str
    record: str  # sha256 of the manifest, grant or annex that names it
    part: str
    audience: str | None
    held: bool  # the bytes are here and may be served
