"""`testimony restore|hand-over`: make a station from its backup, or give what is in it to another station."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import Step, counted, line

if TYPE_CHECKING:
    from testimony.sealing.age.recipients import OpeningKey
    from testimony.services.backup.restore import Given, Restored, Source
    from testimony.sync.backup.hand_over import HandedOver

FAILED = 1


def add_to(commands: Any) -> None:
    _add_restore(commands)
    _add_hand_over(commands)


def _add_restore(commands: Any) -> None:
    restore = commands.add_parser(
        "restore",
        help="make a station from its backup",
        description="Make the station's folder from the backup in DIR, or from the one in a sealed file. All of it is "
        "verified before anything changes, and the new station is checked. "
        "Withdrawals since the backup are carried out again, from the journals of the backup, of the home that is "
        "replaced, and of --withdrawals; so give the newest that is left.",
    )
    _add_source(restore, "or the sealed file; --home is then empty")
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
    restore.add_argument(
        "--station-key",
        type=Path,
        metavar="FILE",
        help="a copy of the station's station.key, or of a desk's reader's key file, in the place of the backup's",
    )
    restore.add_argument(
        "--database",
        metavar="URL",
        default="",
        help="central's: the address of an empty database on a PostgreSQL server, instead of one file in the home",
    )
    restore.set_defaults(run=run_restore)


def _add_hand_over(commands: Any) -> None:
    hand_over = commands.add_parser(
        "hand-over",
        help="give what a lost station's backup holds to another station",
        description="Take into a field node or the central server what the backup of a lost station holds and central "
        "had not signed for. The lost station's key is not needed: records are signed by those who made them, and each "
        "is verified. The backup stays as it is, and the same one again changes nothing. Exits with 1 if something was "
        "refused or cannot be opened.",
    )
    _add_source(hand_over, "or the sealed file")
    hand_over.add_argument("--home", required=True, type=Path, help="the folder of the station that takes it in")
    hand_over.add_argument(
        "--shred-keys",
        required=True,
        type=Path,
        metavar="FILE",
        help="the newest copy of the lost station's shred keys",
    )
    hand_over.add_argument("--all", action="store_true", help="also what central had signed for")
    hand_over.set_defaults(run=run_hand_over)


def _add_source(command: argparse.ArgumentParser, sealed: str) -> None:
    place = command.add_mutually_exclusive_group(required=True)
    place.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the folder of the backup")
    place.add_argument("--from", dest="file", metavar="FILE", type=Path, help=sealed)
    command.add_argument(
        "--key",
        metavar="KEYFILE",
        type=Path,
        help="opens what is sealed: a key file of ours (asks for its passphrase) or an age identity",
    )
    command.add_argument(
        "--withdrawals", type=Path, metavar="FILE", help="a withdrawn.log that was saved from the lost home"
    )


def run_restore(arguments: argparse.Namespace) -> int:
    from testimony.services.backup import restore as backup_restore
    from testimony.services.backup.errors import BackupRefused
    from testimony.services.integrity import fsck

    if arguments.file is not None and arguments.over:
        raise BackupRefused("empty")
    source, given = _given(
        arguments,
        without_keys=arguments.without_keys,
        station_key=arguments.station_key,
        database_url=arguments.database,
    )
    _print_restored(backup_restore.restore(source, arguments.home, given, over=arguments.over), arguments)
    faults = [one for one in fsck.check(arguments.home) if one.grave]
    for fault in faults:
        line("DAMAGED", f"{fault.subject}: {fault.words}")
    if not faults:
        line("checked", "it is sound")
    print("\nNext: start the station, and let it synchronise.")
    return FAILED if faults else 0


def run_hand_over(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station
    from testimony.sync.backup import hand_over

    source, given = _given(arguments)
    with open_station(arguments.home) as station, Step("backup", "taking in what it holds"):
        report = hand_over.hand_over(station, source, given, everything=arguments.all)
    return _print_handed_over(report)


def _given(arguments: argparse.Namespace, **more: Any) -> tuple[Source | Path, Given]:
    """The backup, and what it does not hold. Raises `BackupRefused`, and what reading a key file raises."""
    from testimony.cli.key_files import opening_key
    from testimony.services.backup.errors import BackupRefused
    from testimony.services.backup.restore import Given

    if arguments.file is not None and arguments.key is None:
        raise BackupRefused("sealed", file=str(arguments.file))
    key = opening_key(arguments.key) if arguments.key is not None else None
    given = Given(shred_keys=arguments.shred_keys, withdrawals=arguments.withdrawals, key=key, **more)
    if arguments.file is None or key is None:
        return arguments.folder, given
    return sealed_source(arguments.file, key), given


def sealed_source(file: Path, key: OpeningKey) -> Source:
    """The backup in one sealed `file`. Raises `BackupRefused`, `FileUnreadable`."""
    from testimony.sync.backup.reader import SealedSource

    return SealedSource(file, key)


def _print_restored(restored: Restored, arguments: argparse.Namespace) -> None:
    contents = restored.contents
    bodies = counted(contents.parts, "body")
    line("restored", f"the {contents.role} station in {arguments.home}, as of {contents.day}, {bodies}")
    line("withdrawals", f"{restored.withdrawn} that the backup did not know were carried out")
    if restored.unreadable:
        line("without key", f"{restored.unreadable} of testimonies and annexes: their heads count as not arrived")
    for file in restored.lacking:
        line("LACKING", f"{file.file}: {file.setting} names it, and no backup holds it. Put it there before the start")
    if restored.aside is not None:
        line("aside", f"what stood there is now {restored.aside}; delete it when `testimony check` finds nothing")


def _print_handed_over(report: HandedOver) -> int:
    from testimony.errors import REFUSAL_RULES
    from testimony.services.delivery.errors import ReceiptRefused

    line("taken in", f"{counted(report.stored, 'record')}, new here, with the sealed parts")
    line("known", f"{counted(report.knew, 'record')}, here already")
    if report.withdrawn:
        line("withdrawn", f"{counted(report.withdrawn, 'record')}: not taken in again")
    for name, rule in report.refused.items():
        line("REFUSED", f"{name[:16]}…: {REFUSAL_RULES.get(rule, ReceiptRefused.sentence)}")
    if report.closed:
        line("CLOSED", f"{counted(report.closed, 'record')} whose shred keys are not in the copy that was given")
    for name in report.damaged:
        line("DAMAGED", f"{name[:16]}…: this part is damaged in the backup")
    print("\nNext: let this station synchronise. Keep the backup until central has signed for everything.")
    return FAILED if report.refused or report.closed or report.damaged else 0
