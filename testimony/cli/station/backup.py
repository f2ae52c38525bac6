"""`testimony backup`: back up a station to a folder or one sealed file, and test that by restoring it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.sealing.age.recipients import OpeningKey, Recipient
    from testimony.services.backup.backup import Faults, Made
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
    backup = commands.add_parser(
        "backup",
        help="back a station up, or bring its backup up to date",
        description="Bring the backup of a station in the folder DIR up to date, or begin one; only what it lacks is "
        "written, and what was destroyed here is taken away there. The station may be running. The keys that make "
        "heads readable are never in DIR, or an old backup would bring back what was withdrawn: --shred-keys keeps the "
        "one present copy of them elsewhere, and writes over the one before. Or, with --to, write all of it into one "
        "FILE that only the holders of some keys open, and read it back. The station's own key is in the backup, "
        "sealed to its recipients, which the station remembers. Exits with 1 if something is damaged or missing in it, "
        "or if its test fails.",
    )
    place = backup.add_mutually_exclusive_group(required=True)
    place.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="the folder of the backup, on another disk")
    place.add_argument("--to", metavar="FILE", type=Path, help="or one file, sealed, in the place of an older one")
    place.add_argument(
        "--tested-elsewhere",
        action="store_true",
        help="or only note that a backup of this station was restored today on another machine, and was sound",
    )
    backup.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="AGE1PQ1",
        help="who opens it, more than once if need be (default: as the last time)",
    )
    backup.add_argument(
        "--recipients-file", metavar="TEXT", type=Path, help="a file with recipients, one a line, as age reads it"
    )
    backup.add_argument("--home", required=True, type=Path, help="the station's folder")
    backup.add_argument(
        "--shred-keys", type=Path, metavar="FILE", help="keep the present shred keys in FILE, elsewhere"
    )
    backup.add_argument(
        "--without-station-key",
        action="store_true",
        help="leave out what the station signs with, or a desk's reader's key file: keep a copy yourself",
    )
    backup.add_argument(
        "--with-station-key", action="store_true", help=argparse.SUPPRESS
    )  # jobs say it; it is always so
    backup.add_argument(
        "--test-with",
        metavar="KEYFILE",
        type=Path,
        help="then restore it with this key file into an empty folder, check that, and delete it",
    )
    backup.set_defaults(run=run_backup)


def run_backup(arguments: argparse.Namespace) -> int:
    from testimony.cli.key_files import opening_key
    from testimony.services.backup import key_files, last_backup
    from testimony.services.backup.errors import BackupRefused
    from testimony.services.startup import open_station
    from testimony.sync.backup.writer import Sealed

    if arguments.tested_elsewhere:
        with open_station(arguments.home) as station:
            last_backup.note_tested(station)
            line("tested", f"noted for {station.today()}")
        return 0
    named, key = _recipients(arguments), None
    if arguments.test_with is not None:
        if arguments.shred_keys is None:
            raise BackupRefused("trial keys")
        key = opening_key(arguments.test_with)
    with open_station(arguments.home) as station:
        recipients = named or key_files.recipients_of(station) or ([key.recipient] if key else [])
        key_files.remember(station, recipients)
        made = (_to_folder if arguments.to is None else _to_file)(station, arguments, recipients)
        failed = _print_left_out(arguments, made) | _print_key(station, arguments, recipients)
        content = last_backup.content_of(
            station,
            recipients,
            station_key=not arguments.without_station_key,
            shred_keys=arguments.shred_keys is not None,
            whole=made.is_whole,
            sha256=made.sha256 if isinstance(made, Sealed) else "",
        )
        with station.database.transaction() as session:
            last_backup.note(station, session, content)
        return failed | (_test(station, arguments, key) if key else 0)


def _to_folder(station: Station, arguments: argparse.Namespace, recipients: list[Recipient]) -> Made:
    from testimony.services.backup import backup

    made = backup.back_up(
        station,
        arguments.folder,
        recipients=recipients,
        shred_keys=arguments.shred_keys,
        station_key=not arguments.without_station_key,
    )
    line("database", f"as of now, {counted(made.contents.withdrawn, 'withdrawal')} in the journal beside it")
    line("bodies", f"{made.contents.parts} in all, {made.added} of them new ({made.bytes / 1e6:.1f} MB), each hashed")
    return made


def _to_file(station: Station, arguments: argparse.Namespace, recipients: list[Recipient]) -> Sealed:
    from testimony.sync.backup import writer as backup_writer

    made = backup_writer.back_up(
        station,
        arguments.to,
        recipients,
        shred_keys=arguments.shred_keys,
        station_key=not arguments.without_station_key,
    )
    line("sealed", f"{arguments.to}, {made.size / 1e6:.1f} MB, read back; {_count(len(recipients))} it")
    line("sha256", f"{made.sha256}: note it apart, and compare it before this file is restored")
    journal = f"{counted(made.sum.withdrawn, 'line')} in the journal of withdrawals"
    line("in it", f"{counted(made.sum.parts, 'body')}, {journal}, each hashed")
    return made


def _test(station: Station, arguments: argparse.Namespace, key: OpeningKey) -> int:
    from testimony.cli.station.restore import sealed_source
    from testimony.services.backup import trial
    from testimony.services.backup.restore import Given
    from testimony.station.station import KEY

    source = arguments.folder if arguments.to is None else sealed_source(arguments.to, key)
    own = arguments.without_station_key and bool(station.kid)
    given = Given(shred_keys=arguments.shred_keys, key=key, station_key=station.settings.home / KEY if own else None)
    found = trial.try_out(station, source, given)
    for fault in found.faults:
        line("TEST FAILED", f"{fault.subject}: {fault.words}")
    for fault in found.shared:
        line("DAMAGED", f"{fault.subject}: {fault.words} The station itself is so, and the backup as well")
    if found.restored.unreadable:
        line("TEST FAILED", f"{found.restored.unreadable} of testimonies and annexes have no shred key in the copy")
    if found.sound and own:
        line("NOT TESTED", "restored and sound, but with the key of this home, which is not in the backup. Test it on")
        line("", "another machine with your copy of the key, then note that here with --tested-elsewhere")
    elif found.sound:
        line("tested", f"restored into an empty folder, {counted(found.restored.contents.parts, 'body')}; it is sound")
    return 0 if found.sound and not own and not found.shared else FAILED


def _count(number: int) -> str:
    return "1 key opens" if number == 1 else f"{number} keys open"


def _recipients(arguments: argparse.Namespace) -> list[Recipient]:
    """Raises `KeyTextWrong`, `FileUnreadable`."""
    from testimony.services.backup import key_files
    from testimony.services.certificates.errors import FileUnreadable

    data = "\n".join(arguments.recipient).encode()
    if arguments.recipients_file is not None:
        try:
            data += b"\n" + arguments.recipients_file.read_bytes()
        except OSError as error:
            raise FileUnreadable(file=str(arguments.recipients_file)) from error
    return key_files.parse_recipients(data)


def _print_key(station: Station, arguments: argparse.Namespace, recipients: list[Recipient]) -> int:
    """Say where the station's key file is. Without it in the backup, nothing but a copy of it restores the station."""
    from testimony.services.backup import key_files

    subject = "station key" if station.kid else "reader's key"
    if not key_files.of_station(station):
        return 0
    if arguments.without_station_key:
        line(subject, "not backed up (--without-station-key): keep a copy of it yourself")
    elif recipients:
        line(subject, f"in it, sealed; {_count(len(recipients))} it")
    else:
        line(subject.upper(), "not backed up: say with --recipients-file or --test-with who opens it")
        return FAILED
    return 0


def _print_left_out(arguments: argparse.Namespace, made: Faults) -> int:
    if made.unkeyed:
        line("SHRED KEYS", f"{made.unkeyed} of testimonies and annexes have none here. The copy that was in")
        line("", f"{arguments.shred_keys} was kept: restore over this home with it, then back up again")
    elif arguments.shred_keys is not None:
        line("shred keys", f"the present ones are in {arguments.shred_keys}; keep no older copy of them")
    else:
        line("shred keys", "not backed up: without a copy of them (--shred-keys) the heads in here stay closed")
    for file in made.left_out:
        line("NOT IN IT" if file.is_damage else "not in it", LEFT_OUT[file.why].format(**vars(file)))
    for name in made.damaged:
        line("DAMAGED", f"{name}: not whole here, and not in the backup. Run `testimony check`")
    return 0 if made.is_whole else FAILED
