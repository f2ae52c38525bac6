"""Keep the newest freshness statement, say how old the list of readers is by it, and sign one for today at a desk.

`home/fresh.json` is the statement. Nothing else is needed to believe it than the roster in force, so it may come from
anybody, and it is in no backup: every exchange brings it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from testimony import canonical
from testimony.domain import freshness
from testimony.domain.freshness import LIFE, Freshness
from testimony.domain.time import Clock
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.fresh import Fresh, confirmers, confirming_key, fresh, verify_fresh
from testimony.services.roster.errors import ConfirmationRefused
from testimony.store.files import durable

if TYPE_CHECKING:
    from testimony.station.station import Station

__all__ = [
    "LIFE",
    "Held",
    "confirm",
    "held",
    "is_confirmer",
    "look",
    "newer_than",
    "of_station",
    "of_this",
    "take",
    "take_value",
]

FILE: Final = "fresh.json"


@dataclass(frozen=True)
class Held:
    """A statement that verifies under the roster in force, and what it says."""

    record: SignedRecord
    said: Fresh

    def weight(self, today: date) -> tuple[bool, tuple[int, str]]:
        """The greater one is kept. One of the future comes after every other."""
        return freshness.has_come(date.fromisoformat(self.said.day), today), self.said.rank

    def to_value(self) -> dict[str, Any]:
        """As it travels: {"record", "sigs"}."""
        return canonical.decode_object(self.record.encode())


def held(home: Path, chain: RosterChain) -> Held | None:
    """The statement in `home`; None if there is none, or one that is damaged or counts no more.

    The next exchange brings another.
    """
    try:
        return _verified((home / FILE).read_bytes(), chain)
    except FileNotFoundError:
        return None


def of_station(station: Station) -> Held | None:
    """The statement that this station hands on."""
    return held(station.settings.home, station.chain)


def look(home: Path, chain: RosterChain, today: date) -> Freshness:
    """How old the list of readers in `home` is."""
    now, latest = held(home, chain), chain.latest
    return freshness.look(
        today,
        issued=date.fromisoformat(latest.issued),
        no=latest.no,
        asked=bool(confirmers(latest)),
        said=None if now is None else (now.said.no, date.fromisoformat(now.said.day)),
    )


def of_this(station: Station) -> Freshness:
    """The same of an opened station, by its clocks."""
    return look(station.settings.home, station.chain, station.clocks().today)


def take(station: Station, envelope: bytes) -> bool:
    """Keep a statement that came from somebody if it is newer than the one here. Returns whether it is.

    What proves nothing here is dropped without a word: it may be of a roster that this station does not have yet.
    Opens a transaction for one that is newer. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    found = _verified(envelope, station.chain)
    if found is None or not _is_newer(station, found):
        return False
    with station.database.transaction():  # nobody else writes the file meanwhile
        if new := _is_newer(station, found):
            _write(station, found.record)
    return new


def take_value(station: Station, value: Any) -> bool:
    """`take` for one in a JSON answer: {"record", "sigs"}, or whatever else stands there."""
    return isinstance(value, dict) and take(station, canonical.encode(value))


def newer_than(station: Station, value: Any) -> Held | None:
    """The statement of this station if it is newer than another's, {"record", "sigs"} or None."""
    own, today = of_station(station), station.clocks().today
    other = _verified(canonical.encode(value), station.chain) if isinstance(value, dict) else None
    if own is None or (other is not None and own.weight(today) <= other.weight(today)):
        return None
    return own


def confirm(station: Station, reader: Signer, *, compared: bool = False) -> SignedRecord | None:
    """Sign for today that the roster in force is the newest, with the confirming key of `reader`, and keep it.

    `compared`: central's clock was read just now, so no later day than that clock's is signed: one that is dated ahead
    would count when its day has come, whatever happened until then. None if that day was said already.

    Raises `ConfirmationRefused`: unnamed (the roster does not name the key), behind (a newer roster is known, which is
    not here); and what `take` raises.
    """
    key, clocks = confirming_key(reader), station.clocks()
    day = min(clocks.today, clocks.others.get(Clock.CENTRAL, clocks.today)) if compared else clocks.today
    if not is_confirmer(station.chain, reader):
        raise ConfirmationRefused("unnamed")
    state = of_this(station)
    if state.newer is not None:
        raise ConfirmationRefused("behind", number=state.newer)
    record = fresh(roster=station.chain.latest, day=day.isoformat(), signer=key)
    return record if take(station, record.encode()) else None


def is_confirmer(chain: RosterChain, reader: Signer) -> bool:
    """Whether the roster in force names the confirming key of `reader`."""
    return confirming_key(reader).public_keys[0] in {one.key for one in confirmers(chain.latest)}


def _verified(envelope: bytes, chain: RosterChain) -> Held | None:
    try:
        record = SignedRecord.decode(envelope)
        return Held(record, verify_fresh(record, chain))
    except (NotCanonical, Refused):
        return None


def _is_newer(station: Station, found: Held) -> bool:
    now, today = of_station(station), station.clocks().today
    return now is None or found.weight(today) > now.weight(today)


def _write(station: Station, record: SignedRecord) -> None:
    with durable.named_errors(station.settings.home):
        durable.replace_file(station.settings.home / FILE, record.encode())
