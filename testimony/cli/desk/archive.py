"""`testimony archive TID…`: save all signed originals of testimonies in one file that can be verified years later."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import key_files, prompts
from testimony.cli.desk import disclosure
from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.domain.consent.purposes import Key

PARTS = ("narrative", "identity", "incident", "coded", "consent", "provenance", "media")


def add_to(commands: Any) -> None:
    archive = commands.add_parser(
        "archive",
        help="write testimonies into a file that anybody can check",
        description="Write the testimonies TID with all their signed originals and proofs into one file, which "
        "`testimony verify --archive` and the page verify.html inside check without a key, a server or this program. "
        "With --reveal a compartment is in it in clear too: only for a case (--for) to which the witness agrees today. "
        "What is revealed leaves this desk for good. Asks for the passphrase of the desk's key.",
    )
    archive.add_argument("tids", metavar="TID", nargs="+", help="the testimony's number, 32 hex digits")
    archive.add_argument("--home", required=True, type=Path, help="the lawyer's desk's folder")
    archive.add_argument("--to", required=True, type=Path, metavar="FILE", help="the file to write; it must not exist")
    archive.add_argument("--reveal", action="append", choices=PARTS, default=[], help="show this part in clear")
    archive.add_argument(
        "--for", dest="use", metavar="USE", help='the case, as the desk names it: "P09 RECIPIENT" or "P08a RECIPIENT"'
    )
    archive.add_argument(
        "--without-sealed", action="store_true", help="leave the sealed parts out: nobody can ever open more of it"
    )
    key_files.add_option(archive)
    archive.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.domain.review.disclosure import ARCHIVE
    from testimony.services.archive import archive as archive_service
    from testimony.services.archive.archive import Wish
    from testimony.services.opening import reader as opening_reader
    from testimony.services.startup import open_station

    key_files.use(arguments)
    wish = Wish(
        tids=tuple(dict.fromkeys(arguments.tids)),
        use=_case(arguments.use),
        reveal=frozenset(arguments.reveal),
        sealed=not arguments.without_sealed,
    )
    at = datetime.now(UTC).date()
    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        with station.database.transaction() as session:
            made = archive_service.compose(station, session, reader, wish, at=at)
            archive_service.save(made, arguments.to)
        disclosure.note(station, reader, arguments.to, wish.tids, made=ARCHIVE, use=wish.use, day=at)
    line("testimonies", str(len(wish.tids)))
    line("in clear", ", ".join(sorted(wish.reveal)) or "nothing")
    line("written", f"{arguments.to}, {counted(len(made.files), 'file')}; check it with the page verify.html inside")
    return 0


def _case(text: str | None) -> Key | None:
    """Raises `ArchiveRefused` for what is no use at all."""
    from testimony.domain.consent.purposes import Key, Purpose
    from testimony.services.archive.errors import ArchiveRefused

    if text is None:
        return None
    purpose, _, recipient = text.strip().partition(" ")
    try:
        return Key(Purpose(purpose), recipient.strip())
    except ValueError as error:
        raise ArchiveRefused("use") from error
