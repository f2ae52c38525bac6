"""`testimony release check`: check the zip file of a release from its bytes alone, as any recipient can."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import harmless, line

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
    check.add_argument("--home", type=Path, help="a coordinator's desk: also ask its ledger, and make the file anew")
    check.add_argument("--key-file", type=Path, metavar="FILE", help="another key file")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.publication.check import check
    from testimony.services.certificates.errors import FileUnreadable

    try:
        data = arguments.zip.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(arguments.zip)) from error
    report = check(data)
    _print(report)
    known = arguments.home is None or _at_desk(arguments, report.sha256)
    return 0 if report.holds and known else FAILED


def _at_desk(arguments: argparse.Namespace, sha256: str) -> bool:
    """What the ledger of a desk says of the file: that its lines hold as many people and pushbacks as they promise."""
    from testimony.cli.release.desk import at_desk
    from testimony.services.ledger import ledger
    from testimony.services.release import desk as release_desk
    from testimony.services.release import history as release_history
    from testimony.services.release import release
    from testimony.services.release.errors import ReleaseRefused

    with at_desk(arguments) as by:
        held = release_desk.ledger_of(by)
        found = release_history.file_of(held, sha256)
        if found is None:
            line("FAILS", "the ledger knows no file with these bytes")
            return False
        batch, recipient = found
        line("ledger", f"{batch.name}, for {recipient}: {batch.stage}")
        if ledger.invariant(held):
            line("FAILS", "lines of all releases together stand for too few people or pushbacks")
            return False
        line(
            "ledger",
            f"each of its lines: at least {batch.k} people from {batch.m} pushbacks; each account in one line, once",
        )
        try:
            release.preview(by, batch.name)
        except ReleaseRefused as refusal:
            line("note", f"It cannot be made anew here: {refusal}")
        else:
            line("made anew", "the same bytes")
    return True


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
