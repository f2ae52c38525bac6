"""`testimony roster sign|show|adopt`: the list of people, devices and keys, signed by the holders of the root keys."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.printing import line, table

if TYPE_CHECKING:
    from testimony.sealing.records import SignedRecord
    from testimony.sealing.roster import Roster, RosterChain


def add_to(commands: Any) -> None:
    what = "sign, show or adopt a roster"
    roster = commands.add_parser("roster", help=what, description=what.capitalize() + ".")
    acts = roster.add_subparsers(title="acts", metavar="ACT", required=True)
    sign = acts.add_parser(
        "sign",
        help="sign the next roster with root keys",
        description="Sign DRAFT (JSON: a roster as `roster show --json` prints it, edited) as the one that follows "
        "those in the organisation's folder. Number, predecessor and dates are filled in. Asks for each root key's "
        "passphrase.",
    )
    sign.add_argument("draft", metavar="DRAFT", type=Path)
    sign.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    sign.add_argument("--key-file", required=True, nargs="+", metavar="FILE", type=Path, help="two root key files")
    sign.set_defaults(run=run_sign)
    show = acts.add_parser(
        "show",
        help="who is in the roster in force",
        description="Verify the rosters in an organisation's folder and show the one in force.",
    )
    show.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    show.add_argument("--json", action="store_true", help="the roster as JSON, to be edited and signed as the next one")
    show.set_defaults(run=run_show)
    adopt = acts.add_parser(
        "adopt",
        help="bring a signed roster to a station",
        description="Take the signed roster FILE into force at the station in the folder HOME; others get it by "
        "synchronising.",
    )
    adopt.add_argument("file", metavar="FILE", type=Path)
    adopt.add_argument("--home", required=True, type=Path, help="the station's folder")
    adopt.set_defaults(run=run_adopt)


def run_sign(arguments: argparse.Namespace) -> int:
    path = sign_next(arguments.org, chain_of(arguments.org), _draft(arguments.draft), arguments.key_file)
    print(f"\nNext: testimony roster adopt {path} --home {arguments.org / 'central'}")
    return 0


def sign_next(folder: Path, chain: RosterChain, draft: dict[str, Any], key_files: Sequence[Path]) -> Path:
    """Sign `draft` as the roster after those of `chain` and write it to the organisation's folder; where it is."""
    from datetime import UTC, datetime

    from testimony.cli.keys import unlock
    from testimony.errors import KeyFileForeign
    from testimony.sealing.records import SignedRecord
    from testimony.services.organisation import LIFE

    today = datetime.now(UTC).date()
    value = {
        **draft,
        "v": "testimony/1/roster",
        "no": chain.latest.no + 1,
        "prev": chain.latest.sha256,
        "issued": today.isoformat(),
        "expires": (today + LIFE).isoformat(),
    }
    roots = [unlock(file).root for file in key_files]
    order = [keys[0].kid for keys in chain.root.keys]
    if any(root is None or root.kid not in order for root in roots):
        raise KeyFileForeign
    record = SignedRecord.sign_by_roots(value, sorted(roots, key=lambda root: order.index(root.kid)))
    chain.add(record)
    path = folder / "rosters" / f"roster-{chain.latest.no}.json"
    _write(path, record)
    line("roster", f"no {chain.latest.no} is signed: {path}")
    return path


def run_show(arguments: argparse.Namespace) -> int:
    from testimony.cli.organisation import fingerprint

    chain = chain_of(arguments.org)
    roster = chain.latest
    if arguments.json:
        print(json.dumps(json.loads(roster.data), indent=1, ensure_ascii=False))
        return 0
    line("root", fingerprint(chain.fingerprint))
    line("roster", f"no {roster.no}, issued {roster.issued}, expires {roster.expires}, signatures verified")
    print()
    print(table([("who", "role or kind", "status", "key"), *_rows(roster)]))
    return 0


def run_adopt(arguments: argparse.Namespace) -> int:
    from testimony.services import roster
    from testimony.services.station import Station

    record = _read(arguments.file)
    with Station.open(arguments.home) as station:
        with station.database.transaction() as session:
            new = roster.adopt(station, session, record)
        line("roster", f"no {station.chain.latest.no} is in force" + ("" if new else "; it was before"))
    return 0


def _rows(roster: Roster) -> list[tuple[str, str, str, str]]:
    people = [(each.id, each.role, each.status, each.keys[0].kid if each.keys else "") for each in roster.people]
    return people + [(each.id, each.kind, each.status, each.keys[0].kid) for each in roster.devices]


def chain_of(folder: Path) -> RosterChain:
    """The verified rosters of an organisation's folder."""
    from testimony.errors import FileUnreadable
    from testimony.sealing.roster import Root, RosterChain

    try:
        root = Root.parse((folder / "root.json").read_bytes())
        files = sorted((folder / "rosters").glob("roster-*.json"), key=lambda file: (len(file.name), file.name))
    except OSError as error:
        raise FileUnreadable(file=str(folder / "root.json")) from error
    return RosterChain(root, [_read(file) for file in files])


def _read(file: Path) -> SignedRecord:
    from testimony.errors import FileUnreadable
    from testimony.sealing.records import SignedRecord

    try:
        return SignedRecord.decode(file.read_bytes())
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error


def _draft(file: Path) -> dict[str, Any]:
    from testimony.errors import FileUnreadable, RosterRefused

    try:
        value = json.loads(file.read_bytes())
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    except ValueError as error:
        raise RosterRefused("structure") from error
    if not isinstance(value, dict):
        raise RosterRefused("structure")
    return value


def _write(path: Path, record: SignedRecord) -> None:
    from testimony.errors import FileTaken, StoreUnwritable

    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(record.encode())
    except FileExistsError as error:
        raise FileTaken(file=str(path)) from error
    except OSError as error:
        raise StoreUnwritable(folder=str(path.parent)) from error
