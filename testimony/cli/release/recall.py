"""`testimony release recall|report`: recall published lines, and report on what was published."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from testimony.cli.output import counted, line
from testimony.cli.output_file import write_new
from testimony.cli.release import desk


def add_to(acts: Any) -> None:
    """`acts`: those of the group `release`."""
    from testimony.domain.ledger.acts import Reason

    recall = desk.act(acts, "recall", run_recall, "take a line back, or a few testimonies among others of it")
    recall.add_argument("line", metavar="LINE", help="the line's id in the file")
    recall.add_argument("--reason", required=True, choices=[str(one) for one in Reason])
    recall.add_argument(
        "--testimony", action="append", default=[], metavar="TID", help="this one, in a cohort drawn by lot"
    )
    report = desk.act(acts, "report", run_report, "what left, what was refused, what was taken back")
    report.add_argument("--for", dest="to", default="", metavar="CODE", help="write the notice for this recipient")
    report.add_argument("--out", type=Path, metavar="FILE", help="into this new CSV file")


def run_recall(arguments: argparse.Namespace) -> int:
    from testimony.domain.ledger.acts import Reason
    from testimony.services.release import desk as release_desk
    from testimony.services.release import release

    with desk.at_desk(arguments) as by:
        manifests = [release_desk.manifest_of(by, tid) for tid in arguments.testimony]
        release.recall(by, arguments.line.removeprefix("c"), Reason(arguments.reason), manifests=manifests)
    line("recalled", arguments.line)
    print("\nNext: exchange, and send `testimony release report --for CODE --out FILE` to those who have it.")
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    from testimony.services.release import desk as release_desk
    from testimony.services.release import history as release_history
    from testimony.services.release import recall_advice, recall_entries

    with desk.at_desk(arguments) as by:
        new = recall_entries.revoke(by)
        held = release_desk.ledger_of(by)
        if arguments.out is not None:
            write_new(arguments.out, release_history.notice(held, arguments.to))
            line("written", f"{arguments.out}, for {arguments.to}")
            return 0
        if new:
            gone = counted(new, "testimony")
            line("withdrawn", f"{gone} that had left: send a notice (--for, --out) to the people who have the file")
        _tell(release_history.of(held))
        _advise(recall_advice.advised(by, held))
    return 0


def _tell(history: Any) -> None:
    from testimony.cli.release import output as release_output

    for subject, fact in release_output.history(history):
        line(subject, fact)


def _advise(found: Iterable[Any]) -> None:
    from testimony.cli.release import output as release_output

    for subject, fact in release_output.advice(found):
        line(subject, fact)
