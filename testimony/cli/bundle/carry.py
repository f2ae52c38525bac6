"""`testimony carry FILE`: import at a field node a file that a phone saved, and write the receipts for it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.sync.bundle.phone_outbox import CarryReport

FAILED = 1


def add_to(commands: Any) -> None:
    carry = commands.add_parser(
        "carry",
        help="take in a file that a phone saved",
        description="Take in what a phone saved as a file because it could not reach a node. Every whole testimony is "
        "taken in, also from a file that broke off; the same file again changes nothing. The phone keeps its copies "
        "until it has read the receipts. Exits with 1 if anything was refused or is missing.",
    )
    carry.add_argument("file", metavar="FILE", type=Path, help="the file from the phone")
    carry.add_argument("--home", required=True, type=Path, help="the field node's folder")
    carry.add_argument("--receipts", type=Path, metavar="FILE", help="write the receipts here, for the phone to read")
    carry.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import FileUnreadable
    from testimony.services.startup import open_station
    from testimony.sync.bundle import phone_outbox

    with open_station(arguments.home) as station:
        try:
            source = arguments.file.open("rb")
        except OSError as error:
            raise FileUnreadable(file=str(arguments.file)) from error
        with source:
            report = phone_outbox.take_in(station, source)
    if arguments.receipts is not None:
        _write(arguments.receipts, phone_outbox.receipts_file(report))
    return tell(report)


def _write(file: Path, data: bytes) -> None:
    from testimony.services.certificates.errors import FileTaken
    from testimony.store.errors import StoreUnwritable

    try:
        with file.open("xb") as out:
            out.write(data)
    except FileExistsError as error:
        raise FileTaken(file=str(file)) from error
    except OSError as error:
        raise StoreUnwritable(folder=str(file.parent)) from error


def tell(report: CarryReport) -> int:
    from testimony.errors import REFUSAL_RULES
    from testimony.sync.errors import ContainerTorn

    line("in the file", counted(report.records, "record"))
    line("taken in", f"{counted(len(report.held), 'record')}, each complete and signed for")
    for name, rule in report.refused.items():
        line("refused", f"{name[:16]}…: {REFUSAL_RULES.get(rule, rule)}")
    if report.torn:
        line("damaged", ContainerTorn.sentence)
    lacking = report.records - len(report.held | report.refused.keys())
    if lacking:
        line("incomplete", f"{counted(lacking, 'record')}; bring the phone's next file")
    return FAILED if report.torn or report.refused or lacking else 0
