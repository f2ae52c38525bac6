"""`testimony verify TID`: check a stored testimony and its log proof, with no key and no server."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.opening import harmless
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
        "Exits with 1 if any of these fails. With --archive everything is checked that a file of `testimony archive` "
        "holds, and no home is needed.",
    )
    verify.add_argument("tid", metavar="TID", nargs="?", help="the testimony's number, 32 hex digits (default: all)")
    source = verify.add_mutually_exclusive_group(required=True)
    source.add_argument("--home", type=Path, help="the folder of the station that holds it")
    source.add_argument("--archive", type=Path, metavar="FILE", help="an archive, checked from its bytes alone")
    verify.add_argument(
        "--authority",
        type=Path,
        metavar="PEM",
        help="with --archive: believe time stamps by these roots alone, not by those in the archive",
    )
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.archive is not None:
        return _archive(arguments.archive, arguments.tid, arguments.authority)
    from testimony.services import examination
    from testimony.services.station import Station

    whole = True
    with Station.open(arguments.home) as station, station.database.reading() as session:
        for tid in [arguments.tid] if arguments.tid else examination.held(session):
            findings = examination.examine(station, session, tid)
            whole = examination.whole(findings) and whole
            _print(tid, findings)
    return _verdict(whole)


def _archive(file: Path, only: str | None, authority: Path | None = None) -> int:
    """`only`: the one testimony whose checks are printed; the rest counts all the same."""
    from testimony.errors import FileUnreadable
    from testimony.sealing import archivechecks, certifying
    from testimony.services import tls

    roots = () if authority is None else certifying.read_roots(tls.read(authority))
    tid, whole = "", True
    try:
        with file.open("rb") as source:
            for finding in archivechecks.examine(source, roots):
                whole = archivechecks.whole([finding]) and whole
                if only and finding.tid not in ("", only):
                    continue
                if finding.tid and finding.tid != tid:
                    print()
                    line("testimony", finding.tid)
                tid = finding.tid
                line(finding.subject, f"{MARKS[finding.holds]:<9} {harmless(str(finding))}")
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    print()
    return _verdict(whole)


def _verdict(whole: bool) -> int:
    print("Nothing contradicts what was found." if whole else "Something FAILS. Do not rely on it; report it.")
    return 0 if whole else 1


def _print(tid: str, findings: Sequence[Finding]) -> None:
    line("testimony", tid)
    for finding in findings:
        line(finding.subject, f"{MARKS[finding.holds]:<9} {finding.words}")
    print()
