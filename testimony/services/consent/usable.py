"""List the uses available today at a desk, why others are not, and which consents expire soon."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from testimony.domain.consent.fold import ConsentState, Standing
from testimony.domain.consent.purposes import Key, Purpose
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import cache as consent_cache
from testimony.services.consent import consents
from testimony.services.consent.cache import Label
from testimony.services.consent.consents import Consents
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

NEEDED, ON_HOLD = "needed", "on_hold"
"""Why a yes is not usable: another that it needs is not valid, or it is on hold. Else its `State` says why."""
SOON = 30  # days


@dataclass(kw_only=True)
class Use:
    """One use for one recipient: the testimonies that may be used for it, and the others by the reason why not."""

    key: Key
    usable: list[str] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Usable:
    """`unreadable`: testimonies whose consent cannot be read here; `gone`: those withdrawn or suspended."""

    uses: list[Use]
    unreadable: list[str]
    gone: list[str]


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A consent that ends soon, or has ended. `contact`: whether the witness agrees today to be contacted again."""

    tid: str
    key: Key
    until: date
    contact: bool


def usable(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date, label: Label
) -> Usable:
    """For every use that some consent names, what may be used at `at`."""
    uses: dict[Key, Use] = {}
    found = Usable(uses=[], unreadable=[], gone=[])
    for tid, stand in consent_cache.current_consents(station, session, reader, annexes, at=at, label=label):
        if stand is None:
            found.gone.append(tid)
            continue
        if stand.standings is None:
            found.unreadable.append(tid)
        for key, standing in (stand.standings or {}).items():
            _place(uses.setdefault(key, Use(key=key)), standing, tid, usable=key in stand.usable)
    found.uses = [uses[key] for key in sorted(uses)]
    return found


def ending(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    *,
    at: date,
    label: Label,
    days: int = SOON,
) -> list[Ending]:
    """What is usable at `at` and ends within `days`, the nearest first, of all that this reader may open."""
    last = at + timedelta(days=days)
    return sorted(
        (
            Ending(tid=tid, key=key, until=until, contact=any(one.purpose is Purpose.CONTACT for one in stand.usable))
            for tid, stand in consent_cache.current_consents(station, session, reader, annexes, at=at, label=label)
            if stand is not None
            for key, until in stand.ends.items()
            if until <= last
        ),
        key=lambda one: (one.until, one.tid, one.key),
    )


def ended(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date, label: Label
) -> list[Ending]:
    """What had ended at `at` and was not agreed to again, the latest first, of all that this reader may open."""
    found = [
        Ending(tid=tid, key=key, until=until, contact=any(one.purpose is Purpose.CONTACT for one in stand.usable))
        for tid, stand in consent_cache.current_consents(station, session, reader, annexes, at=at, label=label)
        if stand is not None
        for key, until in stand.ended.items()
    ]
    return sorted(found, key=lambda one: (-one.until.toordinal(), one.tid, one.key))


def one_of(
    station: Station, session: Session, reader: Reader, tid: str, annexes: AnnexIndex, *, at: date
) -> Consents | None:
    """The consent of one testimony; None if it is not here, withdrawn or suspended. `annexes`: refreshed before."""
    record = next((one for one in record_queries.records_about(session, tid) if one.kind == "manifest"), None)
    return None if record is None else _consents_of(station, session, reader, record, annexes, at)


def _consents_of(
    station: Station, session: Session, reader: Reader, record: SignedRecord, annexes: AnnexIndex, at: date
) -> Consents | None:
    tid = str(record.value["tid"])
    if not record_queries.is_served(session, tid):
        return None
    grants = compartments.grants_of(session, tid)
    reading = ReadingSession.at(station, session, reader)
    held = compartments.open_consent(reading, record, grants)
    return consents.consents_of(station.chain, session, record, held, annexes=annexes, at=reading.day(tid, at))


def _place(use: Use, standing: Standing, tid: str, *, usable: bool) -> None:
    if usable:
        use.usable.append(tid)
        return
    reason = NEEDED if standing.state is ConsentState.GRANTED else standing.state.value
    use.others.setdefault(
        ON_HOLD if standing.on_hold and standing.state is ConsentState.GRANTED else reason, []
    ).append(tid)
