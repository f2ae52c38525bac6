"""Report the witnesses of central's log: who they are, what each saw last, and since when they have seen nothing new.

A configured authority is asked once a day; partners of the roster cosign as often as both want. A witness that has seen
the whole log is never overdue, however long ago that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.log import cosignature, timestamp
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import StampRefused
from testimony.sealing.log.witness_records import STAMP, origin_of
from testimony.services.custody import log as custody_log
from testimony.services.witnesses import failures as witness_failures
from testimony.services.witnesses import witnesses
from testimony.services.witnesses.failures import Unkept
from testimony.services.witnesses.witnesses import OF_WITNESSES, Seen
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.records import Progress, RecordRow
from testimony.store.state import witnesses as state_witnesses

if TYPE_CHECKING:
    from testimony.station.station import Station

Kind = Literal["unstamped", "uncosigned"]


@dataclass(frozen=True, kw_only=True)
class Onlooker:
    """A party that should see the log. `name`: of a partner, "" for the authority. `last`: the last one stored.

    `waiting`: the day (YYYY-MM-DD) since which the log has entries that they have not seen; "" if they have seen all.
    `silent`: that has lasted as many days as the settings allow.
    """

    name: str
    last: Seen | None
    waiting: str
    silent: bool


@dataclass(frozen=True, kw_only=True)
class Onlookers:
    """`authority`: None if none is configured. `stamped`: how many heads have a time stamp. `unkept_…`: the last
    failure.
    """

    authority: Onlooker | None
    partners: tuple[Onlooker, ...]
    stamped: int
    unkept_stamp: Unkept | None
    unkept_cosignature: Unkept | None


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What was stored last: as it is shown, for which head, and on which day by central's clock."""

    seen: Seen
    head: Checkpoint
    day: str


def onlookers(station: Station, session: Session) -> Onlookers:
    """All of them, as central's page shows them."""
    of_stamps = (RecordRow.kind == STAMP, RecordRow.progress == Progress.COMPLETE)
    return Onlookers(
        authority=_authority(station, session),
        partners=tuple(_partners(station, session)),
        stamped=session.scalar(select(func.count()).select_from(RecordRow).where(*of_stamps)) or 0,
        unkept_stamp=witness_failures.last(session, "stamp"),
        unkept_cosignature=witness_failures.last(session, "cosigned"),
    )


def silent(station: Station, session: Session) -> set[tuple[Kind, str]]:
    """Those from whom nothing valid came for as many days as the settings allow: ("unstamped", ""), ("uncosigned",
    partner).
    """
    authority = _authority(station, session)
    found: set[tuple[Kind, str]] = {("unstamped", "")} if authority is not None and authority.silent else set()
    return found | {("uncosigned", one.name) for one in _partners(station, session) if one.silent}


def is_overdue(waiting: str, *, today: str, days: int) -> bool:
    """Whether `days` have passed since the day `waiting`, "" for none; 0 days: never."""
    return waiting != "" and days > 0 and date.fromisoformat(today) - date.fromisoformat(waiting) >= timedelta(days)


def is_set_up_anew(station: Station, session: Session) -> bool:
    """Whether the settings name another authority than was noted, the first one, or none any more."""
    noted = state_witnesses.authority(session)
    return (noted.authority if noted else "") != _named(station)


def note_set_up(station: Station, session: Session) -> None:
    """Note that the configured authority is asked from today on, so that a log of years does not count as its
    silence.
    """
    if not is_set_up_anew(station, session):
        return
    named = _named(station)
    if named:
        state_witnesses.set_authority(session, named, station.today())
    else:
        state_witnesses.remove_authority(session)


def _named(station: Station) -> str:
    """The configured authority, shortened; "" for none."""
    settings = station.settings
    set_up = settings.role == "central" and settings.timestamp_url
    return canonical.sha256_hex(settings.timestamp_url.encode())[:16] if set_up else ""


def _authority(station: Station, session: Session) -> Onlooker | None:
    if not _named(station):
        return None
    noted = state_witnesses.authority(session)
    since = station.today() if noted is None or is_set_up_anew(station, session) else noted.since
    kept = _last_stamp(station, session)
    return _onlooker(station, session, "", kept, since)


def _partners(station: Station, session: Session) -> Iterator[Onlooker]:
    """Those that the roster in force names, in its order."""
    named = cosignature.of_roster(station.chain.latest)
    kept = _last_cosigned(station, session, {one.name for one in named})
    for one in named:
        yield _onlooker(station, session, one.name, kept.get(one.name), _named_since(station, session, one))


def _onlooker(station: Station, session: Session, name: str, kept: _Kept | None, since: str) -> Onlooker:
    waiting = _waiting(session, kept, since)
    silent = is_overdue(waiting, today=station.today(), days=station.settings.unseen_days)
    return Onlooker(name=name, last=kept.seen if kept else None, waiting=waiting, silent=silent)


def _named_since(station: Station, session: Session, witness: cosignature.Witness) -> str:
    """The day on which the first of the rosters arrived that name this partner without a break until now."""
    first = station.chain.latest
    for roster in station.chain.rosters:
        if witness not in cosignature.of_roster(roster):
            break
        first = roster
    came = session.scalar(select(RecordRow.received).where(RecordRow.name == first.sha256))
    return came or first.issued


def _waiting(session: Session, kept: _Kept | None, since: str) -> str:
    """The day of the first entry that they did not see, and not before `since`; "" if there is none."""
    size = 0
    if kept is not None and kept.head.epoch == custody_log.epoch(session):
        size = kept.head.size
    elif kept is not None:  # central was restored: they saw its previous log
        since = max(since, kept.day)
    unseen = select(LogLeaf.entry).where(LogLeaf.log == OWN, LogLeaf.no >= size, LogLeaf.kind.not_in(OF_WITNESSES))
    entry = session.scalar(unseen.order_by(LogLeaf.no).limit(1))
    return "" if entry is None else max(since, str(canonical.decode_object(entry)["day"]))


def _last_stamp(station: Station, session: Session) -> _Kept | None:
    for one in witnesses.stamps(station, session, station.kid, newest=True):
        try:
            said = timestamp.verify(one.reply, timestamp.imprint_of(one.query), one.roots, one.query)
        except StampRefused:  # only on a damaged disk: it was verified on arrival
            continue
        return _Kept(seen=Seen(size=one.head.size, by=said.authority, time=said.time), head=one.head, day=one.day)
    return None


def _last_cosigned(station: Station, session: Session, names: set[str]) -> dict[str, _Kept]:
    """By partner. Reads no further back than needed."""
    found: dict[str, _Kept] = {}
    for one in witnesses.cosigned(station, session, station.kid, newest=True):
        for line in cosignature.examine(one.note, origin_of(station.kid), witnesses.witnesses(station.chain)):
            if line.holds and line.name in names:
                seen = Seen(size=one.head.size, by=line.name, time=line.time)
                found.setdefault(line.name, _Kept(seen=seen, head=one.head, day=one.day))
        if found.keys() >= names:
            break
    return found
