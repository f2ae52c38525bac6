"""What waits for a receipt of central, and what may be dropped once it was signed for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy.orm import Session

from testimony.services.station import Station

if TYPE_CHECKING:
    from testimony.sealing.records import SignedRecord

State = Literal["incomplete", "waiting", "delivered", "withdrawn"]


@dataclass(frozen=True)
class Waiting:
    """A record without central's receipt, and the names of the heads and bodies that it needs there."""

    name: str
    kind: str
    objects: tuple[str, ...]


@dataclass(frozen=True)
class TestimonyState:
    """A line of the outbox page. `received` is a day."""

    __test__ = False

    tid: str
    received: str
    state: State


def waiting(session: Session, *, limit: int = 1000) -> list[Waiting]:
    """What has no receipt of central yet: withdrawals first, then in order of arrival. Incomplete ones are left out."""
    raise NotImplementedError


def acknowledge(station: Station, session: Session, receipt: SignedRecord) -> bool:
    """Note central's receipt. True when the record's delivery is now proved.

    Believed only if signed by an active central of the pinned roster, durable, and naming everything that is held here of the
    record. Raises `ReceiptRefused` otherwise; False for a record that is not in this outbox.
    """
    raise NotImplementedError


def receipt_of(session: Session, record: str, station_kid: str) -> SignedRecord | None:
    """The receipt that the station `station_kid` gave for `record`."""
    raise NotImplementedError


def states(session: Session) -> list[TestimonyState]:
    """Every testimony that came in here, the newest first."""
    raise NotImplementedError


def drop_delivered(station: Station, session: Session, *, limit: int = 1000) -> int:
    """Delete bodies and heads of testimonies with a durable receipt of central, verified again now; return how many."""
    raise NotImplementedError
