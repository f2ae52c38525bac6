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
    from testimony.services.imports.column_choices import Choices
    from testimony.services.imports.preview import Preview
    from testimony.services.imports.table import Table


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
    importing.add_argument("--lang", default="en", metavar="TAG", help="the language of the accounts (default: en)")
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
    key_files.add_option(importing)
    importing.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import FileUnreadable
    from testimony.services.imports import proposals
    from testimony.services.imports.job import Importer, Opened, Progress
    from testimony.services.imports.known_rows import Known
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station

    key_files.use(arguments)
    try:
        opened = Opened(arguments.file.read_bytes(), arguments.file.name, arguments.encoding)
    except OSError as error:
        raise FileUnreadable(file=str(arguments.file)) from error
    choices = _chosen(opened.table, proposals.proposed(opened.table), arguments)
    _say_columns(opened.table, choices)
    opened.choose(choices, arguments.source or "-", arguments.consent or "-")
    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        importer = Importer(station, reader, AnnexIndex(), Known(), datetime.now(UTC))
        _say(importer.look(opened))
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


def _chosen(table: Table, proposed: Choices, arguments: argparse.Namespace) -> Choices:
    from testimony.services.imports import proposals
    from testimony.services.imports.column_choices import Column
    from testimony.services.imports.errors import ImportRefused

    columns = list(proposed.columns)
    for said in arguments.column:
        number, sign, to = said.partition("=")
        if not sign or not number.isdecimal() or not 1 <= int(number) <= len(columns):
            raise ImportRefused("mapping")
        columns[int(number) - 1] = proposals.filled(Column(to=to), table.values(int(number) - 1))
    ordered = (replace(one, order=one.order or arguments.dates) for one in columns)
    return replace(proposed, columns=tuple(ordered), lang=arguments.lang)


def _say_columns(table: Table, choices: Choices) -> None:
    for number, (name, column) in enumerate(zip(table.columns, choices.columns, strict=True), 1):
        line(f"{number} {harmless(name)[:40]}", " ".join(filter(None, (column.to, column.order))))
    if table.formulas:
        line("formulas", f"{table.formulas}: their stored value is read")
    for name in table.repeats:
        line("not read", harmless(name))
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
    for heading, number in seen.unread.most_common():
        line(f"kept as written: {harmless(heading)[:40]}", str(number))
