"""`testimony org create`: create an organisation with its keys, its first roster and a home for every station."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli import address
from testimony.cli.fingerprint import fingerprint
from testimony.cli.output import Step, line, table
from testimony.cli.signing import drafts

ONCE = """
These passphrases are shown once and kept nowhere. Write each on paper, hand it to its keeper with the file beside
it, and keep the three root keys with three different people, off every networked machine."""


def add_to(commands: Any) -> None:
    org = commands.add_parser("org", help="create an organisation", description="Create an organisation.")
    acts = org.add_subparsers(title="acts", metavar="ACT", required=True)
    create = acts.add_parser(
        "create",
        help="roots, keys, roster no 1 and a home for every station",
        description="Create an organisation in the empty folder DIR: three root keys of which two sign, a key file "
        "for each reader and for recovery, locked keys for interviewers, roster no 1, and a home for every station.",
    )
    create.add_argument("folder", metavar="DIR", type=Path)
    create.add_argument("--name", required=True, help="the organisation's name, as witnesses are told it")
    create.add_argument(
        "--lawyers", required=True, nargs="+", metavar="NAME", help="two to four, as witnesses are told their names"
    )
    create.add_argument("--mechanism", default="", metavar="NAME", help="the monitoring mechanism of purpose P07")
    create.add_argument("--interviewers", type=int, default=2, metavar="N", help="each with one phone (default: 2)")
    create.add_argument("--coordinators", type=int, default=1, metavar="N", help="one or two (default: 1)")
    create.add_argument("--central-url", metavar="URL", type=address.central_url, help=address.HELP)
    drafts.add_option(create, default=drafts.PROPOSED)
    create.add_argument("--root", metavar="FILE", type=Path, help="root.json of a ceremony, instead of roots made here")
    create.add_argument("--key-file", nargs=2, metavar="FILE", type=Path, help="with --root: the keys of two holders")
    create.add_argument("--recovery", metavar="REQUEST", type=Path, help="the request of a recovery key of a ceremony")
    create.set_defaults(run=run_create)
    again = acts.add_parser(
        "reissue",
        help="new keys for an interviewer who forgot the passphrase",
        description="Make new keys and a new passphrase for the interviewer and the device of LOCKED, and sign the "
        "roster that names them. Drafts that the old passphrase locked stay unreadable: nobody can open them. What was "
        "sealed stays good.",
    )
    again.add_argument("locked", metavar="LOCKED", type=Path, help="a file keys/….locked.json; it is replaced")
    again.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    again.add_argument("--key-file", required=True, nargs="+", metavar="FILE", type=Path, help="two root key files")
    again.set_defaults(run=run_reissue)


def run_create(arguments: argparse.Namespace) -> int:
    from testimony.services.enrolment import organisation

    plan = organisation.Plan(
        name=arguments.name,
        lawyer_names=arguments.lawyers,
        mechanism=arguments.mechanism,
        interviewers=arguments.interviewers,
        coordinators=arguments.coordinators,
        issued=datetime.now(UTC).date(),
        central_url=arguments.central_url or "",
        draft_share=arguments.draft_share,
        **_of_ceremonies(arguments),
    )
    with Step("organisation", f"creating {arguments.name}") as step:
        made = organisation.create(arguments.folder, plan, tell=step.tell)
    line("root", fingerprint(made.root.fingerprint))
    print()
    print(table([("keeper", "file", "passphrase"), *((each.id, each.file, each.passphrase) for each in made.keepers)]))
    print(ONCE)
    print(f"\nNext: testimony serve field --home {arguments.folder / 'field'}")
    if not arguments.central_url:
        print("\nEvery station looks for central on this machine. Where a folder is copied to another machine:")
        print("testimony station address URL --home HOME")
    return 0


def _of_ceremonies(arguments: argparse.Namespace) -> dict[str, Any]:
    """Roots and recovery key that were made apart. Asks for the passphrases of two roots."""
    from testimony.cli.key_files import unlock
    from testimony.sealing.roster.admission import read_admission
    from testimony.sealing.roster.chain import Root
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment.errors import PlanWrong
    from testimony.services.opening.errors import KeyFileForeign

    found: dict[str, Any] = {}
    if arguments.recovery is not None:
        found["recovery"] = read_admission(certificate_store.read(arguments.recovery))
        if found["recovery"].kind != "recovery":
            raise PlanWrong(what="--recovery takes the request of a recovery key, such as recovery-request.json")
    if (arguments.root is None) is not (arguments.key_file is None):
        raise PlanWrong(what="--root and --key-file go together: two of its keys sign the first roster")
    if arguments.root is None:
        return found
    root = Root.parse(certificate_store.read(arguments.root))
    order = [keys[0].kid for keys in root.keys]
    signers = [unlock(file).root for file in arguments.key_file]
    if any(one is None or one.kid not in order for one in signers) or len({one.kid for one in signers}) < 2:
        raise KeyFileForeign
    return {**found, "root": root.data, "roots": sorted(signers, key=lambda one: order.index(one.kid))}


def run_reissue(arguments: argparse.Namespace) -> int:
    from testimony import canonical
    from testimony.cli.key_files import read_locked, replace_file
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.services.roster.reissue import reissue

    chain = chain_of(arguments.org)
    made = reissue(chain.latest, read_locked(arguments.locked))
    path = sign_next(arguments, chain, made.draft)
    replace_file(arguments.locked, canonical.encode(made.locked))
    line("passphrase", made.passphrase)
    print("\nIt is shown once and kept nowhere. A draft that is still on the phone stays unreadable, for everybody.")
    print(f"\nNext, at the field node: testimony roster adopt {path} --home HOME")
    print(f"                         testimony keys install {arguments.locked} --home HOME")
    print("and the first of them at central too.")
    return 0
