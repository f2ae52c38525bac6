"""`testimony submission KIND TID…`: write a Special Procedures sheet, annexes to a complaint, or a covering note."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli import key_files, prompts
from testimony.cli.desk import disclosure
from testimony.cli.desk.casefile import FAILED, add_order, order_of
from testimony.cli.output import counted, line
from testimony.cli.output_file import write_new


def add_to(commands: Any) -> None:
    from testimony.domain.testimony.submission import KINDS, LANGUAGES, PARTS

    submission = commands.add_parser(
        "submission",
        help="make a sheet for the Special Procedures, annexes to a complaint, or a covering note",
        description="Make a PDF (PDF/A) of the testimonies TID that goes with a case: sheets for the communication "
        "form of the Special Procedures, numbered annexes with their hashes, or a covering note with numbers by theme. "
        "Refuses, with the reason for each testimony, where consent does not cover today what is asked for. Asks for "
        "the passphrase, or reads it from standard input. The files are plaintext: mind where they go.",
    )
    submission.add_argument("kind", choices=KINDS, help="what to make")
    add_order(submission, LANGUAGES)
    submission.add_argument(
        "--part", action="append", default=[], choices=PARTS, help="of a sheet: for a letter to the State (P08b), for "
        "a public report (P08c); may be given twice",
    )  # fmt: skip
    submission.add_argument("--fields", type=Path, metavar="FILE", help="of a sheet: a new text file, field by field")
    submission.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.domain.testimony.submission import SHEET
    from testimony.services.casefile import document as casefile_document
    from testimony.services.casefile import language as casefile_language
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station
    from testimony.services.submissions import submission_document, submissions
    from testimony.services.submissions.errors import SubmissionRefused
    from testimony.services.submissions.submissions import Gathered, Submission
    from testimony.services.typesetting import pdf

    key_files.use(arguments)
    if arguments.fields is not None and arguments.kind != SHEET:
        raise SubmissionRefused("fields")
    order, at = order_of(arguments), datetime.now(UTC).date()
    asked = Submission(kind=arguments.kind, order=order, parts=frozenset(arguments.part))
    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        with station.database.transaction() as session:
            made = submissions.gather(station, session, reader, asked, annexes=AnnexIndex(), at=at)
            if isinstance(made, Gathered):
                write_new(arguments.out, pdf.pdf(submission_document.data_of(made), day=at))
        if isinstance(made, Gathered):
            disclosure.note(station, reader, arguments.out, order.tids, made=arguments.kind, use=order.case, day=at)
            line("written", f"{arguments.out}: {counted(len(order.tids), 'testimony')}; it is not sealed")
            if arguments.fields is not None:
                write_new(arguments.fields, _plain(submission_document.fields_of(made)).encode())
                line("written", f"{arguments.fields}; it is not sealed")
            return 0
        organisations = [roster.organisation for roster in station.chain.rosters]
    for tid, why in casefile_document.refusals(made, casefile_language.Speech("en", organisations)):
        line("refused", f"{tid}: {why}")
    return FAILED


def _plain(sheets: Sequence[Mapping[str, Any]]) -> str:
    """Headings, and each label with what stands behind it below."""
    lines = []
    for sheet in sheets:
        lines.append(f"## {sheet['title']}\n")
        for part in sheet["parts"]:
            lines.append(f"# {part['title']}\n")
            lines += [f"{one['label']}\n{one['text']}\n" for one in part["fields"]]
            lines += [f"{part['note']}\n"] if part["note"] else []
    return "\n".join(lines)
