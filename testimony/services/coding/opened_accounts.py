"""Cache the opened coded accounts of a desk, in memory only, while the reader's key is unlocked.

New consents, withdrawals, corrections and clearances are read on each call. On a new day or with a new roster
everything is opened again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from testimony.domain.coding import assessment
from testimony.domain.incidents import events as incident_events
from testimony.domain.release.publishable import Vocabulary
from testimony.domain.review import clearance as review_clearance
from testimony.domain.review import review
from testimony.domain.review.review import State
from testimony.services.coding import clearance
from testimony.services.coding.eligibility import Account, Opener
from testimony.services.opening import news
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.news import WITHDRAWN, Changes
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.review import reviews
from testimony.station.station import Station

CHUNK: Final = 200
"""Testimonies that are opened with one database query."""
ELSEWHERE: Final = frozenset({review.KIND, review_clearance.KIND, incident_events.KIND, assessment.KIND})
"""Kinds of annexes that change nothing in an opened account: their content is read each time."""


@dataclass
class _Held:
    """The opened accounts. `cleared`: whoever may clear. `made`: for which roster and day."""

    changes: Changes = field(default_factory=Changes)
    accounts: dict[str, Account] = field(default_factory=dict)
    reviewed: dict[str, bool] = field(default_factory=dict)
    cleared: dict[str, bool] = field(default_factory=dict)
    made: tuple[str, date] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_held: WeakKeyDictionary[AnnexIndex, _Held] = WeakKeyDictionary()
"""Forgotten with the annexes of the same key, which are forgotten when it is locked."""


def open_accounts(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    known: Vocabulary,
    *,
    at: date,
    watched: Callable[[int, int], None] = lambda opened, total: None,
) -> list[Account]:
    """Every testimony that is here or was withdrawn here, as of `at`. Refreshes `annexes`.

    `known`: the vocabulary of codes. `watched` gets how many of how many were opened; if it raises, opening ends, and
    what was opened until then stays.
    """
    held = _held.setdefault(annexes, _Held())
    with held.lock:
        annexes.refresh(station, session, reader)
        _renew(held, station, at)
        _hear(held, session, annexes)
        gone, here = news.gone(session), held.changes.here
        waiting = [tid for tid in here if tid not in gone and not _is_final(held, tid)]
        opener = Opener(station, session, reader, annexes, known, at=at)
        for start in range(0, len(waiting), CHUNK):
            names = [here[tid] for tid in waiting[start : start + CHUNK]]
            found = opener.open(record_queries.records_of(session, names))
            held.accounts.update((one.tid, one) for one in found)
            watched(start + len(names), len(waiting))
        return [_today(held, station, annexes, tid, gone.get(tid, "")) for tid in here]


def _renew(held: _Held, station: Station, at: date) -> None:
    made = (station.chain.latest.sha256, at)
    if held.made != made:
        held.accounts, held.reviewed, held.cleared, held.made = {}, {}, {}, made


def _hear(held: _Held, session: Session, annexes: AnnexIndex) -> None:
    """Forget the account of each testimony that has new annexes."""
    for tid in held.changes.come(session):
        held.accounts.pop(tid, None)
    for one in held.changes.new_annexes(annexes):
        if one.content.get("kind") not in ELSEWHERE:
            held.accounts.pop(one.tid, None)
        held.reviewed.pop(one.tid, None)
        held.cleared.pop(one.tid, None)


def _is_final(held: _Held, tid: str) -> bool:
    return tid in held.accounts and held.accounts[tid].final


def _today(held: _Held, station: Station, annexes: AnnexIndex, tid: str, gone: str) -> Account:
    account = held.accounts.get(tid)
    if gone or account is None:
        held.accounts.pop(tid, None)  # nothing of it is kept
        return Account(tid=tid, manifest=held.changes.here[tid], gone=gone or WITHDRAWN)
    if tid not in held.reviewed:
        held.reviewed[tid] = reviews.review_of(station, annexes, tid).review.state is State.CLEARED
        held.cleared[tid] = clearance.clearance_of(station, annexes, tid).cleared
    return replace(account, cleared=held.cleared[tid] if account.alone else held.reviewed[tid])
