"""`testimony verify TID`: check a stored testimony and its log proof, with no key and no server."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.printing import line

if TYPE_CHECKING:
    from testimony.services.examination import Finding

MARKS = {"yes": "holds", "no": "FAILS", "open": "not here"}


def add_to(commands: Any) -> None:
    verify = commands.add_parser(
        "verify",
        help="check a stored testimony without a key",
        description="Check the stored testimony TID, or every one, with no key and no server: the manifest's signature "
        "against the pinned roster, every head and body against its hash, receipts, and its place in the custody log. "
        "Exits with 1 if any of these fails.",
    )
    verify.add_argument("tid", metavar="TID", nargs="?", help="the testimony's number, 32 hex digits (default: all)")
    verify.add_argument("--home", required=True, type=Path, help="the folder of the station that holds it")
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services import examination
    from testimony.services.station import Station

    whole = True
    with Station.open(arguments.home) as station, station.database.reading() as session:
        for tid in [arguments.tid] if arguments.tid else examination.held(session):
            findings = examination.examine(station, session, tid)
            whole = examination.whole(findings) and whole
            _print(tid, findings)
    print("Nothing contradicts what was found." if whole else "Something FAILS. Do not rely on it; report it.")
    return 0 if whole else 1


def _print(tid: str, findings: Sequence[Finding]) -> None:
    line("testimony", tid)
    for finding in findings:
        line(finding.subject, f"{MARKS[finding.holds]:<9} {finding.words}")
    print()
