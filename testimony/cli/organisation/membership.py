"""`testimony roster admit|add-interviewer|revoke|renew`: change the organisation's members, one command each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import address, prompts
from testimony.cli.output import in_words, line
from testimony.cli.signing import drafts, wordings

if TYPE_CHECKING:
    from testimony.sealing.roster.admission import Admission


def add_to(acts: Any, add_signing: Callable[[Any], None]) -> None:
    """The acts, in the order in which an organisation needs them."""
    admit = acts.add_parser(
        "admit",
        help="admit a station or a reader that made its own keys",
        description="Show the words of REQUEST, which `station new` or `keys request` made, and ask whether they are "
        "those that the station shows. Then sign the next roster, in which it stands, and write the trust bundle by "
        "which it joins. A key that ever stood in a roster is not admitted again.",
    )
    admit.add_argument("request", metavar="REQUEST", type=Path)
    admit.add_argument("--id", default="", help="another name than the one that the request wishes")
    add_signing(admit)
    admit.set_defaults(run=run_admit)
    _add_interviewer(acts, add_signing)
    _add_revoke(acts, add_signing)
    renew = acts.add_parser(
        "renew",
        help="the same people and devices, with new dates",
        description="Sign the roster in force again with new dates, and write its trust bundle. With a --form or a --ca"
        " it says what every node is to ask and to hold to from now on. A --wording is a file that a reader saved at "
        "the desk: it is put in force for its language, in place of the one before. With --seals 2 phones seal version "
        "2 of the format, which says in clear until when a testimony is kept: sign it when `doctor` at central says "
        "that every station can read it. --central-url is taken by every station that has no address of its own, also "
        "by one that joins later.",
    )
    renew.add_argument("--seals", type=int, choices=(2,), help="the version of the format that phones seal")
    renew.add_argument("--central-url", metavar="URL", type=address.central_url, help="where stations find central")
    drafts.add_option(renew)
    add_signing(renew)
    wordings.add_option(renew)
    renew.set_defaults(run=run_renew)


def _add_interviewer(acts: Any, add_signing: Callable[[Any], None]) -> None:
    more = acts.add_parser(
        "add-interviewer",
        help="an interviewer with a phone, or a new phone for one",
        description="Make keys for the interviewer ID and their phone, locked under a passphrase that is shown once, "
        "and sign the roster that names both. One who is in the roster already gets new keys and this phone: so after "
        "a lost phone.",
    )
    more.add_argument("id", metavar="ID", help="the interviewer's pseudonym: small letters, digits, hyphens")
    more.add_argument("--phone", required=True, metavar="ID", help="the phone's name in the roster, a new one")
    add_signing(more)
    more.set_defaults(run=run_add_interviewer)


def _add_revoke(acts: Any, add_signing: Callable[[Any], None]) -> None:
    revoke = acts.add_parser(
        "revoke",
        help="a person or a device counts no more",
        description="Sign the next roster, in which each ID (a phone, a node, a reader, an interviewer) is active no "
        "more. What it signed before stays good. With --lost the phones are lost: every node that adopts the roster "
        "destroys its half of the keys of the drafts on them by itself, as `device lost` does.",
    )
    revoke.add_argument("ids", metavar="ID", nargs="+", help="as `roster show` prints it")
    revoke.add_argument("--lost", action="store_true", help="phones that are gone, with the drafts on them")
    add_signing(revoke)
    revoke.set_defaults(run=run_revoke)


def run_admit(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.sealing.roster.admission import read_admission
    from testimony.services.certificates import store as certificate_store
    from testimony.services.roster import changes as roster_changes

    asked = read_admission(certificate_store.read(arguments.request))
    chain = chain_of(arguments.org)
    draft = roster_changes.admit(chain, asked, arguments.id)
    id = arguments.id or asked.id
    line("asks", f"{asked.kind} {asked.id}" + (", in place of the one of this name" if asked.replaces else ""))
    line("its words", fingerprint_words(asked.fingerprint))
    line("SHA-256", asked.fingerprint)
    line("its date", in_words(date.fromisoformat(asked.day)))
    prompts.confirmed("Does the station show the same words?")
    bundle = sign_next(arguments, chain, draft)
    _say_admitted(asked, id, bundle)
    return 0


def _say_admitted(asked: Admission, id: str, bundle: Path) -> None:
    line("admitted", id)
    print(f"\nNext, at the station: testimony station join {bundle.name} --home HOME")
    print(f"and at central, from which the others get it: testimony station update {bundle} --home HOME")
    if asked.kind == "recovery":
        print("Then a lawyer gives it access to what was sealed before: testimony grant --home DESK (docs/recovery.md)")
    if asked.kind == "node":
        print("Interviewers sign in there after: testimony keys install keys/ID.locked.json --home HOME")
        print("Phones reach it after: testimony tls node --home HOME REQUEST")


def run_add_interviewer(arguments: argparse.Namespace) -> int:
    from testimony import canonical
    from testimony.cli.key_files import replace_file
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.services.roster import changes as roster_changes

    chain = chain_of(arguments.org)
    made = roster_changes.add_interviewer(chain.latest, arguments.id, arguments.phone)
    bundle = sign_next(arguments, chain, made.draft)
    file = arguments.org / "keys" / f"{arguments.id}.locked.json"
    replace_file(file, canonical.encode(made.locked))
    line("locked keys", str(file))
    line("passphrase", made.passphrase)
    print("\nIt is shown once and kept nowhere. Write it on paper and hand it to the interviewer.")
    print(f"\nNext, at each node: testimony station update {bundle} --home HOME")
    print(f"                    testimony keys install {file} --home HOME")
    print("and the first of them at central too.")
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.domain.consent.compartments import LEAST_LAWYERS
    from testimony.services.accounts import draft_shares
    from testimony.services.roster import changes as roster_changes

    chain = chain_of(arguments.org)
    draft = roster_changes.revoke(
        chain.latest, arguments.ids, draft_shares.LOST if arguments.lost else roster_changes.REVOKED
    )
    bundle = sign_next(arguments, chain, draft)
    line("lost" if arguments.lost else "revoked", ", ".join(arguments.ids))
    if len(chain.latest.readers("lawyers")) < LEAST_LAWYERS:
        line("take care", "too few lawyers are left: nothing more can be sealed until another is admitted")
    print(f"\nNext, at central, which refuses them from then on: testimony station update {bundle} --home HOME")
    print("and at each node that does not synchronise. Nodes and desks that do get it by themselves.")
    if arguments.lost:
        print("A node that adopts it destroys the keys of the drafts on the phone, and signs out who used it.")
        print("A new phone for its interviewer:")
        print("testimony roster add-interviewer ID --phone NEW --org DIR --key-file FILE FILE")
    return 0


def run_renew(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.services.roster import changes as roster_changes

    chain = chain_of(arguments.org)
    files = wordings.read(arguments.wording)
    draft = roster_changes.renew(
        chain.latest, seals=arguments.seals, draft_share=arguments.draft_share, central=arguments.central_url
    )
    bundle = sign_next(arguments, chain, draft, files)
    line("good until", chain.latest.expires)
    print(f"\nNext, at central, from which the others get it: testimony station update {bundle} --home HOME")
    print("and at each station that does not synchronise.")
    return 0
