"""`testimony roster sign|show|bundle|adopt|confirm`: manage the signed roster of people, devices and keys."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.log import witnesses
from testimony.cli.organisation import confirmation, membership, new_roots, root_signatures, uses
from testimony.cli.output import harmless, line, table
from testimony.cli.pages import page_keys
from testimony.cli.signing import trust_bundle, wordings
from testimony.cli.signing.rosters import _draft, add_signing, chain_of, sign_next, take

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import Roster


def add_to(commands: Any) -> None:
    what = "sign, show or adopt a roster; admit and revoke"
    roster = commands.add_parser("roster", help=what, description=what.capitalize() + ".")
    acts = roster.add_subparsers(title="acts", metavar="ACT", required=True)
    membership.add_to(acts, add_signing)
    uses.add_to(acts, add_signing)
    witnesses.add_naming(acts, add_signing)
    page_keys.add_naming(acts, add_signing)
    _add_sign(acts)
    root_signatures.add_follow(acts)
    new_roots.add_to(acts)
    _add_reading(acts)
    confirmation.add_to(acts)


def _add_sign(acts: Any) -> None:
    sign = acts.add_parser(
        "sign",
        help="sign the next roster with root keys",
        description="Sign DRAFT. Either it is a proposal from central's pages, as a file or as the lines that a camera "
        "read: then what it changes against the newest roster in the organisation's folder is shown and asked for, and "
        "the signature of each given root key is added to the file; another root adds its own elsewhere. Or it is a "
        "roster as `roster show --json` prints it, edited: then it is signed, with all the keys that must, as the one "
        "that follows those in the folder; number, predecessor and dates are filled in. A --wording is a file that a "
        "reader saved at the desk: it is put in force for its language, in place of the one before. Besides the roster "
        "the trust bundle is written, which brings it to stations. Asks for each root key's passphrase.",
    )
    sign.add_argument("draft", metavar="DRAFT", type=Path)
    add_signing(sign)
    sign.add_argument("--to", metavar="FILE", type=Path, help="where the signed proposal goes (default: into DRAFT)")
    sign.add_argument("--codes", action="store_true", help="show the signed proposal as QR codes for a camera, too")
    wordings.add_option(sign)
    sign.set_defaults(run=run_sign)


def _add_reading(acts: Any) -> None:
    show = acts.add_parser(
        "show",
        help="who is in the roster in force",
        description="Verify the rosters in an organisation's folder and show the one in force.",
    )
    show.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    show.add_argument("--json", action="store_true", help="the roster as JSON, to be edited and signed as the next one")
    show.set_defaults(run=run_show)
    bundle = acts.add_parser(
        "bundle",
        help="write the trust bundle of the roster in force again",
        description="Write the trust bundle of the roster in force into the organisation's folder: root, rosters, "
        "checked words, questionnaires, authority. It holds no secret, and signs nothing.",
    )
    bundle.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    bundle.set_defaults(run=run_bundle)
    adopt = acts.add_parser(
        "adopt",
        help="bring a signed roster to a station",
        description="Take the signed roster FILE into force at the station in the folder HOME; others get it by "
        "synchronising. A bundle brings what the roster names too: checked words, questionnaires, the authority. Exits "
        "with 1 if something of it was refused.",
    )
    adopt.add_argument("file", metavar="FILE", type=Path, help="roster-N.json, or roster-N.bundle")
    adopt.add_argument("--home", required=True, type=Path, help="the station's folder")
    adopt.set_defaults(run=run_adopt)


def run_sign(arguments: argparse.Namespace) -> int:
    from testimony.sealing.roster import proposal
    from testimony.services.certificates import store as certificate_store

    data = certificate_store.read(arguments.draft)
    if proposal.is_one(data):
        return root_signatures.run_sign(arguments, data)
    files = wordings.read(arguments.wording)
    path = sign_next(arguments, chain_of(arguments.org), _draft(data), files)
    print(f"\nNext: testimony roster adopt {path} --home {arguments.org / 'central'}")
    return 0


def run_bundle(arguments: argparse.Namespace) -> int:
    line("bundle", str(trust_bundle.write(arguments.org, chain_of(arguments.org))))
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    from testimony.cli.fingerprint import fingerprint

    chain = chain_of(arguments.org)
    roster = chain.latest
    if arguments.json:
        print(harmless(json.dumps(json.loads(roster.data), indent=1, ensure_ascii=False)))
        return 0
    line("root", fingerprint(chain.fingerprint))
    line("root keys", f"no {chain.root.no}: {chain.root.threshold} of {len(chain.root.keys)} sign")
    if chain.root.no > 1:
        line("their words", fingerprint(chain.root.fingerprint))
    line("roster", f"no {roster.no}, issued {roster.issued}, expires {roster.expires}, signatures verified")
    print()
    print(table([("who", "role or kind", "status", "key", "words"), *_rows(roster)]))
    return 0


def run_adopt(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import FileUnreadable

    try:
        source = arguments.file.open("rb")
    except OSError as error:
        raise FileUnreadable(file=str(arguments.file)) from error
    with source:
        return take(arguments.home, source)


def _rows(roster: Roster) -> list[tuple[str, str, str, str, str]]:
    from testimony.services.monitoring.members import words_of

    people = [
        (each.id, each.role, each.status, each.keys[0].kid if each.keys else "", words_of(each.keys, each.recipient))
        for each in roster.people
    ]
    devices = [
        (each.id, each.kind, each.status, each.keys[0].kid, words_of(each.keys, None)) for each in roster.devices
    ]
    return people + devices
