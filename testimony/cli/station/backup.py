"""`testimony backup|restore`: back up a station to a folder or one sealed file, and restore a station from it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.sealing.age.recipients import OpeningKey, Recipient
    from testimony.services.backup.backup import Made
    from testimony.services.backup.restore import Restored, Source
    from testimony.station.station import Station
    from testimony.sync.backup.writer import Sealed

FAILED = 1
LEFT_OUT = {
    "missing": "{file}: {setting} names it, and it is not here, so it is in no backup. Put it back, or name another",
    "outside": "{file}: {setting} names it outside the station's folder; keep a copy of it yourself",
    "form": "{file}: {setting} names it, and it is no .pem, .crt or .cer file of certificates alone",
    "secret": "{file}: it is named by {setting} and in no backup; keep a copy of it elsewhere",
}
"""What a backup does not hold of what the settings name."""


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
        "one present copy of them elsewhere, and writes over the one before. Or, with --to, write all of it into one "
        "FILE that only the holders of some keys open, and read it back. Exits with 1 if something is damaged.",
    )
    place = backup.add_mutually_exclusive_group(required=True)
    place.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the folder of the backup, on another disk")
    place.add_argument("--to", metavar="FILE", type=Path, help="or one file, sealed, in the place of an older one")
    backup.add_argument(
        "--recipient", action="append", default=[], metavar="AGE1PQ1", help="who opens it, more than once if need be"
    )
    backup.add_argument(
        "--recipients-file", metavar="TEXT", type=Path, help="a file with recipients, one a line, as age reads it"
    )
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
        description="Make the station's folder from the backup in DIR, or from the one in a sealed file. All of it is "
        "verified before anything changes. "
        "Withdrawals since the backup are carried out again, from the journals of the backup, of the home that is "
        "replaced, and of --withdrawals; so give the newest that is left.",
    )
    place = restore.add_mutually_exclusive_group(required=True)
    place.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the folder of the backup")
    place.add_argument(
        "--from", dest="file", metavar="FILE", type=Path, help="or the sealed file; --home is then empty"
    )
    restore.add_argument(
        "--key",
        metavar="KEYFILE",
        type=Path,
        help="opens the sealed file: a key file of ours (asks for its passphrase) or an age identity",
    )
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
    from testimony.services.backup import last_backup
    from testimony.services.startup import open_station

    recipients = _recipients(arguments)
    with open_station(arguments.home) as station:
        back_up = _to_file if arguments.to is not None else _to_folder
        failed = back_up(station, arguments, recipients)
        with station.database.transaction() as session:
            last_backup.note(station, session)
    return failed


def _to_folder(station: Station, arguments: argparse.Namespace, recipients: list[Recipient]) -> int:
    from testimony.services.backup import backup
    from testimony.services.backup.errors import BackupRefused

    if recipients:
        raise BackupRefused("folder")
    made = backup.back_up(
        station,
        arguments.folder,
        shred_keys=arguments.shred_keys,
        with_station_key=arguments.with_station_key,
    )
    return _print_made(made, arguments)


def _to_file(station: Station, arguments: argparse.Namespace, recipients: list[Recipient]) -> int:
    from testimony.sync.backup import writer as backup_writer

    made = backup_writer.back_up(
        station,
        arguments.to,
        recipients,
        shred_keys=arguments.shred_keys,
        with_station_key=arguments.with_station_key,
    )
    line("sealed", f"{arguments.to}, {made.size / 1e6:.1f} MB, read back; {_count(len(recipients))} it")
    line("sha256", f"{made.sha256}: note it apart, and compare it before this file is restored")
    journal = f"{counted(made.sum.withdrawn, 'line')} in the journal of withdrawals"
    line("in it", f"{counted(made.sum.parts, 'body')}, {journal}, each hashed")
    return _print_left_out(arguments, made, keyed=bool(station.kid))


def _count(number: int) -> str:
    return "1 key opens" if number == 1 else f"{number} keys open"


def _recipients(arguments: argparse.Namespace) -> list[Recipient]:
    """Raises `KeyTextWrong`, `FileUnreadable`."""
    from testimony.sealing.age.recipients import Recipient
    from testimony.services.certificates.errors import FileUnreadable

    texts = list(arguments.recipient)
    if arguments.recipients_file is not None:
        try:
            lines = arguments.recipients_file.read_text("ascii", "replace").splitlines()
        except OSError as error:
            raise FileUnreadable(file=str(arguments.recipients_file)) from error
        texts += [text.strip() for text in lines if text.strip() and not text.startswith("#")]
    return [Recipient.from_text(text) for text in dict.fromkeys(texts)]


def run_restore(arguments: argparse.Namespace) -> int:
    from testimony.services.backup import restore as backup_restore
    from testimony.services.backup.errors import BackupRefused

    if arguments.file is not None and (arguments.key is None or arguments.over):
        raise BackupRefused("sealed" if arguments.key is None else "empty", file=str(arguments.file))
    key = _key(arguments.key) if arguments.key is not None else None
    given = backup_restore.Given(
        shred_keys=arguments.shred_keys,
        without_keys=arguments.without_keys,
        station_key=arguments.station_key,
        withdrawals=arguments.withdrawals,
        key=key,
        database_url=arguments.database,
    )
    source = arguments.folder if key is None or arguments.file is None else _sealed(arguments.file, key)
    return _print_restored(backup_restore.restore(source, arguments.home, given, over=arguments.over), arguments)


def _sealed(file: Path, key: OpeningKey) -> Source:
    from testimony.sync.backup.reader import SealedSource

    return SealedSource(file, key)


def _key(file: Path) -> OpeningKey:
    """Raises `FileUnreadable`, `KeyFileDamaged`, `PassphraseWrong`."""
    from testimony.cli.key_files import unlock
    from testimony.sealing.age import age
    from testimony.sealing.age.errors import KeyFileDamaged
    from testimony.sealing.keys.key_file import KeyFile
    from testimony.services.certificates.errors import FileUnreadable

    try:
        data = file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    held: KeyFile = unlock(file) if data.startswith(age.FIRST_LINE) else KeyFile.bare(data)
    if held.opening is None:
        raise KeyFileDamaged
    return held.opening


def _print_made(made: Made, arguments: argparse.Namespace) -> int:
    line("database", f"as of now, {counted(made.contents.withdrawn, 'withdrawal')} in the journal beside it")
    line("bodies", f"{made.contents.parts} in all, {made.added} of them new ({made.bytes / 1e6:.1f} MB), each hashed")
    return _print_left_out(arguments, made, keyed=bool(made.contents.station))


def _print_left_out(arguments: argparse.Namespace, made: Made | Sealed, *, keyed: bool) -> int:
    if made.unkeyed:
        line("SHRED KEYS", f"{made.unkeyed} of testimonies and annexes have none here. The copy that was in")
        line("", f"{arguments.shred_keys} was kept: restore over this home with it, then back up again")
    elif arguments.shred_keys is not None:
        line("shred keys", f"the present ones are in {arguments.shred_keys}; keep no older copy of them")
    else:
        line("shred keys", "not backed up: without a copy of them (--shred-keys) the heads in here stay closed")
    if keyed and not arguments.with_station_key:
        line("station key", "not backed up (--with-station-key)")
    for file in made.left_out:
        line("NOT IN IT" if file.is_damage else "not in it", LEFT_OUT[file.why].format(**vars(file)))
    for name in made.damaged:
        line("DAMAGED", f"{name}: not whole here, and not in the backup. Run `testimony check`")
    return FAILED if made.damaged or made.unkeyed or any(file.is_damage for file in made.left_out) else 0


def _print_restored(restored: Restored, arguments: argparse.Namespace) -> int:
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
    print("\nNext: run `testimony check`, start the station, and let it synchronise.")
    return 0
