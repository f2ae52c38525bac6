"""`testimony keys new|passphrase|show|install`: create, protect, show and install a person's key file."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli import prompts
from testimony.cli.key_files import ROLES, read_locked, unlock
from testimony.cli.output import line


def add_to(commands: Any) -> None:
    keys = commands.add_parser("keys", help="make or show a key file", description="Make or show a key file.")
    acts = keys.add_subparsers(title="acts", metavar="ACT", required=True)
    new = acts.add_parser(
        "new",
        help="a new key file under a proposed passphrase",
        description="Make the key file FILE: an opening key and a signing key for a reader, or with --root a root "
        "key. The passphrase is proposed, shown once and kept nowhere; with --own it is asked for, twice.",
    )
    new.add_argument("file", metavar="FILE", type=Path)
    new.add_argument("--root", action="store_true", help="a root key, which signs rosters")
    new.add_argument("--own", action="store_true", help="ask for a passphrase instead of proposing one")
    new.set_defaults(run=run_new)
    change = acts.add_parser(
        "passphrase",
        help="put a key file under another passphrase",
        description="Put the key file FILE under another passphrase. Asks for the old one, then twice for the new one, "
        "or reads the three lines from standard input. The new file takes the old one's place once it was read back. "
        "Copies of the old file still open with the old passphrase.",
    )
    change.add_argument("file", metavar="FILE", type=Path)
    change.set_defaults(run=run_passphrase)
    show = acts.add_parser(
        "show",
        help="the public half of a key file, as a roster needs it",
        description="Show the public half of the key file FILE as canonical JSON, as a roster draft needs it. Asks "
        "for the passphrase, or reads it from standard input.",
    )
    show.add_argument("file", metavar="FILE", type=Path)
    show.add_argument("--id", default="", help="the reader's pseudonym in the roster")
    show.add_argument("--role", default="lawyer", choices=ROLES, metavar="ROLE", help=f"one of {', '.join(ROLES)}")
    show.add_argument("--recipient", action="store_true", help="only the line age1pq1…, to which backups are sealed")
    show.set_defaults(run=run_show)
    request = acts.add_parser(
        "request",
        help="a reader's request to be admitted to the roster",
        description="Write into the new file REQUEST what headquarters needs to admit the owner of the key file FILE: "
        "the public half, signed by it. Asks for the passphrase, or reads it from standard input.",
    )
    request.add_argument("file", metavar="FILE", type=Path)
    request.add_argument("request", metavar="REQUEST", type=Path)
    request.add_argument("--id", required=True, help="the reader's pseudonym in the roster")
    request.add_argument("--role", default="lawyer", choices=ROLES, metavar="ROLE", help=f"one of {', '.join(ROLES)}")
    request.add_argument("--renew", action="store_true", help="it takes the place of the reader of this id")
    request.set_defaults(run=run_request)
    _add_interviewer(acts)
    install = acts.add_parser(
        "install",
        help="bring an interviewer's locked keys to a field node",
        description="Keep the locked keys of LOCKED at the field node in the folder HOME, in place of the old ones: "
        "from there the interviewer's browser takes them and unlocks them with the passphrase.",
    )
    install.add_argument("locked", metavar="LOCKED", type=Path, help="a file keys/….locked.json")
    install.add_argument("--home", required=True, type=Path, help="the field node's folder")
    install.set_defaults(run=run_install)


def _add_interviewer(acts: Any) -> None:
    more = acts.add_parser(
        "interviewer",
        help="keys for an interviewer and a phone, and their requests",
        description="Make keys for the interviewer ID and their phone, locked under a passphrase that is shown once, "
        "into three new files in the folder --to: ID.locked.json for the node, and a request for each, which are "
        "proposed at central's page of the roster. Do this on a machine that is not central.",
    )
    more.add_argument("id", metavar="ID", help="the interviewer's pseudonym: small letters, digits, hyphens")
    more.add_argument("--phone", required=True, metavar="ID", help="the phone's name in the roster, a new one")
    more.add_argument("--to", required=True, type=Path, metavar="DIR", help="the folder for the files")
    more.add_argument("--renew", action="store_true", help="the interviewer is in the roster, and gets new keys")
    more.set_defaults(run=run_interviewer)


def run_interviewer(arguments: argparse.Namespace) -> int:
    from testimony import canonical
    from testimony.cli.requests import show_request
    from testimony.sealing.roster.admission import read_admission
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment import enrolment

    day = datetime.now(UTC).date().isoformat()
    made = enrolment.prepare_interviewer(arguments.id, arguments.phone, day=day, replaces=arguments.renew)
    files = {
        f"{arguments.id}.locked.json": canonical.encode(made.locked),
        f"{arguments.id}.json": made.person,
        f"{arguments.phone}.json": made.phone,
    }
    for name in files:
        certificate_store.require_free(arguments.to / name)
    for name, data in files.items():
        certificate_store.write_new(arguments.to / name, data)
        line("file", str(arguments.to / name))
    for asked in (made.person, made.phone):
        show_request(read_admission(asked))
    line("passphrase", made.passphrase)
    print("\nIt is shown once and kept nowhere. Write it on paper and hand it to the interviewer.")
    print("\nNext, at central's page of the roster: propose both requests. When the roots have signed, at each node:")
    print(f"testimony keys install {arguments.id}.locked.json --home HOME")
    return 0


def run_new(arguments: argparse.Namespace) -> int:
    from testimony.sealing.keys.key_file import KeyFile
    from testimony.sealing.keys.wordlist import propose_passphrase
    from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment import reader_key
    from testimony.store.errors import StoreUnwritable

    certificate_store.require_free(arguments.file)
    passphrase = _own_passphrase() if arguments.own else propose_passphrase()
    key_file = KeyFile(root_seed=Signer.generate(ROOT_ALGORITHMS).seed) if arguments.root else reader_key.new_reader()
    if not arguments.file.parent.is_dir():
        raise StoreUnwritable(folder=str(arguments.file.parent))
    reader_key.write_new(arguments.file, key_file, passphrase)
    line("key file", str(arguments.file))
    if not arguments.own:
        line("passphrase", passphrase)
        print("\nThe passphrase is shown once and kept nowhere. Write it on paper, apart from the file.")
    print("\nNobody can recover it: without the passphrase the file opens nothing, ever.")
    return 0


def run_passphrase(arguments: argparse.Namespace) -> int:
    from testimony.services.enrolment import reader_key

    old = prompts.passphrase(f"Old passphrase of {arguments.file.name}")
    reader_key.change(arguments.file, old, prompts.passphrase("New passphrase"), prompts.passphrase("Once more"))
    line("key file", f"{arguments.file} is under the new passphrase")
    print("\nCopies of the old file still open with the old passphrase: destroy them, or keep both in mind.")
    return 0


def _own_passphrase() -> str:
    from testimony.services.enrolment import reader_key

    passphrase = prompts.passphrase("Passphrase")
    reader_key.require_usable(passphrase, prompts.passphrase("Once more"))
    return passphrase


def run_show(arguments: argparse.Namespace) -> int:
    from testimony import canonical
    from testimony.sealing.age.errors import KeyFileDamaged

    key_file = unlock(arguments.file)
    if arguments.recipient:
        if key_file.opening is None:
            raise KeyFileDamaged
        print(key_file.opening.recipient.text)
        return 0
    root = key_file.root
    if root is not None:
        shown: object = [key.describe() for key in root.public_keys]
    else:
        shown = {
            "id": arguments.id or arguments.file.stem,
            "role": arguments.role,
            "status": "active",
            **({"age": key_file.opening.recipient.text} if key_file.opening else {}),
            **({"keys": [key.describe() for key in key_file.signer.public_keys]} if key_file.signer else {}),
        }
    print(canonical.encode(shown).decode())
    return 0


def run_request(arguments: argparse.Namespace) -> int:
    from testimony.cli.requests import show_request
    from testimony.sealing.roster.admission import read_admission
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment import enrolment

    certificate_store.require_free(arguments.request)
    day = datetime.now(UTC).date().isoformat()
    key_file = unlock(arguments.file)
    asked = enrolment.request_of(key_file, id=arguments.id, role=arguments.role, day=day, replaces=arguments.renew)
    certificate_store.write_new(arguments.request, asked)
    show_request(read_admission(asked))
    line("request", str(arguments.request))
    print(f"\nNext, at headquarters: testimony roster admit {arguments.request.name} --org DIR --key-file FILE FILE")
    return 0


def run_install(arguments: argparse.Namespace) -> int:
    from testimony.services.accounts import interviewers
    from testimony.services.startup import open_station

    locked = read_locked(arguments.locked)
    with open_station(arguments.home) as station, station.database.transaction() as session:
        interviewers.add_locked(session, locked["person"], locked)
    line("keys", f"of {locked['person']} and {locked['device']} are at the node")
    return 0
