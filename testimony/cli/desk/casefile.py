"""`testimony casefile TID…`: make a PDF of testimonies for a court or an expert, within the consent of today."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli import key_files, prompts
from testimony.cli.desk import disclosure
from testimony.cli.output import counted, line
from testimony.cli.output_file import write_new

FAILED = 1


def add_to(commands: Any) -> None:
    from testimony.domain.testimony.languages import DOCUMENTS

    casefile = commands.add_parser(
        "casefile",
        help="make a PDF of testimonies for a court or an expert",
        description="Make a case file (PDF/A) of the testimonies TID for one use and one recipient. Refuses, with the "
        "reason for each testimony, where consent does not cover that use today. Asks for the passphrase, or reads it "
        "from standard input. The file is plaintext: mind where it goes.",
    )
    add_order(casefile, DOCUMENTS)
    casefile.set_defaults(run=run)


def add_order(parser: argparse.ArgumentParser, languages: Sequence[str]) -> None:
    """Which testimonies, for which case, how and into which file: the same for every PDF that leaves a desk."""
    parser.add_argument("tid", metavar="TID", nargs="+", help="a testimony's number, 32 hex digits")
    parser.add_argument("--home", required=True, type=Path, help="the lawyer's desk's folder that holds them")
    parser.add_argument("--purpose", required=True, metavar="CODE", help="P09 (court) or P08a (United Nations)")
    parser.add_argument("--recipient", required=True, metavar="CODE", help="for whom, as the roster calls it")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new PDF")
    parser.add_argument(
        "--language", "--lang", dest="lang", default="en", choices=languages, help="the language of the file"
    )
    parser.add_argument(
        "--person", action="append", default=[], metavar="ID=NAME", help="the name, in the file, of somebody whom the "
        "roster calls ID; may be given several times",
    )  # fmt: skip
    parser.add_argument("--name", default="full", choices=("full", "initials", "none"), help="at most this of a name")
    parser.add_argument("--pictures", action="store_true", help="with the pictures; nothing is burnt out of them")
    parser.add_argument("--marks", type=Path, metavar="JSON", help="what is burnt out (docs/casefile.md)")
    key_files.add_option(parser)


def run(arguments: argparse.Namespace) -> int:
    from testimony.domain.review.disclosure import CASE_FILE
    from testimony.services.casefile import casefile
    from testimony.services.casefile import document as casefile_document
    from testimony.services.casefile import language as casefile_language
    from testimony.services.casefile.casefile import CaseFile
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station
    from testimony.services.typesetting import pdf

    key_files.use(arguments)
    order, at = order_of(arguments), datetime.now(UTC).date()
    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        with station.database.transaction() as session:
            made = casefile.gather(station, session, reader, order, annexes=AnnexIndex(), at=at)
            if isinstance(made, CaseFile):
                write_new(arguments.out, pdf.pdf(casefile_document.data_of(made), day=at))
        if isinstance(made, CaseFile):
            attached = [one.file.id for one in made.attached]
            disclosure.note(
                station, reader, arguments.out, order.tids, made=CASE_FILE, use=order.case, day=at, attached=attached
            )
            line("written", f"{arguments.out}: {counted(len(order.tids), 'testimony')}; it is not sealed")
            return 0
        organisations = [roster.organisation for roster in station.chain.rosters]
    for tid, why in casefile_document.refusals(made, casefile_language.Speech("en", organisations)):
        line("refused", f"{tid}: {why}")
    return FAILED


def order_of(arguments: argparse.Namespace) -> Any:
    """The order for the testimonies and the case that were named. Raises `CaseFileRefused`, `MarkUnusable`."""
    from testimony.domain.consent.purposes import Key, Purpose
    from testimony.services.casefile.casefile import Order
    from testimony.services.casefile.errors import CaseFileRefused

    if arguments.purpose not in {one.value for one in Purpose}:
        raise CaseFileRefused("purpose")
    return Order(
        case=Key(Purpose(arguments.purpose), arguments.recipient),
        tids=tuple(dict.fromkeys(arguments.tid)),
        lang=arguments.lang,
        name=arguments.name,
        marks=_marks(arguments.marks),
        pictures=arguments.pictures,
        persons=_persons(arguments.person),
    )


def _persons(said: Sequence[str]) -> dict[str, str]:
    """{ID: name}, of "ID=NAME". Raises `CaseFileRefused`."""
    from testimony.services.casefile.errors import CaseFileRefused

    found = [one.partition("=") for one in said]
    if not all(sign and id and name.strip() for id, sign, name in found):
        raise CaseFileRefused("person")
    return {id: name for id, _, name in found}


def _marks(file: Path | None) -> dict[str, Any]:
    """{tid: [mark]}. Raises `FileUnreadable`, `MarkUnusable`."""
    from testimony.domain.errors import MarkUnusable
    from testimony.domain.testimony.redaction import Mark
    from testimony.services.certificates.errors import FileUnreadable

    if file is None:
        return {}
    try:
        value = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    except ValueError as error:
        raise MarkUnusable from error
    if not isinstance(value, dict):
        raise MarkUnusable
    return {str(tid): Mark.parse_all(found) for tid, found in value.items()}
