"""`testimony pages key|state|sign|install|webcat`: the page keys, and what they sign."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.cli.output import counted, line
from testimony.cli.pages import served

if TYPE_CHECKING:
    from testimony.sealing.records.records import SignedRecord
    from testimony.sealing.roster.pages import PageFile, Pages

NODE = "the folder of a field node with the roster in force"


def add_to(commands: Any) -> None:
    what = "sign the page that nodes serve to phones"
    pages = commands.add_parser("pages", help=what, description=what.capitalize() + ": docs/pages.md tells each step.")
    acts = pages.add_subparsers(title="acts", metavar="ACT", required=True)
    key = acts.add_parser(
        "key",
        help="a new page key under a proposed passphrase",
        description="Make the key file FILE with a page key, and beside it FILE.public.json, which `roster "
        "page-keys` takes. The passphrase is proposed, shown once and kept nowhere.",
    )
    key.add_argument("file", metavar="FILE", type=Path)
    key.set_defaults(run=run_key)
    state = acts.add_parser(
        "state",
        help="write down every file of the page, to be signed",
        description="Write into the new file STATEMENT every file that a phone loads from the field node in HOME, with "
        "its hash, as the installed program serves it. Its number is one more than that of the statement which the "
        "node serves now.",
    )
    state.add_argument("statement", metavar="STATEMENT", type=Path)
    state.add_argument("--home", required=True, type=Path, help=NODE)
    state.add_argument("--number", type=int, metavar="N", help="its number, where the node serves no statement yet")
    state.set_defaults(run=run_state)
    _add_signing(acts)
    webcat = acts.add_parser(
        "webcat",
        help="the manifest that the browser extension WEBCAT checks",
        description="Write the new file MANIFEST for a node with a public name: the files of the page in HOME, their "
        "hashes and the policies of the page, as WEBCAT asks for them. Sign it with the tools of WEBCAT.",
    )
    webcat.add_argument("manifest", metavar="MANIFEST", type=Path)
    webcat.add_argument("--home", required=True, type=Path, help=NODE)
    webcat.add_argument("--app", required=True, metavar="URL", help="where the source of this program is published")
    webcat.set_defaults(run=run_webcat)


def _add_signing(acts: Any) -> None:
    sign = acts.add_parser(
        "sign",
        help="sign that these are the files of the page",
        description="Compare STATEMENT with what the program that is installed here serves for the field node in HOME. "
        "If every file is the same, show the words of the statement, ask, and add the signature of the page key in "
        "FILE. Two of the three holders sign, each on their own machine.",
    )
    sign.add_argument("statement", metavar="STATEMENT", type=Path)
    sign.add_argument("--home", required=True, type=Path, help=NODE)
    sign.add_argument("--key-file", required=True, metavar="FILE", type=Path, help="the key file of a page key")
    sign.set_defaults(run=run_sign)
    install = acts.add_parser(
        "install",
        help="let a node serve the signed statement",
        description="Serve STATEMENT at the field node in HOME. Refuses one that fewer than two page keys signed, that "
        "is older than the one there, or that is about other files than this node serves.",
    )
    install.add_argument("statement", metavar="STATEMENT", type=Path)
    install.add_argument("--home", required=True, type=Path, help="the field node's folder")
    install.set_defaults(run=run_install)


def run_key(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing import two_of_three

    two_of_three.make(arguments.file)
    print("\nNext, with all three: testimony roster page-keys FILE FILE FILE --org DIR --key-file FILE FILE")
    return 0


def run_state(arguments: argparse.Namespace) -> int:
    from testimony.sealing.roster.pages import parse_pages, unsigned
    from testimony.services.certificates import store as certificate_store
    from testimony.services.roster import page_statement
    from testimony.services.startup import open_station

    certificate_store.require_free(arguments.statement)
    with open_station(arguments.home) as station:
        files, before = served.by(station), page_statement.stored(station)
    number = arguments.number or (1 if before is None else parse_pages(before).version + 1)
    record = unsigned(files, version=number, day=datetime.now(UTC).date().isoformat())
    certificate_store.write_new(arguments.statement, record.encode())
    _print(parse_pages(record))
    print(f"\nNext, twice: testimony pages sign {arguments.statement.name} --home HOME --key-file FILE")
    return 0


def run_sign(arguments: argparse.Namespace) -> int:
    from testimony.cli.key_files import replace_file, unlock
    from testimony.sealing.roster.errors import PagesRefused
    from testimony.sealing.roster.pages import THRESHOLD, parse_pages, with_signature
    from testimony.services.startup import open_station

    record = _read(arguments.statement)
    pages = parse_pages(record)
    with open_station(arguments.home) as station:
        roster = station.chain.latest
        _require_same(pages, served.by(station))
    _print(pages)
    prompts.confirmed("Are these the words that the other holder of a page key has?")
    signer = unlock(arguments.key_file).root
    if signer is None:
        raise PagesRefused("key")
    record = with_signature(record, signer, roster)
    replace_file(arguments.statement, record.encode())
    line("signatures", f"{len(record.sigs)} of the {THRESHOLD} that must be: {arguments.statement}")
    if len(record.sigs) >= THRESHOLD:
        print(f"\nNext, at each node: testimony pages install {arguments.statement.name} --home HOME")
    return 0


def run_install(arguments: argparse.Namespace) -> int:
    from testimony.sealing.roster.pages import parse_pages
    from testimony.services.roster import page_statement
    from testimony.services.startup import open_station

    record = _read(arguments.statement)
    with open_station(arguments.home) as station:
        files = served.by(station)
        served.print_differences(parse_pages(record).differences(files))
        pages = page_statement.install(station, record, files)
    _print(pages)
    print("\nThe node serves it now. Phones take the page when they are near the node next.")
    return 0


def run_webcat(arguments: argparse.Namespace) -> int:
    from testimony.cli.pages import webcat
    from testimony.services.certificates import store as certificate_store
    from testimony.services.startup import open_station

    certificate_store.require_free(arguments.manifest)
    with open_station(arguments.home) as station:
        manifest = webcat.manifest(station, arguments.app)
    certificate_store.write_new(arguments.manifest, manifest)
    line("manifest", str(arguments.manifest))
    return 0


def _read(file: Path) -> SignedRecord:
    from testimony.services.certificates import store as certificate_store
    from testimony.services.roster import page_statement

    return page_statement.read(certificate_store.read(file))


def _require_same(pages: Pages, files: list[PageFile]) -> None:
    from testimony.sealing.roster.errors import PagesRefused

    found = pages.differences(files)
    served.print_differences(found)
    if found:
        raise PagesRefused("files")


def _print(pages: Pages) -> None:
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.sealing.roster.pages import digest

    line("statement", f"no {pages.version} of {pages.day}: {counted(len(pages.files), 'file')}")
    line("its words", fingerprint_words(digest(pages.files.values())))
