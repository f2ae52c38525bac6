"""The lines about the station itself: who it is, its backup, its disk, its records, its versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.errors import N_
from testimony.sealing.roster.trusted_files import Trust
from testimony.services.backup import last_backup
from testimony.services.backup.last_backup import Content, Untested
from testimony.services.certificates import renewal as certificate_renewal
from testimony.services.diagnosis.types import Day, Finding, Level, Reach, Size, found, of_error
from testimony.services.monitoring import alarms
from testimony.services.monitoring.health import Condition
from testimony.services.monitoring.types import NodeLine
from testimony.services.update import waiting_update
from testimony.store.sql import migrate

if TYPE_CHECKING:
    from testimony.station.station import Station

FORMAT: Final = "testimony/1"
READS_NEXT: Final = [0, 10]
"""The first version of the program that reads version 2 of manifests and header lines."""
KINDS: Final = {
    "field": N_("The field station %(id)s of the roster, named %(name)s."),
    "central": N_("The central server %(id)s of the roster, named %(name)s."),
}
ENDINGS: Final = {
    "soon": (Level.WARNING, N_("The certificate that phones trust ends on %(day)s.")),
    "ended": (Level.CRITICAL, N_("The certificate that phones trust ended on %(day)s.")),
    "damaged": (Level.CRITICAL, N_("The certificate that phones trust is damaged.")),
}


def identity(station: Station, reach: Reach, condition: Condition, *, now: datetime) -> Iterator[Finding]:
    """Who this station is, and whether the roster still lets it act; at a node its certificate for phones."""
    name, kid = station.settings.name, station.kid
    if station.settings.role == "desk":
        yield found(N_("A reader's desk, named %(name)s."), name=name)
        return
    device = next((one for one in station.chain.latest.devices if kid in {key.kid for key in one.keys}), None)
    yield found(KINDS[station.settings.role], id=device.id if device else kid, name=name)
    if device is None or device.status != "active" or reach.active is False:
        do = N_("Ask the coordinator to admit this station again (docs/enrolment.md).")
        yield found(N_("The newest roster does not let it act."), Level.CRITICAL, do)
    if condition.marked:
        text = N_("The central server has reported it as copied since %(day)s.")
        do = N_("Tell the coordinator. Only one machine may use the keys of this station.")
        yield found(text, Level.WARNING, do, day=Day(condition.marked))
    if station.settings.role == "field":
        yield from _certificate(station, condition, now)


def _certificate(station: Station, condition: Condition, now: datetime) -> Iterator[Finding]:
    ending = certificate_renewal.ending(station.settings.home, now)
    if ending is not None:
        level, text = ENDINGS[ending.state]
        do = N_("Synchronise, or ask the coordinator to renew the certificate (docs/tls.md).")
        yield found(text, level, do, **({"day": Day(ending.day)} if ending.day else {}))
    elif condition.until:
        yield found(N_("Phones trust its certificate until %(day)s."), day=Day(condition.until))


def backup(station: Station, session: Session) -> Iterator[Finding]:
    """When the last backup was made and tested, whether it can restore everything, and whether another one is due."""
    level, do, day = Level.WELL, "", last_backup.last(session)
    untested, content = last_backup.untested(station), last_backup.content(station, session)
    if alarms.is_backup_due(station, session) or (day is None and untested):
        level = Level.WARNING
        do = N_("Make a backup now, and restore it into an empty folder as a test (docs/backup.md).")
    if day is not None:
        yield found(N_("Last backup: %(day)s."), level, do, day=Day(day))
    elif station.settings.backup_days:
        yield found(N_("There is no backup yet."), level, do)
    else:
        yield found(N_("The settings ask for no backup (“backup_days” is 0)."))
    if content is not None:
        yield from _lacks(content)
    if day is not None:
        yield from _test(last_backup.last_tested(station.settings), untested)


def _lacks(content: Content) -> Iterator[Finding]:
    """What a restoration would lack."""
    if not content.station_key:
        do = N_(
            "Use “--recipient” to name who can open the backup, and leave out “--without-station-key” (docs/backup.md)."
        )
        yield found(N_("The station's key is not in the last backup."), Level.WARNING, do)
    if not content.shred_keys:
        do = N_("Make the backup again with “--shred-keys” and a file on another medium (docs/backup.md).")
        yield found(N_("No copy of the shred keys was made with the last backup."), Level.WARNING, do)
    if not content.whole:
        do = N_("Make it again: “testimony backup” names what is damaged or missing.")
        yield found(N_("The last backup is not whole."), Level.WARNING, do)


def _test(day: date | None, untested: Untested | None) -> Iterator[Finding]:
    """When a backup was tested, and whether that still counts."""
    level = Level.WARNING if untested else Level.WELL
    do = N_("Test one: “testimony backup” with “--test-with” (docs/backup.md).") if untested else ""
    if untested == "recipients":
        yield found(N_("The last backup opens with other keys than the backup that was tested."), level, do)
    elif day is not None:
        yield found(N_("Last tested by restoring it: %(day)s."), level, do, day=Day(day.isoformat()))
    elif untested:
        yield found(N_("No backup was tested by restoring it."), level, do)


def disk(condition: Condition) -> Iterator[Finding]:
    """The free space, and the reserve for withdrawals."""
    level, do = Level.WELL, N_("Make room on this disk.")
    if not condition.has_room:
        level = Level.CRITICAL
    elif condition.free < alarms.NEARLY_FULL * condition.floor:
        level = Level.WARNING
    room = {"free": Size(condition.free), "floor": Size(condition.floor)}
    yield found(N_("%(free)s free; below %(floor)s nothing new is taken in"), level, do if level else "", **room)
    if not condition.ballast:
        yield found(N_("The reserve for withdrawals is used up."), Level.WARNING, do)


def records(condition: Condition, reach: Reach, *, lacking: int, log_holds: bool) -> Iterator[Finding]:
    """What is damaged, and what is `lacking`: a number of records that a signed log names and that are not here.

    And why a bucket neither takes bodies nor gives them.
    """
    if reach.bodies is not None:
        yield of_error(reach.bodies, Level.CRITICAL)
    if condition.forked:
        do = N_("Tell the lawyers and report it. Delete nothing.")
        yield found(N_("A central server signed two different logs."), Level.CRITICAL, do)
    if not log_holds:
        yield found(N_("The log does not verify. Stop this server, keep its disk and report it."), Level.CRITICAL)
    if condition.unsound:
        do = N_("Restore the last backup, then synchronise (docs/backup.md).")
        yield found(N_("The database is damaged."), Level.CRITICAL, do)
    if condition.damaged:
        do = N_("“testimony check” names what is damaged. Synchronise, and replace the disk.")
        yield found(N_("Damaged on this disk: %(number)s."), Level.CRITICAL, do, number=condition.damaged)
    yield _lacking(lacking)


def _lacking(number: int) -> Finding:
    if not number:
        return found(N_("No record is known to be lacking."))
    do = N_("Synchronise. If they do not come, report it: a withdrawal may be among them.")
    return found(
        N_("Records that a signed log names and that are not here: %(number)s."), Level.WARNING, do, number=number
    )


def versions(station: Station, condition: Condition, nodes: Sequence[NodeLine]) -> Iterator[Finding]:
    """Of the program, the tables and the format; of the questionnaire; and at central of the stations' programs."""
    text = N_("Program %(program)s, tables %(tables)s, format %(format)s.")
    yield found(text, program=condition.software, tables=migrate.HEAD, format=FORMAT)
    update = waiting_update.newer(station.settings)
    if update is not None:
        text = N_(
            "Version %(version)s is ready to install: stop the station, then run “testimony update apply” "
            "(docs/updating.md)."
        )
        yield found(text, version=update.version)
    if condition.form:
        yield found(N_("Questionnaire: %(name)s."), name=condition.form)
    others = sorted(
        f"{one.id} {one.contact.software}"
        for one in nodes
        if one.active and one.contact and one.contact.software not in ("", condition.software)
    )
    if others:
        yield found(N_("Other programs at: %(names)s."), names=", ".join(others))
    if station.settings.role == "central" and Trust.from_roster(station.chain.latest).seals == 1:
        yield from _sealing(condition, nodes)


def _sealing(condition: Condition, nodes: Sequence[NodeLine]) -> Iterator[Finding]:
    """Whether the roots can let phones seal version 2: every field station has a program that reads it."""
    if not _reads_next(condition.software):
        return
    behind = [one.id for one in nodes if one.active and not _reads_next(one.contact.software if one.contact else "")]
    if behind:
        text = N_(
            "Phones do not seal version 2 of the format yet. Stations that still need the new program: %(names)s."
        )
        yield found(text, names=", ".join(sorted(behind)))
        return
    text = N_(
        "Every field station reads version 2 of the format. When the desks have the new program too, the roots can let "
        "phones seal it: “testimony roster renew --seals 2”."
    )
    yield found(text)


def _reads_next(software: str) -> bool:
    """Whether a program of this version, such as 0.10.1, reads version 2 of manifests."""
    numbers = [int(one) for one in software.split(".")[:2] if one.isdecimal()]
    return numbers >= READS_NEXT
