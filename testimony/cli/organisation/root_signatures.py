"""`testimony roster sign` for a proposal, and `roster follow`: the steps of a root key's holder on a separate machine.

The command works out the roster's changes itself, from rosters proved by the pinned root. It trusts no sentence in the
file.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.cli.output import line
from testimony.cli.signing import dates, trust_bundle

if TYPE_CHECKING:
    from testimony.sealing.records.records import SignedRecord
    from testimony.sealing.records.signatures import Signer
    from testimony.sealing.roster.chain import Roster, RosterChain
    from testimony.sealing.roster.proposal import Proposal


def add_follow(acts: Any) -> None:
    follow = acts.add_parser(
        "follow",
        help="bring an organisation's folder the rosters that others published",
        description="Put the rosters in FILE that the folder lacks into it: a bundle, or a proposal from central. A "
        "bundle brings the questionnaires and the authority of the newest roster too. Only what the folder's own root "
        "proves is taken.",
    )
    follow.add_argument("file", metavar="FILE", type=Path, help="roster-N.bundle, or roster-N.proposal")
    follow.add_argument("--org", required=True, metavar="DIR", type=Path, help="the folder with root.json and rosters/")
    follow.set_defaults(run=run_follow)


def run_follow(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of
    from testimony.sealing.roster import proposal
    from testimony.services.certificates import store as certificate_store
    from testimony.sync.bundle import trust as bundle_trust

    data, chain = certificate_store.read(arguments.file), chain_of(arguments.org)
    if proposal.is_one(data):
        records: Iterable[SignedRecord] = _read(data, chain).history
    else:
        records = bundle_trust.read_offer(io.BytesIO(data)).chain.records
    found = _follow(arguments.org, chain, records)
    line("roster", f"no {chain.latest.no} is the newest here" + ("" if found else "; it was before"))
    if not proposal.is_one(data):
        trust_bundle.take(arguments.org, chain, io.BytesIO(data))
    _print_lacking(arguments.org, chain)
    return 0


def _print_lacking(folder: Path, chain: RosterChain) -> None:
    """Say what no later roster can be signed without in `folder`, and where it is."""
    from testimony.sealing.roster.trusted_files import Trust

    for file in trust_bundle.lacking(folder, Trust.from_roster(chain.latest)):
        line("lacking", f"file {file.sha256[:16]}…: bring central's bundle (/sync/trust) with `roster follow`")


def run_sign(arguments: argparse.Namespace, data: bytes) -> int:
    """Show what the proposal in `data` changes, ask, and add the signatures of the given roots."""
    from testimony.cli.signing.rosters import chain_of
    from testimony.sealing.roster.errors import ProposalRefused

    if arguments.wording or any(one is not None for one in (arguments.form, arguments.ca, arguments.fresh)):
        raise ProposalRefused("whole")
    folder, chain = arguments.org, chain_of(arguments.org)
    found = _read(data, chain)
    _follow(folder, chain, found.history)
    before = _require_next(found, chain)
    _whole(found, chain)  # a signature in it that is not good stops here, before anything is asked or written
    _print_changes(before, found)
    today = datetime.now(UTC).date()
    dates.confirm(found.roster.issued, before, other=today, mends=arguments.last_date_wrong)
    prompts.confirmed("Is this what is to be, and were the words the same?")
    signed = _sign(found, chain, arguments.key_file)
    _keep(arguments, signed, chain)
    if arguments.codes:
        _show_codes(signed.lines(before.data))
    return 0


def _read(data: bytes, chain: RosterChain) -> Proposal:
    from testimony.sealing.roster import proposal

    return proposal.merged(proposal.read(data, proposal.roster_of(chain.records)))


def _follow(folder: Path, chain: RosterChain, records: Iterable[SignedRecord]) -> bool:
    """Take what `chain` lacks and its root proves into the folder; whether there was any. Raises `RosterRefused`."""
    new = [(name_in(chain), record) for record in records if chain.add(record)]
    for name, record in new:
        write(folder, name, record)
    return bool(new)


def name_in(chain: RosterChain) -> str:
    """The name of the file in `rosters/` for what `chain` accepted last: a roster, or the roots that follow it."""
    last = chain.records[-1].kind if chain.records else ""
    return f"roster-{chain.latest.no}" + (f"-root-{chain.root.no}" if last == "root" else "") + ".json"


def _require_next(found: Proposal, chain: RosterChain) -> Roster:
    """The roster that it follows: the newest here, or the one before where it was signed to the end here already."""
    from testimony.sealing.roster.errors import ProposalRefused

    latest = chain.rosters[0]
    before = chain.by_sha256(found.roster.prev or "")
    if before is None or (latest.sha256 != before.sha256 and latest.data != found.record.data):
        raise ProposalRefused("behind")
    return before


def _print_changes(before: Roster, found: Proposal) -> None:
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.services.roster import diff as roster_diff

    after = found.roster
    line("roster", f"no {after.no} after no {before.no}, from {after.issued} until {after.expires}")
    line("its words", fingerprint_words(after.sha256))
    line("SHA-256", after.sha256)
    for subject, changes in (
        ("changes", roster_diff.changes(before, after)),
        ("compare", roster_diff.cautions(before, after, found.admissions)),
    ):
        for change in changes:
            line(subject, ("! " if change.grave else "") + change.say())


def unlocked(chain: RosterChain, key_files: Sequence[Path]) -> Iterator[Signer]:
    """The root keys in these files, one after another. Asks for the passphrases. Raises `KeyFileForeign` for a key that
    is none of the root in force."""
    from testimony.cli.key_files import unlock
    from testimony.services.opening.errors import KeyFileForeign

    kids = {keys[0].kid for keys in chain.root.keys}
    for file in key_files:
        root = unlock(file).root
        if root is None or root.kid not in kids:
            raise KeyFileForeign
        yield root


def _sign(found: Proposal, chain: RosterChain, key_files: Sequence[Path]) -> Proposal:
    for root in unlocked(chain, key_files):
        found = found.with_signature(root)
    return found


def _keep(arguments: argparse.Namespace, signed: Proposal, chain: RosterChain) -> None:
    """Into the file that was read, or another one; and as the newest roster of the folder once enough have signed."""
    from testimony.cli.key_files import replace_file

    target, whole = arguments.to or arguments.draft, _whole(signed, chain)
    replace_file(target, signed.encode())
    line("signatures", f"{len(signed.record.sigs)} of the {chain.root.threshold} that must be: {target}")
    if whole is None:
        print(f"\nNext, where another root key is: testimony roster sign {target.name} --org DIR --key-file FILE")
        return
    if chain.add(whole):
        write(arguments.org, name_in(chain), whole)
    _print_lacking(arguments.org, chain)
    print(f"\nNext, at central's page of the proposal: hand in {target.name}.")


def _whole(found: Proposal, chain: RosterChain) -> SignedRecord | None:
    """The roster with its signatures, None while there are too few. Raises `ProposalRefused` for one that is bad."""
    from testimony.sealing.roster import proposal
    from testimony.sealing.roster.errors import ProposalRefused

    try:
        return proposal.require_signatures(found.record, chain.root)
    except ProposalRefused as error:
        if error.reason != "few":
            raise
        return None


def write(folder: Path, name: str, record: SignedRecord) -> None:
    """Keep what was signed to the end in an organisation's folder, under its `name_in` the chain."""
    from testimony.store.files import durable

    place = folder / "rosters"
    with durable.named_errors(folder):
        place.mkdir(mode=0o700, exist_ok=True)
        durable.replace_file(place / name, record.encode())


def _show_codes(lines: Sequence[str]) -> None:
    """One after another, for a camera; at a terminal the next one comes with the return key."""
    import segno

    for number, text in enumerate(lines, 1):
        picture = io.StringIO()
        segno.make(text, error="m", micro=False, boost_error=False).terminal(picture, compact=True)
        print(picture.getvalue())
        line("code", f"{number} of {len(lines)}")
        if sys.stdin.isatty() and number < len(lines):
            input("Return for the next one ")
