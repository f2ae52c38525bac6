"""Prints the records that central's log names and that this station lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from testimony.sealing.roster.chain import RosterChain
    from testimony.services.custody.gaps import Gaps, LogEntry

AT_MOST = 20
"""Entries that are printed one by one."""


def tell(lacking: Gaps, chain: RosterChain) -> bool:
    """Print each entry without a record and what to do. Returns whether something was left out."""
    if lacking.left_out:
        number = counted(len(lacking.left_out), "record")
        line("lacking", f"{number} that central's log names did not come here. A withdrawal may be among them:")
        _list(lacking.left_out, chain)
        line("", "Synchronise again. If that does not help, report it, and import a bundle of another station that has")
        line("", "the record.")
    if lacking.unlogged:
        number = counted(len(lacking.unlogged), "withdrawal")
        line("not logged", f"{number} that central signed for and does not show in its log. Report it, and take a")
        line("", "bundle of this station to the lawyers' desks: it brings them the withdrawal")
    if lacking.unconfirmed:
        number = counted(len(lacking.unconfirmed), "record")
        line("destroyed", f"{number}, as central says, with a withdrawn testimony, before they came here. No other")
        line("", "station has confirmed it:")
        _list(lacking.unconfirmed, chain)
    return bool(lacking.left_out or lacking.unlogged)


def _list(entries: Sequence[LogEntry], chain: RosterChain) -> None:
    from testimony.services.custody.gaps import WORDS

    for entry in entries[:AT_MOST]:
        signer = chain.signer(entry.by)
        by = "" if not entry.by else f", signed by {signer.id if signer else entry.by}"
        day = "" if not entry.day else f", of {entry.day}"
        line("", f"entry {entry.position}: {WORDS[entry.kind]}{day}{by}")
    if len(entries) > AT_MOST:
        line("", f"and {len(entries) - AT_MOST} more")
