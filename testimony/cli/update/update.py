"""`testimony update check|apply|back|offer`: install a signed update on a station, or undo it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line
from testimony.cli.serve import port_note
from testimony.cli.update import make, starts

if TYPE_CHECKING:
    from testimony.sealing.update.manifest import Manifest
    from testimony.services.update.apply import Machine
    from testimony.services.update.programs import Programs
    from testimony.station.station import Station

STEPS = {
    "verify": "the signatures and the hash of every file",
    "backup": "the station is backed up",
    "install": "the new version is installed beside the one that runs",
    "trial": "the other version is tried on a copy of the station",
    "tables": "the database is brought back",
    "switch": "the other version starts from now on",
    "start": "it opens the station and answers its page",
    "back": "it does not start: the earlier version is restored",
}
"""Step -> what the command says when it begins. Other steps are not shown: only tests watch them."""
HOME = "the station's folder"
FILE = "the file of the update (default: the one that came from central)"
PROGRAMS = "the folder of versions (default: the one that runs, or program in this user's folder for data)"


def add_to(commands: Any) -> None:
    what = "install a signed update on a station, or undo it"
    update = commands.add_parser("update", help=what, description=what.capitalize() + ": docs/updating.md.")
    acts = update.add_subparsers(title="acts", metavar="ACT", required=True)
    check = acts.add_parser(
        "check",
        help="say what an update contains and whether it can be installed",
        description="Verify the update in FILE: two of the three release keys signed it, every file is as it was "
        "signed, it is newer than this program and made for this system, and it can use the station's database. "
        "Nothing is changed.",
    )
    check.add_argument("file", metavar="FILE", nargs="?", type=Path, help=FILE)
    check.add_argument("--home", type=Path, help=HOME)
    check.set_defaults(run=run_check)
    _add_apply(acts)
    back = acts.add_parser(
        "back",
        help="go back to the earlier version",
        description="Go back to the version that ran before the last update, after a backup. Refused if the database "
        "holds data that the earlier version cannot store. The station must be stopped.",
    )
    _add_machine(back)
    back.set_defaults(run=run_back)
    offer = acts.add_parser(
        "offer",
        help="offer an update to nodes and desks through central",
        description="Verify the update in FILE and put it into central's folder. Nodes and desks fetch it at their "
        "next sync; there a person applies it.",
    )
    offer.add_argument("file", metavar="FILE", type=Path, help="the file of the update")
    offer.add_argument("--home", required=True, type=Path, help="central's folder")
    offer.set_defaults(run=run_offer)
    make.add_to(acts)
    starts.add_to(acts)


def _add_apply(acts: Any) -> None:
    apply = acts.add_parser(
        "apply",
        help="back up, install the new version, try it on a copy, switch to it",
        description="Verify the update as `check` does, back the station up, install the new version beside this one, "
        "try it on a copy of the station, and let it start from then on. If it does not start, the earlier version is "
        "restored automatically. After a power cut at any point the station starts in one of the two versions. The "
        "station must be stopped.",
    )
    apply.add_argument("file", metavar="FILE", nargs="?", type=Path, help=FILE)
    _add_machine(apply)
    apply.set_defaults(run=run_apply)


def _add_machine(parser: Any) -> None:
    parser.add_argument("--home", required=True, type=Path, help=HOME)
    parser.add_argument("--backup", required=True, metavar="DIR", type=Path, help="the folder of its backup")
    parser.add_argument(
        "--shred-keys", type=Path, metavar="FILE", help="keep the present shred keys in FILE, elsewhere"
    )
    parser.add_argument("--programs", metavar="DIR", type=Path, help=PROGRAMS)


def run_check(arguments: argparse.Namespace) -> int:
    from testimony.services.update import apply, programs, update_file
    from testimony.settings import Settings

    settings = None if arguments.home is None else Settings.load(arguments.home)
    with update_file.opened(_file(arguments)) as update:
        _print(apply.check(update, programs.usual(), settings))
    line("check", "signed by two release keys, every file is whole, and it fits this machine")
    return 0


def run_apply(arguments: argparse.Namespace) -> int:
    from testimony.services.update import apply

    machine = _machine(arguments)
    manifest = apply.apply(_file(arguments), machine, _tell)
    _print(manifest)
    line("start it by", str(machine.programs.folder / "testimony"))
    return 0


def run_back(arguments: argparse.Namespace) -> int:
    from testimony.services.update import rollback

    version = rollback.roll_back(_machine(arguments), _tell)
    line("version", f"{version} starts from now on")
    return 0


def run_offer(arguments: argparse.Namespace) -> int:
    from testimony.services.update import waiting_update
    from testimony.settings import Settings

    _print(waiting_update.offer(Settings.load(arguments.home), arguments.file))
    print("\nNodes and desks fetch it at their next sync.")
    return 0


def _file(arguments: argparse.Namespace) -> Path:
    """The file of the update: as given, or the one that waits. Raises `UpdateRefused("nothing")`."""
    from testimony.sealing.update.errors import UpdateRefused
    from testimony.services.update import waiting_update
    from testimony.settings import Settings

    if arguments.file is not None:
        return Path(arguments.file)
    if arguments.home is None:
        raise UpdateRefused("nothing", folder=".")
    file = waiting_update.file_of(Settings.load(arguments.home))
    if not file.is_file():
        raise UpdateRefused("nothing", folder=str(arguments.home))
    return file


def _machine(arguments: argparse.Namespace) -> Machine:
    from testimony.services.update.apply import Machine

    return Machine(
        home=arguments.home,
        programs=_programs(arguments.programs),
        back_up=lambda station: _back_up(station, arguments),
        is_running=lambda: port_note.port_of(arguments.home) is not None,
    )


def _programs(folder: Path | None) -> Programs:
    from testimony.services.update.programs import Programs, usual

    return usual() if folder is None else Programs(folder.resolve())


def _back_up(station: Station, arguments: argparse.Namespace) -> None:
    """Back the station up.

    Raises `UpdateRefused("backup")`, `BackupRefused`, `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    from testimony.sealing.update.errors import UpdateRefused
    from testimony.services.backup import backup, key_files, last_backup

    recipients = key_files.recipients_of(station)
    made = backup.back_up(station, arguments.backup, recipients=recipients, shred_keys=arguments.shred_keys)
    if made.damaged or made.unkeyed:
        said = f"{counted(len(made.damaged) + made.unkeyed, 'body')} damaged or without a key"
        raise UpdateRefused("backup", said=said)
    content = last_backup.content_of(
        station, recipients, shred_keys=arguments.shred_keys is not None, whole=made.is_whole
    )
    with station.database.transaction() as session:
        last_backup.note(station, session, content)
    line("backup", f"{arguments.backup}: {counted(made.contents.parts, 'body')}, {made.added} of them new")


def _tell(step: str) -> None:
    if step in STEPS:
        line(step, STEPS[step])


def _print(manifest: Manifest) -> None:
    size = sum(one.size for one in manifest.files) / 1e6
    line("version", f"{manifest.version} of {manifest.day}, for versions from {manifest.earliest} on")
    line("files", f"{counted(len(manifest.files), 'file')}, {size:.1f} MB")
    line("what is new", manifest.notes)
