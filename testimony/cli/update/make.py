"""`testimony update key|keys|make|sign|pack`: make an update, for those who release this program."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.sealing.records.records import SignedRecord
    from testimony.sealing.update.release_keys import ReleaseKeys

WHEELS = "a folder with the wheels of this program and of all that it needs, and nothing else"
LISTS = "lists of release keys that came after the one in this program, in their order"


def add_to(acts: Any) -> None:
    key = acts.add_parser(
        "key",
        help="for release makers: a new release key",
        description="Make the key file FILE with a release key, and beside it FILE.public.json, which `update keys` "
        "takes. The passphrase is proposed, shown once and kept nowhere.",
    )
    key.add_argument("file", metavar="FILE", type=Path)
    key.set_defaults(run=run_key)
    keys = acts.add_parser(
        "keys",
        help="for release makers: the next list of release keys",
        description="Write the new file LIST, which names the three release keys whose public halves are in the files "
        "PUBLIC. The first list is built into the program (testimony/sealing/update/release-keys.json); each later "
        "list must be signed with two keys of the list before it.",
    )
    keys.add_argument("list", metavar="LIST", type=Path)
    keys.add_argument("public", metavar="PUBLIC", nargs=3, type=Path, help="what `update key` wrote: ….public.json")
    keys.add_argument("--lists", metavar="LIST", nargs="+", type=Path, default=[], help=LISTS)
    keys.set_defaults(run=run_keys)
    make = acts.add_parser(
        "make",
        help="for release makers: the statement of an update",
        description="Write the new file STATEMENT, which describes an update made of the wheels in WHEELS: its "
        "version, each file with its hash, and the revisions of the tables that it can upgrade. Two holders of release "
        "keys sign it.",
    )
    make.add_argument("statement", metavar="STATEMENT", type=Path)
    make.add_argument("--wheels", required=True, type=Path, help=WHEELS)
    make.add_argument("--notes", required=True, metavar="TEXT", type=Path, help="what is new, in a few sentences")
    make.add_argument(
        "--from", required=True, metavar="VERSION", dest="earliest", help="the earliest version that it can update"
    )
    make.add_argument(
        "--for",
        action="append",
        default=[],
        metavar="SYSTEM",
        dest="systems",
        help='a system and its Python, such as "linux-x86_64 3.11"; may be given several times (default: this one)',
    )
    make.set_defaults(run=run_make)
    _add_signing(acts)


def _add_signing(acts: Any) -> None:
    sign = acts.add_parser(
        "sign",
        help="for release makers: sign a statement, or a list of keys",
        description="Compare STATEMENT with the wheels in WHEELS, show what it says, ask, and add the signature of the "
        "release key in FILE. A list of keys needs no wheels.",
    )
    sign.add_argument("statement", metavar="STATEMENT", type=Path)
    sign.add_argument("--wheels", type=Path, help=WHEELS)
    sign.add_argument("--key-file", required=True, metavar="FILE", type=Path, help="the key file of a release key")
    sign.add_argument("--lists", metavar="LIST", nargs="+", type=Path, default=[], help=LISTS)
    sign.set_defaults(run=run_sign)
    pack = acts.add_parser(
        "pack",
        help="for release makers: put the signed file together",
        description="Put the new file OUT together: the wheels in WHEELS, and the signatures of all copies of the "
        "statement. Refused unless two release keys signed it.",
    )
    pack.add_argument("statement", metavar="STATEMENT", nargs="+", type=Path)
    pack.add_argument("--wheels", required=True, type=Path, help=WHEELS)
    pack.add_argument("--out", required=True, type=Path, help="the file of the update")
    pack.add_argument("--lists", metavar="LIST", nargs="+", type=Path, default=[], help=LISTS)
    pack.set_defaults(run=run_pack)


def run_key(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing import two_of_three

    two_of_three.make(arguments.file)
    return 0


def run_keys(arguments: argparse.Namespace) -> int:
    from testimony import canonical
    from testimony.errors import NotCanonical
    from testimony.sealing.errors import StructureWrong
    from testimony.sealing.roster.chain import key_groups
    from testimony.sealing.update import release_keys
    from testimony.sealing.update.errors import UpdateRefused
    from testimony.services.certificates import store as certificate_store

    certificate_store.require_free(arguments.list)
    try:
        groups = key_groups([canonical.decode(certificate_store.read(file)) for file in arguments.public])
        number = _known(arguments.lists).no + 1
    except (NotCanonical, StructureWrong, TypeError) as error:
        raise UpdateRefused("list") from error
    except UpdateRefused as error:
        if error.reason != "keys":
            raise
        number = 1
    record = release_keys.unsigned(groups, no=number)
    certificate_store.write_new(arguments.list, record.encode())
    for kid in release_keys.parse(record).kids:
        line("release key", kid)
    line("list", f"no {number}: {arguments.list}")
    return 0


def run_make(arguments: argparse.Namespace) -> int:
    from testimony.platform import systems
    from testimony.services.certificates import store as certificate_store
    from testimony.services.update import pack

    certificate_store.require_free(arguments.statement)
    record = pack.statement(
        arguments.wheels,
        notes=certificate_store.read(arguments.notes).decode("utf-8", "replace"),
        earliest=arguments.earliest,
        systems=arguments.systems or [systems.this()],
        day=datetime.now(UTC).date().isoformat(),
    )
    certificate_store.write_new(arguments.statement, record.encode())
    _print(record)
    print(f"\nNext, twice: testimony update sign {arguments.statement.name} --wheels WHEELS --key-file FILE")
    return 0


def run_sign(arguments: argparse.Namespace) -> int:
    from testimony.cli.key_files import replace_file, unlock
    from testimony.sealing.update import release_keys
    from testimony.sealing.update.errors import UpdateRefused
    from testimony.services.update import pack

    record, known = release_keys.read_record(_read(arguments.statement)), _known(arguments.lists)
    if record.kind == release_keys.KIND:
        for kid in release_keys.parse(record).kids:
            line("release key", kid)
    elif arguments.wheels is None:
        raise UpdateRefused("files", folder="--wheels", member=arguments.statement.name)
    else:
        pack.require_same(record, arguments.wheels)
        _print(record)
    prompts.confirmed("Are these the words that the other holder of a release key has?")
    signer = unlock(arguments.key_file).root
    if signer is None:
        raise UpdateRefused("key")
    record = release_keys.with_signature(record, signer, known)
    replace_file(arguments.statement, record.encode())
    line("signatures", f"{len(record.sigs)} of the {release_keys.THRESHOLD} that must be: {arguments.statement}")
    return 0


def run_pack(arguments: argparse.Namespace) -> int:
    from testimony import canonical
    from testimony.sealing.update import release_keys
    from testimony.services.certificates import store as certificate_store
    from testimony.services.update import pack

    certificate_store.require_free(arguments.out)
    records = [release_keys.read_record(_read(file)) for file in arguments.statement]
    pack.put_together(
        records,
        arguments.wheels,
        arguments.out,
        lists=[canonical.decode(_read(file)) for file in arguments.lists],
        keys=_known(arguments.lists),
    )
    _print(records[0])
    line("update", f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")
    return 0


def _known(lists: Sequence[Path]) -> ReleaseKeys:
    """The newest list of release keys: of `lists`, or that of this program. Raises `UpdateRefused`."""
    from testimony import canonical
    from testimony.sealing.update import release_keys

    return release_keys.follow(release_keys.shipped(), [canonical.decode(_read(file)) for file in lists])


def _read(file: Path) -> bytes:
    """The content of `file`, canonical JSON. Raises `FileUnreadable`, `UpdateRefused("structure")`."""
    from testimony import canonical
    from testimony.errors import NotCanonical
    from testimony.sealing.update.errors import UpdateRefused
    from testimony.services.certificates import store as certificate_store

    data = certificate_store.read(file).strip()
    try:
        canonical.decode(data)
    except NotCanonical as error:
        raise UpdateRefused("structure", file=file.name) from error
    return data


def _print(record: SignedRecord) -> None:
    from testimony.canonical import sha256_hex
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.sealing.update.manifest import parse

    said = parse(record)
    line("version", f"{said.version} of {said.day}, for versions from {said.earliest} on")
    line("systems", ", ".join(said.systems))
    line("tables", f"takes over {said.reads[0]} to {said.writes}")
    for wheel in said.files:
        line("file", f"{wheel.sha256[:16]}… {wheel.name}")
    line("what is new", said.notes)
    line("its words", fingerprint_words(sha256_hex(record.data)))
