"""Check how old the list of readers is, and name what was sealed to somebody who had been removed: no damage, both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from testimony.services.integrity.home import Fault, Home, few
from testimony.services.roster import freshness, removed_readers
from testimony.services.roster.removed_readers import Removed

STALE: Final = (
    "For more than {days} days nobody has confirmed the list of readers: somebody who left may still be on it. "
    "Synchronise the desk of who confirms it (`testimony roster confirm`), then this station."
)
NEWER: Final = "A newer list of readers is in force, roster number {no}, and it is not here. Synchronise."
REMOVED: Final = (
    "{tid}… was sealed to {whom} too: the phone had an old list of readers. They can open any copy that they get. "
    "Tell the coordinator, and warn the witness if a copy may have reached them."
)


def check(home: Home, today: date) -> Iterator[Fault]:
    """`today`: by all clocks of the station."""
    state = freshness.look(home.folder, home.chain, today)
    if state.newer is not None:
        yield _remark(NEWER.format(no=state.newer))
    elif state.stale:
        yield _remark(STALE.format(days=freshness.LIFE.days))
    yield from few(_removed(home))


def _removed(home: Home) -> Iterator[Fault]:
    with home.reading() as session:
        for tid, found in removed_readers.testimonies(session, home.chain).items():
            yield _remark(REMOVED.format(tid=tid[:8], whom=", ".join(map(_said, found))))


def _said(one: Removed) -> str:
    return f"{one.id} (removed on {one.day})"


def _remark(words: str) -> Fault:
    return Fault(subject="readers", words=words, grave=False)
