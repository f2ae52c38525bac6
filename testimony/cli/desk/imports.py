"""`testimony import FILE`: import records that were kept elsewhere, as sealed testimonies."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import key_files, prompts
from testimony.cli.output import counted, harmless, line

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from testimony.services.imports.column_choices import Choices, Column
    from testimony.services.imports.files.table import Table
    from testimony.services.imports.preview import Preview


def add_to(commands: Any) -> None:
    importing = commands.add_parser(
        "import",
        help="import records from a sheet, ODK or KoboToolbox as sealed testimonies",
        description="With a lawyer's key at the desk in HOME, read the records in FILE (CSV, XLSX, JSON or ZIP), say "
        "what becomes of each column, and with --go seal each row as a testimony. Its consent covers keeping and the "
        "lawyers only. Rows that are already imported are skipped, so a run that was stopped goes on. Run "
        "`testimony sync` afterwards.",
    )
    importing.add_argument("file", metavar="FILE", type=Path, help="the file with the records")
    importing.add_argument("--home", required=True, type=Path, help="the desk's folder")
    importing.add_argument(
        "--go", action="store_true", help="import them (default: only say what would become of them)"
    )
    importing.add_argument("--source", default="", metavar="TEXT", help="who kept the records, and how")
    importing.add_argument(
        "--consent", default="", metavar="TEXT", help="where the consent of the people is documented"
    )
    importing.add_argument("--encoding", default="", help="the character encoding of a CSV file, such as windows-1256")
    importing.add_argument(
        "--private-key",
        type=Path,
        metavar="FILE.pem",
        help="the private key of encrypted submissions of ODK",
    )
    importing.add_argument(
        "--lang", default="", metavar="TAG", help="the language of the accounts (default: as chosen before, else en)"
    )
    importing.add_argument(
        "--dates",
        default="",
        choices=("dmy", "mdy", "ymd", "number"),
        help="the order in dates whose day and month could be swapped",
    )
    importing.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NUMBER=WHAT",
        help="what becomes of a column: a field, account, consent, keep or leave; may be given several times",
    )
    importing.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="COLUMN:TEXT=CODE",
        help="the code of a text in the cells of a column, such as 4:shouting=threat; without a code the text is kept "
        "as it is written; may be given several times",
    )
    importing.add_argument(
        "--choices",
        type=Path,
        metavar="FILE",
        help="the choices for the columns, from --save-choices (default: those for the last file with these columns)",
    )
    importing.add_argument(
        "--save-choices",
        type=Path,
        metavar="FILE",
        help="write the choices as JSON, for a colleague: headings, codes and the texts that you gave a code",
    )
    key_files.add_option(importing)
    importing.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.imports import kept_choices
    from testimony.services.imports.job import Importer, Opened, Progress
    from testimony.services.imports.known_rows import Known
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station

    key_files.use(arguments)
    private = _private_key(_bytes(arguments.private_key)) if arguments.private_key else None
    opened = Opened(_bytes(arguments.file), arguments.file.name, arguments.encoding, private)
    given = _bytes(arguments.choices) if arguments.choices else None
    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        kept = kept_choices.choices_for(station, reader, opened.table) if given is None else None
        choices = _chosen(opened.table, kept or _begun(opened.table, given), arguments)
        _say_columns(opened.table, choices)
        opened.choose(choices, arguments.source or "-", arguments.consent or "-")
        importer = Importer(station, reader, AnnexIndex(), Known(), datetime.now(UTC))
        _say(importer.look(opened))
        kept_choices.keep(station, reader, opened.table, choices)
        if arguments.save_choices:
            _save(arguments.save_choices, opened.table, choices)
        if not arguments.go:
            print("\nNothing was imported. Add --go to import.")
            return 0
        opened.choose(choices, arguments.source, arguments.consent)
        progress = Progress()
        for _ in importer.steps(opened, progress):
            print(f"\r{progress.done} of {progress.total}", end="", flush=True)
        print()
    line("imported", counted(progress.sealed, "testimony"))
    print("\nNext: testimony sync")
    return 0


def _private_key(data: bytes) -> RSAPrivateKey:
    from testimony.services.imports.files import encryption

    locked = b"ENCRYPTED" in data
    return encryption.private_key(data, prompts.passphrase("Passphrase of the private key") if locked else "")


def _bytes(file: Path) -> bytes:
    from testimony.services.certificates.errors import FileUnreadable

    try:
        return file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error


def _begun(table: Table, given: bytes | None) -> Choices:
    from testimony.services.imports import portable, proposals

    return proposals.proposed(table) if given is None else portable.applied(given, table)


def _save(file: Path, table: Table, choices: Choices) -> None:
    from testimony.cli.output_file import write_new
    from testimony.services.imports import portable

    write_new(file, portable.written(table, choices))
    line("choices", f"{file}: a colleague can give it to --choices")


def _chosen(table: Table, begun: Choices, arguments: argparse.Namespace) -> Choices:
    """`begun` with what the options say instead."""
    from testimony.services.imports import proposals
    from testimony.services.imports.column_choices import Column, normal

    columns = list(begun.columns)
    for said in arguments.column:
        number, _, to = said.partition("=")
        at = _position(number, columns)
        columns[at] = proposals.filled(Column(to=to), table.values(at))
    for said in arguments.value:
        number, _, rest = said.partition(":")
        text, _, code = rest.rpartition("=")
        at = _position(number if text else "", columns)
        values = {**columns[at].values, normal(text): code}
        columns[at] = replace(columns[at], values={one: meant for one, meant in values.items() if meant})
    ordered = (_ordered(table, at, one, arguments.dates) for at, one in enumerate(columns))
    return replace(begun, columns=tuple(ordered), lang=arguments.lang or begun.lang)


def _position(number: str, columns: list[Column]) -> int:
    from testimony.services.imports.errors import ImportRefused

    if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= len(columns)):
        raise ImportRefused("mapping")
    return int(number) - 1


def _ordered(table: Table, at: int, column: Column, order: str) -> Column:
    """`column` with the order that was asked for, unless its dates prove another one."""
    from testimony.services.imports import column_choices, proposals

    of = column_choices.fields().get(column.to)
    if of is None or of.type != "date":
        return column
    is_date = any(at in row.dates for row in table.rows)
    return proposals.filled(replace(column, order=order or column.order), table.values(at), is_date)


def _say_columns(table: Table, choices: Choices) -> None:
    for number, (name, column) in enumerate(zip(table.columns, choices.columns, strict=True), 1):
        line(f"{number} {harmless(name)[:40]}", " ".join(filter(None, (column.to, column.order))))
    if table.formulas:
        line("formulas", f"{table.formulas}: their stored value is read")
    for name in table.repeats:
        line("repeat group", f"{harmless(name)}: its rows are lines of a cell")
    if table.orphans:
        line("not read", f"{counted(table.orphans, 'row')} of repeat groups, whose record is not in the file")
    if table.unopened:
        names = ", ".join(harmless(name)[:40] for name in table.unopened[:10])
        line("not read", f"{counted(len(table.unopened), 'submission')} that could not be opened: {names}")
    if table.unchecked:
        lacking = counted(table.unchecked, "submission")
        line(
            "not checked", f"{lacking} without a file or the signature: nothing shows whether the answers were changed"
        )
    if table.attached:
        line("not read", f"{counted(len(table.attached), 'file')} beside the records")


def _say(seen: Preview) -> None:
    print()
    line("rows", str(seen.total))
    line("new", str(seen.new))
    line("already imported", str(seen.here))
    line("duplicates", str(len(seen.twice)))
    line("without consent", str(seen.refused))
    line("too large", str(seen.too_large))
    if seen.lacking:
        line("files", f"{counted(seen.lacking, 'row')} with the name of a file that is not in this archive")
    for heading, number in seen.unread.most_common():
        line(f"kept as written: {harmless(heading)[:40]}", str(number))
