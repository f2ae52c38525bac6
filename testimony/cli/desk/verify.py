"""`testimony verify TID`: verify a stored testimony and its log proof, without a key and without a server."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.desk import plaintext
from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.sealing.archive.parts import Revealed
    from testimony.sealing.verification import Finding

MORE_SENTENCES = {
    "manifest.holds": "Taken down on %(day)s, signed by %(device)s, a device of roster no %(no)s.",
    "manifest.imported": "Imported on %(day)s, signed by %(device)s, a lawyer of roster no %(no)s.",
    "parts.hold": "%(number)s of its heads and bodies are here and are exactly those that the manifest names.",
    "parts.lacking": "%(number)s of its heads and bodies are here and are exactly those that the manifest names. "
    "%(missing)s are not held here.",
    "parts.damaged": "Changed or damaged here: %(names)s.",
    "media.hold": "%(number)s of %(all)s pieces are here and are exactly those that the manifest names.",
    "media.lacking": "%(number)s of %(all)s pieces are here and are exactly those that the manifest names. "
    "Incomplete: %(names)s.",
    "receipt.holds": "%(station)s signed for %(number)s heads and bodies.",
    "log.holds": "Received on %(day)s: entry %(position)s of %(size)s in the log; the proof holds.",
    "seen.stamped": "The time stamp authority %(by)s signed that the first %(size)s entries of central's log, with it, "
    "existed at %(time)s. SHA-256 of the root that the stamp goes back to: %(root)s.",
    "seen.cosigned": "The partner %(by)s cosigned the first %(size)s entries of central's log, with it, at %(time)s.",
    "withdrawal.served": "It was withdrawn and is served to nobody.",
}
"""Sentences of this command; for other codes it uses those of the desk's page."""
EXIT_CODES = {"yes": 0, "no": 1, "open": 3}
"""2 is argparse's, for a command that was typed wrongly."""
MARKS = {"yes": "holds", "no": "FAILS", "open": "not here"}


def add_to(commands: Any) -> None:
    verify = commands.add_parser(
        "verify",
        help="check a stored testimony without a key",
        description="Check the stored testimony TID, or every one, with no key and no server: the manifest's signature "
        "against the pinned roster, every head and body against its hash, receipts, and its place in the custody log. "
        "Exits with 1 if any of these fails, or if central's log names records that did not come here, and with 3 if "
        "nothing fails but no log proves when one came in, or its day is in doubt. "
        "With --archive everything is checked that a file of `testimony archive` "
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
    verify.add_argument(
        "--show",
        action="store_true",
        help="with --archive: print the parts in clear that hold, too; that is plaintext: mind where it goes",
    )
    verify.set_defaults(run=run, parser=verify)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station

    if arguments.archive is not None:
        return _archive(arguments.archive, arguments.tid, arguments.authority, show=arguments.show)
    if arguments.show:
        arguments.parser.error("--show goes with --archive; what a station holds is opened with `testimony open`")
    from testimony.cli.station import gaps
    from testimony.services.custody import gaps as custody_gaps
    from testimony.services.testimony import evidence, keyless_check

    found: list[Finding] = []
    with open_station(arguments.home) as station, station.database.reading() as session:
        log = evidence.check_log(session, station.chain, station.settings.role)
        for tid in [arguments.tid] if arguments.tid else keyless_check.testimonies(session):
            findings = keyless_check.examine(station, session, tid, log=log)
            found += findings
            _print(tid, findings)
        whole = not gaps.tell(custody_gaps.find(session, station.chain, station.settings.role), station.chain)
    return _conclude(found, whole=whole)


def _archive(file: Path, only: str | None, authority: Path | None = None, *, show: bool = False) -> int:
    """`only`: the one testimony whose checks are printed; the rest counts all the same."""
    from testimony.sealing.archive import checks as archive_checks
    from testimony.sealing.log import certificate_path
    from testimony.services.certificates import store as certificate_store
    from testimony.services.certificates.errors import FileUnreadable

    roots = () if authority is None else certificate_path.read_roots(certificate_store.read(authority))
    told = _Telling(only, show=show)
    found: list[Finding] = []
    try:
        with file.open("rb") as source:
            for finding in archive_checks.examine(source, roots, told.keep):
                found.append(finding)
                told.tell(finding)
    except BrokenPipeError:  # of our output, and not of the file
        raise
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    told.end()
    print()
    return _conclude(found)


class _Telling:
    """Prints findings as they come, under the testimony that they are about, and behind them what is in clear of it."""

    def __init__(self, only: str | None, *, show: bool) -> None:
        self._only, self._show = only, show
        self._tid = ""
        self._clear: list[str] = []

    def keep(self, part: Revealed) -> None:
        """As lines, until the checks of its testimony are told."""
        if self._show and self._only in (None, part.tid):
            self._clear += ["", *plaintext.lines(part)]

    def tell(self, finding: Finding) -> None:
        from testimony.sealing.archive import report

        if self._only and finding.tid not in ("", self._only):
            return
        if finding.tid != self._tid:
            self.end()
        if finding.tid and finding.tid != self._tid:
            print()
            line("testimony", finding.tid)
        self._tid = finding.tid
        line(finding.subject, f"{MARKS[finding.holds]:<9} {report.sentence(finding)}")

    def end(self) -> None:
        """End the checks of a testimony: print its texts."""
        for text in self._clear:
            print(text)
        self._clear.clear()


def sentence(finding: Finding) -> str:
    """A finding about a stored testimony in English."""
    from testimony.services.testimony.sentences import SENTENCES

    return (MORE_SENTENCES.get(finding.code) or SENTENCES[finding.code]) % finding.values


def _conclude(findings: Sequence[Finding], *, whole: bool = True) -> int:
    """Print the conclusion and return the exit code; `whole`: whether no record is lacking here."""
    from testimony.sealing import verification
    from testimony.sealing.archive import report

    conclusion = verification.conclusion(findings) if whole else verification.Holds.NO
    print(report.PAGE[report.CONCLUSIONS[conclusion]])
    return EXIT_CODES[conclusion]


def _print(tid: str, findings: Sequence[Finding]) -> None:
    line("testimony", tid)
    for finding in findings:
        line(finding.subject, f"{MARKS[finding.holds]:<9} {sentence(finding)}")
    print()
