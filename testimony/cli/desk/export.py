"""`testimony export`: write the testimonies that consent allows today to files for other programs."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from testimony.cli import key_files, prompts
from testimony.cli.desk import disclosure
from testimony.cli.output import counted, line
from testimony.cli.output_file import new_file, write_new

if TYPE_CHECKING:
    from testimony.domain.consent.purposes import Key
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station

KINDS = ("jsonl", "csv", "xlsx", "uwazi", "all")


def add_to(commands: Any) -> None:
    export = commands.add_parser(
        "export",
        help="write testimonies into a file for other programs",
        description="Write the testimonies that may be used for one purpose today into a file for other programs "
        "(docs/exports.md).",
    )
    acts = export.add_subparsers(title="what to do", metavar="ACT", required=True)
    _add_testimonies(acts)
    _add_all(acts)
    _add_save(acts)
    _add_open(acts)


def _add_testimonies(acts: Any) -> None:
    some = acts.add_parser(
        "testimonies",
        help="all that one use covers today, or some of them",
        description="Write all testimonies that USE covers today, or those of TID, and say why others are not in the "
        "file. It is sealed to this desk's key, unless --plain. Asks for the passphrase of the desk's key.",
    )
    some.add_argument(
        "tids", metavar="TID", nargs="*", help="a testimony's number, 32 hex digits; all if none is given"
    )
    _add_desk(some)
    some.add_argument(
        "--for", dest="use", required=True, metavar="USE", help='the use: "P04 RECIPIENT" (own '
        'work), "P09 RECIPIENT" (court), "P08a RECIPIENT" (United Nations) or "P15 RECIPIENT" (hand-over)'
    )  # fmt: skip
    some.add_argument(
        "--as",
        dest="kind",
        default="jsonl",
        choices=KINDS,
        help="the kind of file (default: jsonl; all with --propose)",
    )
    way = some.add_mutually_exclusive_group(required=True)
    _add_file(way, required=False)
    way.add_argument("--propose", action="store_true", help="propose it to a second lawyer")
    _add_plain(some)
    some.set_defaults(run=_testimonies)


def _add_all(acts: Any) -> None:
    everything = acts.add_parser(
        "all",
        help="all that this desk's key opens, for an organisation that leaves",
        description="Write all that this desk's key opens and consent allows today into one archive "
        "(docs/leaving.md). It is sealed to this desk's key, unless --plain. Asks for the passphrase of the desk's "
        "key.",
    )
    _add_desk(everything)
    _add_file(everything)
    _add_plain(everything)
    everything.set_defaults(run=_all)


def _add_save(acts: Any) -> None:
    saving = acts.add_parser(
        "save",
        help="write an export that a second lawyer approved",
        description="Write what a second lawyer approved, as far as consent covers it today. "
        "Asks for the passphrase of the desk's key.",
    )
    saving.add_argument("proposal", metavar="ID", help="the proposal's number")
    _add_desk(saving)
    _add_file(saving)
    saving.set_defaults(run=_save)


def _add_open(acts: Any) -> None:
    opening = acts.add_parser(
        "open",
        help="open a sealed export or table",
        description="Open an export or a table of “Reports” that was sealed to this desk's key. Everybody can read "
        "what is written. Asks for the passphrase of the desk's key.",
    )
    opening.add_argument("file", type=Path, metavar="FILE", help="a file that this desk sealed")
    _add_desk(opening, of="the folder of the desk")
    _add_file(opening)
    opening.set_defaults(run=_open)


def _add_desk(parser: argparse.ArgumentParser, of: str = "the lawyer's desk's folder") -> None:
    parser.add_argument("--home", required=True, type=Path, help=of)
    key_files.add_option(parser)


def _add_plain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plain", action="store_true", help="do not seal the file")


def _add_file(parser: Any, *, required: bool = True) -> None:
    told = "the file to write; it must not exist"
    parser.add_argument("--to", required=required, type=Path, metavar="FILE", help=told)


def _testimonies(arguments: argparse.Namespace) -> int:
    from testimony.services.exports import exports
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station

    key_files.use(arguments)
    use, at = exports.use_of(arguments.use), datetime.now(UTC).date()
    with open_station(arguments.home) as station:
        reader = _unlocked(station)
        if arguments.plain:
            _require_confirmed()
        if arguments.propose:
            return _propose(station, reader, use, at, arguments)
        with station.database.transaction() as session:
            made = exports.make(
                station, session, reader, use, arguments.kind,
                annexes=AnnexIndex(), at=at, only=frozenset(arguments.tids) or None,
            )  # fmt: skip
            write_new(arguments.to, made.data if arguments.plain else exports.seal(reader, made.data))
        disclosure.note(station, reader, arguments.to, made.tids, made=exports.EXPORT, use=use, day=at)
    _print_left(made.left)
    line("written", f"{arguments.to}: {counted(len(made.tids), 'testimony')}; {_seal(plain=arguments.plain)}")
    return 0


def _open(arguments: argparse.Namespace) -> int:
    from testimony.services.exports import exports
    from testimony.services.startup import open_station

    key_files.use(arguments)
    with open_station(arguments.home) as station, _source(arguments.file) as source:
        reader = _unlocked(station)
        with new_file(arguments.to) as out:
            exports.unseal(reader, source, out.write)
    line("written", f"{arguments.to}; it is not sealed")
    return 0


def _all(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station

    key_files.use(arguments)
    at = datetime.now(UTC).date()
    with open_station(arguments.home) as station:
        reader = _unlocked(station)
        if arguments.plain:
            _require_confirmed()
        return _write_all(station, reader, arguments.to, at, plain=arguments.plain)


def _write_all(station: Station, reader: Reader, to: Path, at: date, *, plain: bool, proposal: str = "") -> int:
    """The archive of everything. `proposal`: of an approved one."""
    from testimony.services.exports import exports, whole
    from testimony.services.opening.annexes import AnnexIndex

    with station.database.transaction() as session, new_file(to) as out:
        sealing = None if plain else whole.Sealing(reader, out.write)
        annexes = AnnexIndex()
        told = whole.write(station, session, reader, sealing or out, annexes=annexes, at=at, proposal=proposal)
        if sealing is not None:
            sealing.finish()
    disclosure.note(station, reader, to, told.tids, made=exports.EXPORT, use=told.use, day=at)
    _print_left(told.left)
    for one in told.broken:
        line("not whole", f"{one}: synchronise this desk, then export again")
    line("written", f"{to}: {counted(len(told.tids), 'testimony')}, {told.media} media; {_seal(plain=plain)}")
    return 1 if told.broken else 0


def _propose(station: Station, reader: Reader, use: Key, at: date, arguments: argparse.Namespace) -> int:
    from testimony.services.exports import accounts as export_accounts
    from testimony.services.exports import approvals
    from testimony.services.opening.annexes import AnnexIndex

    with station.database.reading() as session:
        found, left = export_accounts.covered(station, session, reader, use, annexes=AnnexIndex(), at=at)
    tids = [tid for tid in found if not arguments.tids or tid in arguments.tids]
    id = approvals.propose(station, reader, use, arguments.kind, tids, sealed=not arguments.plain, day=at)
    _print_left(left)
    line("proposed", f"{id}: {counted(len(tids), 'testimony')}; synchronise, then another lawyer approves it")
    return 0


def _save(arguments: argparse.Namespace) -> int:
    from testimony.services.exports import approvals, exports
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station

    key_files.use(arguments)
    at, id, annexes = datetime.now(UTC).date(), arguments.proposal, AnnexIndex()
    with open_station(arguments.home) as station:
        reader = _unlocked(station)
        with station.database.reading() as session:
            said = approvals.require_approved(station, session, reader, annexes, id, at=at)
        if said.form == approvals.ALL:
            return _write_all(station, reader, arguments.to, at, plain=not said.sealed, proposal=id)
        with station.database.transaction() as session:
            made, said = exports.make_approved(station, session, reader, id, annexes=annexes, at=at)
            write_new(arguments.to, exports.seal(reader, made.data) if said.sealed else made.data)
        disclosure.note(station, reader, arguments.to, made.tids, made=exports.EXPORT, use=said.use, day=at)
    _print_left(made.left)
    line("written", f"{arguments.to}: {counted(len(made.tids), 'testimony')}; {_seal(plain=not said.sealed)}")
    return 0


def _source(file: Path) -> BinaryIO:
    """Raises `FileUnreadable`."""
    from testimony.services.certificates.errors import FileUnreadable

    try:
        return file.open("rb")
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error


def _print_left(left: Mapping[str, int]) -> None:
    """Print how many testimonies are not in the file, by reason."""
    from testimony.services.exports import exports

    for why, number in sorted(left.items()):
        line("left out", f"{number}: {exports.LEFT.get(why, why)}")


def _seal(*, plain: bool) -> str:
    """Who can open the file, as the last line of the command says it."""
    return "it is not sealed" if plain else "sealed to your key; “testimony export open” opens it"


def _require_confirmed() -> None:
    """Ask whether everybody may read the file. Raises `ExportRefused("unconfirmed")` unless the answer is yes."""
    from testimony.services.exports.errors import ExportRefused

    if prompts.line("Everybody who gets this file can read it. Write it without a seal? yes/no") != "yes":
        raise ExportRefused("unconfirmed")


def _unlocked(station: Station) -> Reader:
    from testimony.services.opening import reader as opening_reader

    return opening_reader.unlock(station, prompts.passphrase("Passphrase"))
