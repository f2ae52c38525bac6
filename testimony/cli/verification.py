"""`testimony verify TID`: check a stored testimony and its log proof, with no key and no server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from testimony.cli.printing import line

MARKS = {"yes": "holds", "no": "FAILS", "open": "not here"}


def add_to(commands: Any) -> None:
    verify = commands.add_parser(
        "verify",
        help="check a stored testimony without a key",
        description="Check the stored testimony TID with no key and no server: the manifest's signature against the "
        "pinned roster, every head and body against its hash, receipts, and its place in the custody log. Exits with 1 "
        "if any of these fails.",
    )
    verify.add_argument("tid", metavar="TID", help="the testimony's number, 32 hex digits")
    verify.add_argument("--home", required=True, type=Path, help="the folder of the station that holds it")
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services import examination
    from testimony.services.station import Station

    with Station.open(arguments.home) as station, station.database.reading() as session:
        findings = examination.examine(station, session, arguments.tid)
    line("testimony", arguments.tid)
    for finding in findings:
        line(finding.subject, f"{MARKS[finding.holds]:<9} {finding.words}")
    whole = examination.whole(findings)
    print("\n" + ("Nothing contradicts it." if whole else "Do not rely on it; report it."))
    return 0 if whole else 1
