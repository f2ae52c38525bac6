"""`testimony roster page-keys`: name the three keys of which two sign the page that nodes serve."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.sealing.records.signatures import PublicKey


def add_naming(acts: Any, add_signing: Callable[[Any], None]) -> None:
    """`roster page-keys`, among the acts of the roster."""
    name = acts.add_parser(
        "page-keys",
        help="name the keys that sign the page of nodes",
        description="Sign the next roster, which names the three page keys whose public halves are in the files FILE, "
        "in place of those before. Two of them sign each new page from then on.",
    )
    name.add_argument(
        "public", metavar="FILE", nargs=3, type=Path, help="what `ceremony pages` or `pages key` wrote: ….public.json"
    )
    add_signing(name)
    name.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.sealing.roster.errors import RosterRefused
    from testimony.sealing.roster.trusted_files import KEY, Trust
    from testimony.sealing.statements.ceremony_record import name_of_page_keys
    from testimony.services.roster import changes as roster_changes

    chain = chain_of(arguments.org)
    draft, keys = roster_changes.renew(chain.latest), _read(arguments.public)
    others = {key for root in chain.roots for group in root.keys for key in group}
    if any(key in others or chain.signer(key.kid) for each in keys for key in each):
        raise RosterRefused("roles")  # a key has one task
    for each in keys:
        line("page key", each[0].kid)
    line("their words", fingerprint_words(name_of_page_keys(keys)))
    draft[KEY] = replace(Trust.said_in(draft), releases=keys).describe()
    bundle = sign_next(arguments, chain, draft)
    print(f"\nNext: testimony station update {bundle} --home HOME, at central, from which the others get it")
    return 0


def _read(files: Sequence[Path]) -> tuple[tuple[PublicKey, ...], ...]:
    """Raises `RosterRefused("structure")` for other files, or one of them twice."""
    from testimony import canonical
    from testimony.errors import NotCanonical
    from testimony.sealing.roster.errors import RosterRefused
    from testimony.sealing.roster.trusted_files import KEY, Trust
    from testimony.services.certificates import store as certificate_store

    try:
        said = [canonical.decode(certificate_store.read(file)) for file in files]
    except NotCanonical as error:
        raise RosterRefused("structure") from error
    return Trust.said_in({KEY: {"files": [], "releases": said}}).releases
