"""`testimony org create`: create an organisation with its keys, its first roster and a home for every station."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import address, first_backup
from testimony.cli.fingerprint import fingerprint
from testimony.cli.organisation import plan as founding_plan
from testimony.cli.output import Step, line, table
from testimony.cli.signing import drafts
from testimony.domain.consent.offers import FALLBACK, offers, text_in
from testimony.domain.consent.purposes import Purpose

if TYPE_CHECKING:
    from testimony.services.enrolment.organisation import Plan

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
        "for each reader and for recovery, locked keys for interviewers, roster no 1, and a home for every station. "
        "Without --name and --lawyers, or a --plan, it asks for what it needs. A --plan is a JSON object with name, "
        "lawyers, mechanism, interviewers, coordinators and central_url, and as docs/consent.md describes them "
        "complaints, purposes and referrals; a text is one text, or one a language.",
    )
    create.add_argument("folder", metavar="DIR", type=Path)
    create.add_argument("--name", help="the organisation's name, as witnesses are told it")
    create.add_argument("--lawyers", nargs="+", metavar="NAME", help="two to four, as witnesses are told their names")
    create.add_argument("--mechanism", metavar="NAME", help="the monitoring mechanism of purpose P07")
    create.add_argument("--interviewers", type=int, metavar="N", help="each with one phone (default: 2)")
    create.add_argument("--coordinators", type=int, metavar="N", help="one or two (default: 1)")
    create.add_argument("--central-url", metavar="URL", type=address.central_url, help=address.HELP)
    create.add_argument("--plan", metavar="FILE", type=Path, help="all of this as JSON, texts in several languages too")
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

    organisation.require_empty(arguments.folder)
    plan = founding_plan.plan(arguments, _of_ceremonies(arguments))
    with Step("organisation", f"creating {text_in(plan.name, FALLBACK)}") as step:
        made = organisation.create(arguments.folder, plan, tell=step.tell)
    line("root", fingerprint(made.root.fingerprint))
    print()
    print(table([("keeper", "file", "passphrase"), *((each.id, each.file, each.passphrase) for each in made.keepers)]))
    print(ONCE)
    _tell_next(arguments.folder, plan)
    return 0


def _tell_next(folder: Path, plan: Plan) -> None:
    """Three or four steps, of which the last says how witnesses are asked about a case."""
    print(f"\nNext: 1. testimony serve central --home {folder / 'central'}")
    print(f"      2. testimony serve field --home {folder / 'field'}")
    print("      3. Make a backup of each station and test it, each with a key of its own (docs/backup.md):")
    for command in first_backup.commands(folder / "central"):
        print(f"         {command}")
    asks = {offer.purpose for offer in offers({"purposes": plan.purposes})}
    if not asks & {Purpose.COURT, Purpose.UN_CASE}:
        print("      4. Witnesses are asked about no case yet. The page “Cases and uses” of central adds one, or:")
        print(f"         testimony roster add-use P09 --name NAME --org {folder} --key-file FILE FILE")
    if not plan.central_url:
        print("\nEvery station looks for central on this machine. Where a folder is copied to another machine:")
        print("testimony station address URL --home HOME")


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
