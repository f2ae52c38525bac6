"""`testimony roster new-roots`: replace the root keys; each holder of an old root signs on their own machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.cli.organisation import root_signatures
from testimony.cli.output import line
from testimony.cli.signing import trust_bundle

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import Root


def add_to(acts: Any) -> None:
    act = acts.add_parser(
        "new-roots",
        help="sign with the old roots that others take their place",
        description="Show the words of the new roots in CHANGE, which `ceremony roots --number` made, and ask whether "
        "they are those in its minutes. Then add the signature of each given old root key to the file. Once enough of "
        "the old roots signed, the new ones are in force in the organisation's folder, and the trust bundle that "
        "brings them to stations is written. The old keys sign nothing after that.",
    )
    act.add_argument("change", metavar="CHANGE", type=Path, help="roots-change.json")
    act.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    act.add_argument("--key-file", required=True, nargs="+", metavar="FILE", type=Path, help="old root key files")
    act.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.cli.key_files import replace_file
    from testimony.cli.signing.rosters import chain_of
    from testimony.sealing.roster import root_change
    from testimony.sealing.roster.trusted_files import Trust
    from testimony.services.certificates import store as certificate_store

    chain = chain_of(arguments.org)
    record, root = root_change.read(certificate_store.read(arguments.change), chain)
    _print_roots(chain.root, root)
    prompts.confirmed("Are these the words in the minutes of the ceremony?")
    for signer in root_signatures.unlocked(chain, arguments.key_file):
        record = root_change.with_signature(record, signer)
    signed, wanted = root_change.signed_by(record, chain.root), chain.root.threshold
    if signed >= wanted:
        chain.add(record)  # refuses here what every station would refuse later
        trust_bundle.require_files(arguments.org, Trust.from_roster(chain.latest))
    replace_file(arguments.change, record.encode())
    line("signatures", f"{signed} of the {wanted} that must be: {arguments.change}")
    if signed < wanted:
        print(f"\nNext, where another old root key is: testimony roster new-roots {arguments.change.name} …")
        return 0
    root_signatures.write(arguments.org, root_signatures.name_in(chain), record)
    bundle = trust_bundle.write(arguments.org, chain)
    line("bundle", str(bundle))
    print(f"\nNext, at central, from which the others get it: testimony station update {bundle} --home HOME")
    print("and then there: testimony ceremony record roots-ceremony.json --home HOME")
    print(f"At each new holder's: testimony roster follow {bundle.name} --org DIR")
    return 0


def _print_roots(old: Root, new: Root) -> None:
    from testimony.sealing.keys.wordlist import fingerprint_words

    line("roots", f"no {new.no} in place of no {old.no}: {new.threshold} of {len(new.keys)} sign")
    line("their words", fingerprint_words(new.fingerprint))
    line("SHA-256", new.fingerprint)
    before = {keys[0].kid for keys in old.keys}
    stay = sum(keys[0].kid in before for keys in new.keys)
    line("of the old", f"{stay} stay, {len(old.keys) - stay} sign nothing any more")
