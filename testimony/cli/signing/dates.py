"""Show the signer of a roster its date in words, and ask for it where the last roster's does not confirm it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from testimony.cli import prompts
from testimony.cli.output import counted, in_words, line
from testimony.domain.time import Dating, dating

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import Roster


def confirm(issued: str, last: Roster, *, other: date | None, mends: bool) -> None:
    """Ask before the roster dated `issued` is signed. `other`: this machine's date, where another one dated the roster.

    `mends`: the signer says that the date of the last roster was wrong. Raises `RosterRefused`: behind, date.
    """
    from testimony.sealing.roster.errors import RosterRefused

    day, before = date.fromisoformat(issued), date.fromisoformat(last.issued)
    found, apart = dating(day, before, other), (day - before).days
    after = "the day of the last roster"
    if apart:
        after = f"{counted(abs(apart), 'day')} {'after' if apart > 0 else 'BEFORE'} the last roster"
    line("date", f"{in_words(day)}: {after}")
    if other is not None:
        line("this machine", in_words(other))
    if found is Dating.BEHIND and not mends:
        raise RosterRefused("behind")
    if found in {Dating.AHEAD, Dating.BEHIND}:
        print("\nEvery station compares this date with its clocks. Read today's date from a phone or a watch.")
        prompts.dated(day)
    elif found is Dating.USUAL and other is None:
        prompts.is_today(f"Is today {in_words(day)}? Compare with a phone or a watch.")
