"""`testimony backup|restore`: a station's backup, brought up to date; and a station from it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.printing import line

if TYPE_CHECKING:
    from testimony.services.backup import Made
    from testimony.services.restoration import Restored

FAILED = 1


def add_to(commands: Any) -> None:
    _add_backup(commands)
    _add_restore(commands)


def _add_backup(commands: Any) -> None:
    backup = commands.add_parser(
        "backup",
        help="back a station up, or bring its backup up to date",
        description="Bring the backup of a station in the folder DIR up to date, or begin one; only what it lacks is "
        "written, and what was destroyed here is taken away there. The station may be running. The keys that make "
        "heads readable are never in DIR, or an old backup would bring back what was withdrawn: --shred-keys keeps the "
        "one present copy of them elsewhere, and writes over the one before. Exits with 1 if something is damaged.",
    )
    backup.add_argument("folder", metavar="DIR", type=Path, help="the folder of the backup, on another disk")
    backup.add_argument("--home", required=True, type=Path, help="the station's folder")
    backup.add_argument(
        "--shred-keys", type=Path, metavar="FILE", help="keep the present shred keys in FILE, elsewhere"
    )
    backup.add_argument(
        "--with-station-key",
        action="store_true",
        help="also what the station signs with: who has the backup can then pose as it",
    )
    backup.set_defaults(run=run_backup)


def _add_restore(commands: Any) -> None:
    restore = commands.add_parser(
        "restore",
        help="make a station from its backup",
        description="Make the station's folder from the backup in DIR. All of it is verified before anything changes. "
        "Withdrawals since the backup are carried out again, from the journals of the backup, of the home that is "
        "replaced, and of --withdrawals; so give the newest that is left.",
    )
    restore.add_argument("folder", metavar="DIR", type=Path, help="the folder of the backup")
    restore.add_argument("--home", required=True, type=Path, help="the station's folder: an empty one, or see --over")
    restore.add_argument(
        "--over",
        action="store_true",
        help="a station lives in the folder: rename it, and take from it the keys and the journal",
    )
    restore.add_argument("--shred-keys", type=Path, metavar="FILE", help="the newest copy of the shred keys")
    restore.add_argument(
        "--without-keys", action="store_true", help="there is none left: all heads count as not arrived"
    )
    restore.add_argument("--station-key", type=Path, metavar="FILE", help="a copy of the station's station.key")
    restore.add_argument(
        "--withdrawals", type=Path, metavar="FILE", help="a withdrawn.log that was saved from the lost home"
    )
    restore.add_argument(
        "--database",
        metavar="URL",
        default="",
        help="central's: the address of an empty database on a PostgreSQL server, instead of one file in the home",
    )
    restore.set_defaults(run=run_restore)


def run_backup(arguments: argparse.Namespace) -> int:
    from testimony.services import backup, lastbackup
    from testimony.services.station import Station

    with Station.open(arguments.home) as station:
        made = backup.back_up(
            station,
            arguments.folder,
            shred_keys=arguments.shred_keys,
            with_station_key=arguments.with_station_key,
        )
        with station.database.transaction() as session:
            lastbackup.note(station, session)
    return _print_made(made, arguments)


def run_restore(arguments: argparse.Namespace) -> int:
    from testimony.services import restoration

    given = restoration.Given(
        shred_keys=arguments.shred_keys,
        without_keys=arguments.without_keys,
        station_key=arguments.station_key,
        withdrawals=arguments.withdrawals,
        database_url=arguments.database,
    )
    return _print_restored(restoration.restore(arguments.folder, arguments.home, given, over=arguments.over), arguments)


def _print_made(made: Made, arguments: argparse.Namespace) -> int:
    line("database", f"as of now, {made.contents.withdrawn} withdrawals in the journal beside it")
    line("bodies", f"{made.contents.parts} in all, {made.added} of them new ({made.bytes / 1e6:.1f} MB), each hashed")
    if arguments.shred_keys is not None:
        line("shred keys", f"the present ones are in {arguments.shred_keys}; keep no older copy of them")
    else:
        line("shred keys", "not backed up: without a copy of them (--shred-keys) the heads in here stay closed")
    if made.contents.station and not arguments.with_station_key:
        line("station key", "not backed up (--with-station-key)")
    for name in made.damaged:
        line("DAMAGED", f"{name}: not whole here, and not in the backup. Run `testimony check`")
    return FAILED if made.damaged else 0


def _print_restored(restored: Restored, arguments: argparse.Namespace) -> int:
    contents = restored.contents
    line("restored", f"the {contents.role} station in {arguments.home}, as of {contents.day}, {contents.parts} bodies")
    line("withdrawals", f"{restored.withdrawn} that the backup did not know were carried out")
    if restored.unreadable:
        line("without key", f"{restored.unreadable} testimonies and annexes: their heads count as not arrived")
    if restored.aside is not None:
        line("aside", f"what stood there is now {restored.aside}; delete it when `testimony check` finds nothing")
    print("\nNext: run `testimony check`, start the station, and let it synchronise.")
    return 0
