"""`testimony central alarms`: list the alarms at the central server, and test whether alarm e-mails would arrive."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.services.monitoring.alarms import Alarm
    from testimony.station.station import Station

Act = Callable[["Station", argparse.Namespace], int]
FAILED: Final = 1
WORDS: Final = {
    "forked": "a central server signed two stories",
    "log": "the log of this server does not verify",
    "database": "the database of this server is damaged",
    "damaged": "sealed objects on this disk are damaged",
    "disk": "the disk is nearly full",
    "ballast": "the reserve for withdrawals is used up",
    "roster": "the roster ends soon, or has ended",
    "backup": "the last backup is too old, or there is none",
    "incomplete": "the last backup cannot restore everything",
    "untested": "the backup must be tested by restoring it",
    "unstamped": "no valid time stamp came for days",
    "uncosigned": "has not cosigned the log for days",
    "marked": "was copied or put back from a copy",
    "awaited": "readers wait for it since this server was restored",
    "lacking": "records that the log names did not come to it",
    "silent": "was not heard of for a week and more",
    "full": "its disk takes nothing in",
    "refused": "something that it brought was refused in the last week",
    "certificate": "its certificate for phones ends soon",
    "clock": "its clock is wrong",
}


def add_to(acts: Any, at_central: Callable[[argparse.Namespace, Act], int]) -> None:
    alarms: argparse.ArgumentParser = acts.add_parser(
        "alarms",
        help="say what needs a person, and try the e-mail that tells of it; exit code 1 if anything does",
        description="Say what needs a person at this server and at the field stations; exit code 1 if anything does. "
        "With --test send an e-mail as alarms do, and say in one sentence what failed.",
    )
    alarms.add_argument("--home", required=True, type=Path, help="the central server's folder")
    alarms.add_argument("--test", action="store_true", help="send an e-mail that says that nothing is wrong")
    alarms.set_defaults(run=lambda arguments: at_central(arguments, _test if arguments.test else _list))
    made: argparse.ArgumentParser = acts.add_parser(
        "backed-up",
        help="say that a backup was made just now by other tools than this program",
        description="Say that a backup was made just now by other tools than this program, such as pg_dump, so that "
        "no alarm asks for one. What makes the backup calls it at its end.",
    )
    made.add_argument("--home", required=True, type=Path, help="the central server's folder")
    made.set_defaults(run=lambda arguments: at_central(arguments, _backed_up))


def _list(station: Station, _: argparse.Namespace) -> int:
    from testimony.services.monitoring import alarms

    alarms.look(station, now=int(datetime.now(UTC).timestamp()))
    with station.database.reading() as session:
        found, _gone = alarms.listed(session)
    for one in found:
        line(one.about or "this server", f"{WORDS[one.kind]}; {_known(one)}")
    if not found:
        line("alarms", "none")
    return FAILED if found else 0


def _test(station: Station, _: argparse.Namespace) -> int:
    from testimony.sync.errors import MailNotSent
    from testimony.sync.mail import alarm_message, smtp

    server = smtp.MailServer.from_settings(station.settings)
    if not smtp.send_in_time(server, *alarm_message.of_trial(station.settings.mail_language)):
        raise MailNotSent("some")
    taken = counted(len(server.recipients), "recipient")
    line("e-mail", f"the mail server took it for {taken}; look whether it arrives")
    return 0


def _backed_up(station: Station, _: argparse.Namespace) -> int:
    from testimony.services.backup import last_backup

    with station.database.transaction() as session:
        last_backup.note(station, session, None)
    line("backup", f"of {station.today()} is noted")
    return 0


def _known(alarm: Alarm) -> str:
    since = f"since {_day(alarm.since)}"
    return since if alarm.seen is None else f"{since}, seen by {alarm.seen_by} on {_day(alarm.seen)}"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
