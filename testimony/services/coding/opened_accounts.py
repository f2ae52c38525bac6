"""Cache the opened coded accounts of a desk while the reader's key is unlocked.

New consents, withdrawals, corrections and clearances are read on each call. On a new day or with a new roster
everything is asked of the sealed index (account_memory.py) or opened again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from testimony.domain.coding import assessment, findings
from testimony.domain.incidents import events as incident_events
from testimony.domain.release.columns import Vocabulary
from testimony.domain.review import clearance as review_clearance
from testimony.domain.review import review
from testimony.domain.review.review import ReviewState
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.coding import clearance
from testimony.services.coding.account_memory import AccountMemory
from testimony.services.coding.eligibility import Account, Opener
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.news import WITHDRAWN
from testimony.services.opening.opened_cache import OpenedCache, Watch
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.review import reviews
from testimony.station.station import Station

ELSEWHERE: Final = frozenset({review.KIND, review_clearance.KIND, incident_events.KIND, assessment.KIND, findings.KIND})
"""Kinds of annexes that change nothing in an opened account: their content is read each time."""


@dataclass
class _Accounts(OpenedCache[Account]):
    """The opened accounts; and of each testimony whether its review, and its clearance, let it be released."""

    reviewed: dict[str, bool] = field(default_factory=dict)
    cleared: dict[str, bool] = field(default_factory=dict)

    def forget(self, tids: Collection[str] | None) -> None:
        for tid in [*self.reviewed] if tids is None else tids:
            self.reviewed.pop(tid, None)
            self.cleared.pop(tid, None)


_caches: WeakKeyDictionary[AnnexIndex, _Accounts] = WeakKeyDictionary()
"""Forgotten with the annexes of the same key, which are forgotten when it is locked."""


def open_accounts(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    known: Vocabulary,
    *,
    at: date,
    watched: Watch = lambda opened, total: None,
) -> list[Account]:
    """Every testimony that is here or was withdrawn here, as of `at`. Refreshes `annexes`.

    `known`: the vocabulary of codes. `watched`: see `opened_cache.Watch`.
    """
    index = annexes.memory(station, reader)
    reading = ReadingSession.at(station, session, reader)
    opener = Opener(reading, station.settings.home, annexes, known, at=at)

    def open_all(records: Mapping[str, SignedRecord]) -> Iterator[tuple[str, Account]]:
        return ((account.tid, account) for account in opener.open(records))

    cache = _caches.setdefault(annexes, _Accounts())
    with cache.lock:
        memory = AccountMemory(index=index, annexes=annexes, concerns=_concerns, at=at) if index else None
        gone = cache.refresh(
            station, reading, annexes, at=at, open_all=open_all, concerns=_concerns, watched=watched, memory=memory
        )
        return [_today(cache, station.chain, annexes, tid, gone.get(tid, "")) for tid in cache.here]


def _concerns(annex: OpenedAnnex) -> bool:
    return annex.content.get("kind") not in ELSEWHERE


def _today(cache: _Accounts, chain: RosterChain, annexes: AnnexIndex, tid: str, gone: str) -> Account:
    account = cache.held.get(tid)
    if gone or account is None:
        cache.held.pop(tid, None)  # nothing of it is kept
        return Account(tid=tid, manifest=cache.here[tid], gone=gone or WITHDRAWN)
    if tid not in cache.reviewed:
        cache.reviewed[tid] = reviews.review_of(chain, annexes, tid).review.state is ReviewState.CLEARED
        cache.cleared[tid] = clearance.clearance_of(chain, annexes, tid).cleared
    return replace(account, cleared=cache.cleared[tid] if account.alone else cache.reviewed[tid])
