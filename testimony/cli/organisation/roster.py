"""`testimony roster sign|show|bundle|adopt`: people, devices and keys, signed by the holders of the root keys."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from testimony.cli.log import witnesses
from testimony.cli.organisation import membership, new_roots, root_signatures
from testimony.cli.output import counted, line, table
from testimony.cli.signing import trust_bundle

LARGEST = 4 * 1024 * 1024  # bytes that are read of a roster alone

if TYPE_CHECKING:
    from testimony.sealing.records.records import SignedRecord
    from testimony.sealing.roster.chain import Roster, RosterChain
    from testimony.station.station import Station
    from testimony.sync.bundle.trust import BundleReport
    from testimony.sync.bundle.wordings import WordingFile


def add_to(commands: Any) -> None:
    what = "sign, show or adopt a roster; admit and revoke"
    roster = commands.add_parser("roster", help=what, description=what.capitalize() + ".")
    acts = roster.add_subparsers(title="acts", metavar="ACT", required=True)
    membership.add_to(acts, add_signing)
    witnesses.add_naming(acts, add_signing)
    _add_sign(acts)
    root_signatures.add_follow(acts)
    new_roots.add_to(acts)
    _add_reading(acts)


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
    sign.add_argument("--wording", nargs="+", default=[], metavar="FILE", type=Path, help="checked and recorded words")
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


def add_signing(act: Any) -> None:
    """The options of every command that signs the next roster."""
    act.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    act.add_argument(
        "--key-file",
        required=True,
        nargs="+",
        metavar="FILE",
        type=Path,
        help="root key files: two; one for a proposal",
    )
    act.add_argument("--form", metavar="FILE", type=Path, help="a questionnaire that every node is to ask from now on")
    act.add_argument("--ca", metavar="DIR", type=Path, help="the authority (`tls ca`) that nodes are to hold to")


def run_sign(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing import wordings
    from testimony.sealing.roster import proposal
    from testimony.services.certificates import store as certificate_store

    data = certificate_store.read(arguments.draft)
    if proposal.is_one(data):
        return root_signatures.run_sign(arguments, data)
    files = wordings.read(arguments.wording)
    path = sign_next(arguments, chain_of(arguments.org), _draft(data), files)
    print(f"\nNext: testimony roster adopt {path} --home {arguments.org / 'central'}")
    return 0


def sign_next(
    arguments: argparse.Namespace, chain: RosterChain, draft: dict[str, Any], files: Sequence[WordingFile] = ()
) -> Path:
    """Sign `draft` as the roster after those of `chain`, with the wordings in `files` put into it.

    `arguments` are those of `add_signing`. Written to the organisation's folder; returns the bundle.
    """
    from testimony import canonical
    from testimony.cli.signing import wordings
    from testimony.sealing.roster.chain import Roster
    from testimony.services.roster import changes as roster_changes

    folder = arguments.org
    value = roster_changes.following(chain, wordings.named_in(draft, files), datetime.now(UTC).date())
    value = trust_bundle.named_in(value, folder, getattr(arguments, "form", None), getattr(arguments, "ca", None))
    wordings.require_signed(files, Roster.parse(canonical.encode(value)))
    record = _signed(chain, value, arguments.key_file)
    chain.add(record)
    path = folder / "rosters" / f"roster-{chain.latest.no}.json"
    wordings.keep(folder, files)
    bundle = trust_bundle.write(folder, chain)
    _write(path, record)
    line("roster", f"no {chain.latest.no} is signed: {path}")
    line("bundle", str(bundle))
    return bundle


def _signed(chain: RosterChain, value: dict[str, Any], key_files: Sequence[Path]) -> SignedRecord:
    """Asks for the passphrases. Raises `KeyFileForeign` for a key that is none of the root in force."""
    from testimony.cli.organisation.keys import unlock
    from testimony.sealing.records.records import SignedRecord
    from testimony.services.opening.errors import KeyFileForeign

    roots = [unlock(file).root for file in key_files]
    order = [keys[0].kid for keys in chain.root.keys]
    if any(root is None or root.kid not in order for root in roots):
        raise KeyFileForeign
    return SignedRecord.sign_by_roots(value, sorted(roots, key=lambda root: order.index(root.kid)))


def run_bundle(arguments: argparse.Namespace) -> int:
    line("bundle", str(trust_bundle.write(arguments.org, chain_of(arguments.org))))
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    from testimony.cli.organisation.organisation import fingerprint

    chain = chain_of(arguments.org)
    roster = chain.latest
    if arguments.json:
        print(json.dumps(json.loads(roster.data), indent=1, ensure_ascii=False))
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


def take(home: Path, source: BinaryIO) -> int:
    """Take a bundle, or a roster alone, into force at the station in `home`, and say what came of it."""
    from testimony.sealing.records.records import SignedRecord
    from testimony.services.roster import adoption as roster_adoption
    from testimony.station.station import Station
    from testimony.sync.bundle import trust as bundle_trust

    with Station.open(home) as station:
        if bundle_trust.is_container(source):
            return adopted(station, bundle_trust.adopt(station, source))
        record = SignedRecord.decode(source.read(LARGEST))
        with station.database.transaction() as session:
            new = roster_adoption.adopt(station, session, record)
        return adopted(station, bundle_trust.BundleReport(new=new))


def adopted(station: Station, report: BundleReport) -> int:
    """Say what is in force now; 1 when something of a bundle was refused and a person must look at it."""
    from testimony.services.roster import trusted_files

    line("roster", f"no {station.chain.latest.no} is in force" + ("" if report.new else "; it was before"))
    if report.wordings or report.clips:
        line("wordings", f"{report.wordings} and {counted(report.clips, 'recording')} are here now")
    if other := trusted_files.other_scripts(station):
        line(
            "update", f"headquarters' program reads consent out in other sentences: {' '.join(other)}. Update this one"
        )
    for name, rule in report.refused.items():
        line("refused", f"{name[:16]}…: {rule}")
    return 1 if report.refused else 0


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


def chain_of(folder: Path) -> RosterChain:
    """The verified rosters of an organisation's folder."""
    from testimony.sealing.roster.chain import Root, RosterChain
    from testimony.services.certificates.errors import FileUnreadable

    try:
        root = Root.parse((folder / "root.json").read_bytes())
        files = sorted((folder / "rosters").glob("roster-*.json"), key=_place)
    except OSError as error:
        raise FileUnreadable(file=str(folder / "root.json")) from error
    return RosterChain(root, [_read(file) for file in files])


def _place(file: Path) -> tuple[list[int], str]:
    """roster-5.json, roster-5-root-2.json (roots that were changed while roster 5 was in force), roster-6.json, …"""
    return [int(number) for number in re.findall("[0-9]+", file.name)], file.name


def _read(file: Path) -> SignedRecord:
    from testimony.sealing.records.records import SignedRecord
    from testimony.services.certificates.errors import FileUnreadable

    try:
        return SignedRecord.decode(file.read_bytes())
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error


def _draft(data: bytes) -> dict[str, Any]:
    from testimony.sealing.roster.errors import RosterRefused

    try:
        value = json.loads(data)
    except ValueError as error:
        raise RosterRefused("structure") from error
    if not isinstance(value, dict):
        raise RosterRefused("structure")
    return value


def _write(path: Path, record: SignedRecord) -> None:
    from testimony.services.certificates.errors import FileTaken
    from testimony.store.errors import StoreUnwritable

    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(record.encode())
    except FileExistsError as error:
        raise FileTaken(file=str(path)) from error
    except OSError as error:
        raise StoreUnwritable(folder=str(path.parent)) from error
