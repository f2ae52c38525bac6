"""Alarms at central: what is wrong now, since when, and who has seen it. Rules find them; a small table keeps them.

An alarm has one kind and is about one station or partner, or about the server itself. It ends when its cause does. An
alarm that was marked as seen stays seen until it comes again. Nothing depends on an alarm: nothing waits for it and
nothing is refused because of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from testimony.domain.testimony.alarms import GRAVEST_FIRST, OF_STATIONS
from testimony.services.backup import last_backup
from testimony.services.custody import split_view
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring import overview
from testimony.services.roster import adoption
from testimony.services.witnesses import status as witness_status
from testimony.store.models.alarms import AlarmRow
from testimony.store.models.records import RecordRow

if TYPE_CHECKING:
    from testimony.station.station import Station

NEARLY_FULL: Final = 32
"""In floors: 1 GiB, which leaves weeks to free space."""
KEPT: Final = 30 * 86400
"""Seconds for which an ended alarm is kept."""
Cause = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`about`: the station or the partner, "" for the server itself. Seconds since 1970: `since`, `gone`, `seen`.

    `seen_by`: who saw it.
    """

    handle: str
    kind: str
    about: str
    since: int
    gone: int | None
    seen: int | None
    seen_by: str

    @property
    def is_of_station(self) -> bool:
        return self.kind in OF_STATIONS


def causes(station: Station, session: Session) -> set[Cause]:
    """What is wrong now, as (kind, station or partner)."""
    found = monitoring_health.look(station, session)
    holds = overview.log(station, session).holds == "yes"
    of_server = {
        "forked": bool(split_view.is_forked(station.chain, session)),
        "log": not holds,
        "database": found.unsound,
        "damaged": found.damaged > 0,
        "disk": found.free < NEARLY_FULL * found.floor,
        "ballast": not found.ballast,
        "roster": found.roster_days < monitoring_health.SOON,
        "backup": is_backup_due(station, session),
        "incomplete": is_backup_incomplete(station, session),
        "untested": is_backup_untested(station, session),
    }
    of_stations = {(kind, node.id) for node in overview.nodes(station, session) for kind in node.troubles}
    found_here: set[Cause] = {(kind, "") for kind, so in of_server.items() if so}
    return found_here | {one for one in of_stations if one[0] in OF_STATIONS} | witness_status.silent(station, session)


def is_backup_due(station: Station, session: Session) -> bool:
    """Whether the last backup is older than the settings allow; before the first backup, whether there is data to
    lose.
    """
    if not last_backup.are_asked_for(station.settings):
        return False
    since = last_backup.last(session) or session.scalar(
        select(func.min(RecordRow.received)).where(RecordRow.kind == "manifest")
    )
    days = timedelta(station.settings.backup_days)
    return since is not None and date.fromisoformat(station.today()) - date.fromisoformat(since) > days


def is_backup_incomplete(station: Station, session: Session) -> bool:
    """Whether the last backup cannot restore all of this server: a key is not in it, or something is damaged."""
    content = last_backup.content(station, session)
    return content is not None and not content.restores


def is_backup_untested(station: Station, session: Session) -> bool:
    """Whether backups were made, as the settings ask, and no test of them counts (any more)."""
    return last_backup.last(session) is not None and last_backup.untested(station) is not None


def look(station: Station, *, now: int) -> int:
    """Find what is wrong and store what is new and what is gone. Returns how many alarms are open. Opens transactions.

    `now`: seconds since 1970.
    """
    with station.database.reading() as session:
        adoption.refresh(station, session)
        found, known = causes(station, session), {_cause(row) for row in _open(session)}
        old = session.scalar(select(func.count()).where(AlarmRow.gone < now - KEPT)) or 0
        anew = witness_status.is_set_up_anew(station, session)
    if found != known or old or anew:
        with station.database.transaction() as session:
            witness_status.note_set_up(station, session)
            _remember(session, found, now)
    return len(found)


def listed(session: Session) -> tuple[list[Alarm], list[Alarm]]:
    """Open alarms, most severe first and within a kind the oldest; and ended ones, latest first."""
    alarms = [_alarm(row) for row in session.scalars(select(AlarmRow))]
    gone = sorted((one for one in alarms if one.gone is not None), key=lambda one: (-(one.gone or 0), one.handle))
    return in_order([one for one in alarms if one.gone is None]), gone


def in_order(alarms: list[Alarm]) -> list[Alarm]:
    """Most severe first, within a kind the oldest first."""
    return sorted(alarms, key=lambda one: (GRAVEST_FIRST.index(one.kind), one.since, one.about))


def see(session: Session, handle: str, *, by: str, now: int, stations_alone: bool) -> bool:
    """Mark an alarm as seen; False if it is gone, or if the person may not mark it.

    The first person who saw it stays recorded. `stations_alone`: the person sees only stations, not the server.
    """
    row = session.scalar(select(AlarmRow).where(AlarmRow.handle == handle, AlarmRow.gone.is_(None)))
    if row is None or (stations_alone and row.kind not in OF_STATIONS):
        return False
    if row.seen is None:
        row.seen, row.seen_by = now, by
    return True


def _remember(session: Session, found: set[Cause], now: int) -> None:
    session.execute(delete(AlarmRow).where(AlarmRow.gone < now - KEPT))
    known = {_cause(row): row for row in session.scalars(select(AlarmRow))}
    for cause, row in known.items():
        if cause not in found and row.gone is None:
            row.gone = now
    for kind, about in sorted(found):
        before = known.get((kind, about))
        if before is None:
            session.add(_new(kind, about, now, told=0))
        elif before.gone is not None:
            session.delete(before)
            session.flush()
            session.add(_new(kind, about, now, told=before.told))


def _new(kind: str, about: str, now: int, *, told: int) -> AlarmRow:
    return AlarmRow(
        kind=kind, about=about, handle=secrets.token_hex(16), since=now, gone=None, seen=None, seen_by="", told=told
    )


def _open(session: Session) -> list[AlarmRow]:
    return list(session.scalars(select(AlarmRow).where(AlarmRow.gone.is_(None))))


def _cause(row: AlarmRow) -> Cause:
    return row.kind, row.about


def _alarm(row: AlarmRow) -> Alarm:
    return Alarm(
        handle=row.handle,
        kind=row.kind,
        about=row.about,
        since=row.since,
        gone=row.gone,
        seen=row.seen,
        seen_by=row.seen_by,
    )
