"""`testimony verify-node URL`: compare what a node serves to phones with what it should serve, from another device."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line
from testimony.cli.pages import served

if TYPE_CHECKING:
    from testimony.cli.pages.visit import Visit
    from testimony.sealing.roster.pages import PageFile, Pages

SAME, DIFFERS, NOT_COMPARED = 0, 1, 3
"""2 is argparse's, for a command that was typed wrongly."""


def add_to(commands: Any) -> None:
    verify = commands.add_parser(
        "verify-node",
        help="compare the page that a node serves with what was signed",
        description="Fetch every file that the node at URL serves to phones, as a phone would, and compare it with "
        "what it should be. With --org: the statement that the node serves, or the one in --statement, which two page "
        "keys of the roster in DIR signed. With --home: what the installed program serves for the field node in HOME. "
        "Each difference is named. Exits with 1 if something differs or is not signed, and with 3 if the node could "
        "not be reached. Do this on a device that the node does not know, in the node's network.",
    )
    verify.add_argument("url", metavar="URL", help="the address of the node, such as https://node.example")
    wanted = verify.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--org", metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    wanted.add_argument("--home", type=Path, help="the folder of a field node with the same roster")
    verify.add_argument("--statement", metavar="FILE", type=Path, help="with --org: a statement that came another way")
    verify.add_argument("--ca", metavar="PEM", type=Path, help="the authority that signed the node's certificate")
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.cli.pages.visit import Visit
    from testimony.sync.errors import StationUnreachable

    visit = Visit(arguments.url, arguments.ca)
    try:
        found = _differences(arguments, visit)
    except StationUnreachable as error:
        line("not compared", str(error))
        return NOT_COMPARED
    served.print_differences(found)
    line("result", f"{counted(len(found), 'difference')}" if found else "every file is as it should be")
    return DIFFERS if found else SAME


def _differences(arguments: argparse.Namespace, visit: Visit) -> dict[str, str]:
    """By path, how the node serves something else."""
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.sealing.roster.pages import digest

    listed, signed = visit.offer()
    wanted = _wanted(arguments, signed)
    line("its words", fingerprint_words(digest(wanted.files.values())))
    line("fetches", counted(len(wanted.files), "file"))
    found = wanted.differences(_fetched(visit, wanted))
    return found | {path: kind for path, kind in wanted.differences(listed).items() if path not in found}


def _fetched(visit: Visit, wanted: Pages) -> Iterator[PageFile]:
    from testimony.sealing.roster.pages import PageFile

    for path, file in wanted.files.items():
        data = visit.get(path, file.size + 1)
        if data is not None:
            yield PageFile.of(path, data)


def _wanted(arguments: argparse.Namespace, signed: bytes | None) -> Pages:
    """What the node should serve. Raises `PagesRefused` for a statement that is not signed as it must be."""
    from testimony.cli.signing.rosters import chain_of
    from testimony.sealing.roster.errors import PagesRefused
    from testimony.sealing.roster.pages import Pages, verify_pages
    from testimony.services.certificates import store as certificate_store
    from testimony.services.roster import page_statement
    from testimony.services.startup import open_station

    if arguments.home is not None:
        with open_station(arguments.home) as station:
            files = served.by(station)
        return Pages(version=0, day="", files={one.path: one for one in files})
    data = signed if arguments.statement is None else certificate_store.read(arguments.statement)
    if data is None:
        raise PagesRefused("none")
    pages = verify_pages(page_statement.read(data), chain_of(arguments.org).latest)
    line("statement", f"no {pages.version} of {pages.day}, signed by two page keys")
    return pages
