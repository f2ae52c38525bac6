"""`testimony check`: check a station's home for damage without changing anything."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from testimony.cli.output import line

UNSOUND = 1


def add_to(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="look a station through for damage, and whether it can exchange",
        description="Look a station's folder through, running or not, and change nothing: the database, every record "
        "and signature, every head and body against its hash, the logs, receipts and outbox, the journal, and that "
        "nothing is left of what was withdrawn; last, whether it can exchange with central at all. Says what to do "
        "about each finding. Exits with 1 if it is not sound.",
    )
    check.add_argument("--home", required=True, type=Path, help="the station's folder")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.integrity import exchange, fsck

    grave = 0
    for check in (fsck.check, exchange.check):
        if not grave:
            for finding in check(arguments.home):
                grave += finding.grave
                line(finding.subject, finding.words)
    print("Something is wrong; what to do stands above." if grave else "It is sound.")
    return UNSOUND if grave else 0
