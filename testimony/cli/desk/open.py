"""`testimony open TID`: open a testimony with a key file and print what it can read."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli import key_files, prompts
from testimony.cli.output import counted, harmless, line

# What a terminal may act upon or that hides: control characters but the tab and the end of a line, separators of lines,
# overrides and isolates of the writing direction, halves of characters.
MARKS = {"yes": "holds", "no": "FAILS", "open": "cannot be checked here"}


def add_to(commands: Any) -> None:
    opening = commands.add_parser(
        "open",
        help="open a testimony with a key file",
        description="Open the testimony TID with a reader's key file and print the compartments that the key opens. "
        "Asks for the passphrase, or reads it from standard input; it is never an argument. What is printed is "
        "plaintext: mind where it goes. Exits with 1 if anything fails or has not arrived, also a record that "
        "central's log names: a withdrawal may be among them.",
    )
    opening.add_argument("tid", metavar="TID", help="the testimony's number, 32 hex digits")
    opening.add_argument("--home", required=True, type=Path, help="the folder of the desk that holds it")
    key_files.add_option(opening)
    opening.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.cli.station import gaps
    from testimony.services.custody import gaps as custody_gaps
    from testimony.services.opening import reader as opening_reader
    from testimony.services.startup import open_station
    from testimony.services.testimony import keyless_check
    from testimony.services.testimony import view as testimony_view

    key_files.use(arguments)
    with open_station(arguments.home) as station:
        with station.database.reading() as session:
            keyless_check.manifest_of(session, arguments.tid)
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        with station.database.transaction() as session:
            opened = testimony_view.open_testimony(station, session, reader, arguments.tid, at=datetime.now(UTC).date())
        with station.database.reading() as session:
            left_out = gaps.tell(custody_gaps.find(session, station.chain, station.settings.role), station.chain)
    line("testimony", opened.tid)
    line("taken down", f"{opened.day}, on {opened.device or 'an unknown device'}")
    for finding in opened.findings:
        if finding.subject in ("manifest", "attestation", "slots", "log"):
            line(finding.subject, MARKS[finding.holds])
    for compartment in opened.compartments:
        _print(compartment)
    _print_media(opened.gallery)
    lacking = any(compartment.closed == "incomplete" for compartment in opened.compartments)
    return 1 if lacking or left_out or opened.seal == "no" else 0


def _print(compartment: Any) -> None:
    from testimony.services.opening.errors import CLOSED_SENTENCES

    print()
    if compartment.closed is not None:
        line(compartment.part, CLOSED_SENTENCES[compartment.closed])
    elif compartment.type == "application/json":
        line(compartment.part, "")
        print(harmless(json.dumps(compartment.content, indent=1, ensure_ascii=False)))
    else:
        line(compartment.part, f"{compartment.type}, {counted(len(compartment.data), 'byte')}; open it at the desk")


def _print_media(gallery: Any) -> None:
    """What there is to hear and see at the desk; nothing of it goes to a terminal."""
    from testimony.services.opening.errors import CLOSED_SENTENCES

    if gallery is None:
        return
    print()
    if gallery.closed is not None:
        line("media", CLOSED_SENTENCES[gallery.closed])
    for medium in gallery.media:
        item = medium.item
        here = item.pieces - len(medium.missing)
        words = f"{counted(item.len, 'byte')}, {here} of {counted(item.pieces, 'piece')} here; open it at the desk"
        line(f"{item.kind} {medium.number}", words)
