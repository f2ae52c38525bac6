"""Signs the next roster on the command line and puts it into effect."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from testimony.cli.output import counted, line
from testimony.cli.signing import confirmers, dates, trust_bundle
from testimony.platform import files

if TYPE_CHECKING:
    from testimony.sealing.records.records import SignedRecord
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station
    from testimony.sync.bundle.trust import BundleReport
    from testimony.sync.bundle.wordings import WordingFile


LARGEST = 4 * 1024 * 1024  # bytes that are read of a roster alone


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
    act.add_argument("--last-date-wrong", action="store_true", help="the last roster was dated too late by mistake")
    act.add_argument("--ca", metavar="DIR", type=Path, help="the authority (`tls ca`) that nodes are to hold to")
    confirmers.add_option(act)


def sign_next(
    arguments: argparse.Namespace, chain: RosterChain, draft: dict[str, Any], files: Sequence[WordingFile] = ()
) -> Path:
    """Sign `draft` as the roster after those of `chain`, with the wordings in `files` put into it.

    `arguments` are those of `add_signing`. Written to the organisation's folder; returns the bundle.
    """
    from testimony import canonical
    from testimony.cli.signing import wordings
    from testimony.sealing.roster.chain import Roster
    from testimony.sealing.roster.trusted_files import Trust
    from testimony.services.roster import changes as roster_changes

    folder, today = arguments.org, datetime.now(UTC).date()
    value = roster_changes.following(chain, wordings.named_in(draft, files), today)
    dates.confirm(value["issued"], chain.latest, other=None, mends=getattr(arguments, "last_date_wrong", False))
    value = trust_bundle.named_in(value, folder, getattr(arguments, "form", None), getattr(arguments, "ca", None))
    value = confirmers.named_in(value, getattr(arguments, "fresh", None))
    wordings.require_signed(files, Roster.parse(canonical.encode(value)))
    trust_bundle.require_files(folder, Trust.said_in(value))
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
    from testimony.cli.key_files import unlock
    from testimony.sealing.records.records import SignedRecord
    from testimony.services.opening.errors import KeyFileForeign

    roots = [unlock(file).root for file in key_files]
    order = [keys[0].kid for keys in chain.root.keys]
    if any(root is None or root.kid not in order for root in roots):
        raise KeyFileForeign
    return SignedRecord.sign_by_roots(value, sorted(roots, key=lambda root: order.index(root.kid)))


def take(home: Path, source: BinaryIO) -> int:
    """Put a bundle, or a roster alone, into force at the station in `home`, and print the result."""
    from testimony.sealing.records.records import SignedRecord
    from testimony.services.roster import adoption as roster_adoption
    from testimony.services.startup import open_station
    from testimony.sync.bundle import trust as bundle_trust

    with open_station(home) as station:
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
        with os.fdopen(files.create(path), "wb") as file:
            file.write(record.encode())
    except FileExistsError as error:
        raise FileTaken(file=str(path)) from error
    except OSError as error:
        raise StoreUnwritable(folder=str(path.parent)) from error
