"""`testimony release check`: look a release's zip through from its bytes alone, as anybody who receives one can."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.opening import harmless
from testimony.cli.printing import line

if TYPE_CHECKING:
    from testimony.publication.check import Report

FAILED = 1


def add_to(commands: Any) -> None:
    """`commands`: those of the group `release`."""
    check = commands.add_parser(
        "check",
        help="check the zip of a release without a key",
        description="Check the file ZIP of a release from its bytes alone, with no key and no home: the list of files "
        "and their hashes, that every file says what the table says, that each line stands for enough accounts, that "
        "every label is one of its level, and that no total tells a count that is blank. That the lines hold as many "
        "people and pushbacks as they promise only the desk that made it can check. Exits with 1 if anything fails.",
    )
    check.add_argument("zip", metavar="ZIP", type=Path, help="the file as it was received")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.errors import FileUnreadable
    from testimony.publication.check import check

    try:
        data = arguments.zip.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(arguments.zip)) from error
    report = check(data)
    _print(report)
    return 0 if report.holds else FAILED


def _print(report: Report) -> None:
    """What it is, what is wrong with it, and what nobody can see from here."""
    line("sha256", report.sha256)
    if report.content is not None and report.holds:
        line("release", _plain(f"{report.content.release}, for {report.content.recipient}"))
        line("lines", f"{len(report.content.lines)}, of {report.content.accounts} accounts")
    for fault in report.faults:
        line("FAILS", _plain(str(fault)))
    for note in report.notes:
        line("note", _plain(str(note)))
    print()
    if report.holds:
        print("Nothing contradicts what it promises. Ask who sent it whether its sha256 is the one above.")
    else:
        print("Something FAILS. Do not use it; ask who sent it for another.")


def _plain(text: str) -> str:
    """`text` with everything escaped that could move a terminal's cursor: the words come from strangers."""
    return harmless(json.dumps(text, ensure_ascii=False)[1:-1])
