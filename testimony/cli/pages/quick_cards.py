"""`testimony quick-cards FOLDER`: the quick card for interviewers as a PDF in each of their languages."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli.output import line
from testimony.cli.output_file import write_new


def add_to(commands: Any) -> None:
    from testimony.domain.testimony.languages import INTERVIEWERS

    cards = commands.add_parser(
        "quick-cards",
        help="make the quick card for interviewers, to be printed on A5",
        description="Make quick-card-LANG.pdf in FOLDER: two sides of A5 for the pocket of an interviewer, with the "
        "stops of an interview and what to do in an emergency. Write the numbers to call by hand.",
    )
    cards.add_argument("folder", metavar="FOLDER", type=Path)
    cards.add_argument(
        "--language", metavar="LANG", action="append", choices=INTERVIEWERS,
        help="only this one; may be given several times",
    )  # fmt: skip
    cards.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.domain.testimony.languages import INTERVIEWERS
    from testimony.services.typesetting import quick_card

    today = datetime.now(UTC).date()
    for lang in dict.fromkeys(arguments.language or INTERVIEWERS):
        file = arguments.folder / f"quick-card-{lang}.pdf"
        write_new(file, quick_card.as_pdf(lang, today))
        line("written", str(file))
    return 0
