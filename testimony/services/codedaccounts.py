"""Every coded account at a desk, opened once for as long as the key is unlocked, in memory and never written down.

What came since the last time is looked at in any case: consent, withdrawals, corrections, clearings. A new day or a new
roster opens everything anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.domain import assessment, coordinatorclearing, linkevents, review
from testimony.domain.publishable import Vocabulary
from testimony.domain.review import State
from testimony.services import collect, reviews
from testimony.services import coordinatorclearing as clearings
from testimony.services.annexes import AnnexIndex
from testimony.services.codedopenings import Account, Opener
from testimony.services.readers import Reader
from testimony.services.station import Station
from testimony.store.records import RecordRow, TombstoneRow

WITHDRAWN: Final = "withdrawn"
SUSPENDED: Final = "suspended"
CHUNK: Final = 200
"""Testimonies that are opened with one question to the database for all of them."""
ELSEWHERE: Final = frozenset({review.KIND, coordinatorclearing.KIND, linkevents.KIND, assessment.KIND})
"""Kinds of annexes that change nothing of what was opened: what they say is asked for each time."""


@dataclass
class _Held:
    """What was opened. `here`: testimony -> its manifest. `cleared`: by whomever may. `arrival`, `heard`: up to where
    records and annexes were looked at. `made`: for which roster and day."""

    here: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    reviewed: dict[str, bool] = field(default_factory=dict)
    cleared: dict[str, bool] = field(default_factory=dict)
    arrival: int = -1
    heard: int = 0
    made: tuple[str, date] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_held: WeakKeyDictionary[AnnexIndex, _Held] = WeakKeyDictionary()
"""Forgotten with the annexes of the same key, which are forgotten when it is locked."""


def of(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    known: Vocabulary,
    *,
    at: date,
    watched: Callable[[int, int], None] = lambda opened, total: None,
) -> list[Account]:
    """Every testimony that is here or was withdrawn here, as it stands at `at`. `annexes` are brought up to date.

    `known`: what is a code. `watched` is told how many of how many were opened; what it raises ends the opening, and
    what was opened by then stays.
    """
    held = _held.setdefault(annexes, _Held())
    with held.lock:
        annexes.refresh(station, session, reader)
        _renew(held, station, at)
        _hear(held, session, annexes)
        gone = _gone(session)
        waiting = [tid for tid in held.here if tid not in gone and not _is_final(held, tid)]
        opener = Opener(station, session, reader, annexes, known, at=at)
        for start in range(0, len(waiting), CHUNK):
            names = [held.here[tid] for tid in waiting[start : start + CHUNK]]
            found = opener.open(collect.records_of(session, names))
            held.accounts.update((one.tid, one) for one in found)
            watched(start + len(names), len(waiting))
        return [_today(held, station, annexes, tid, gone.get(tid, "")) for tid in held.here]


def _renew(held: _Held, station: Station, at: date) -> None:
    made = (station.chain.latest.sha256, at)
    if held.made != made:
        held.accounts, held.reviewed, held.cleared, held.made = {}, {}, {}, made


def _hear(held: _Held, session: Session, annexes: AnnexIndex) -> None:
    """What came since: of each testimony that something new was said about the old account is forgotten."""
    columns = (RecordRow.kind, RecordRow.subject, RecordRow.name, RecordRow.arrival)
    news = select(*columns).where(
        RecordRow.arrival > held.arrival, RecordRow.kind.in_(("manifest", "grant", "withdraw", "contest"))
    )
    for kind, tid, name, _ in session.execute(news.order_by(RecordRow.arrival)):
        if kind == "manifest":
            held.here[str(tid)] = name
        held.accounts.pop(str(tid), None)
    held.arrival = session.scalar(select(func.max(RecordRow.arrival))) or held.arrival
    said = annexes.since(held.heard)
    held.heard += len(said)
    for one in said:
        if one.content.get("kind") not in ELSEWHERE:
            held.accounts.pop(one.tid, None)
        held.reviewed.pop(one.tid, None)
        held.cleared.pop(one.tid, None)


def _gone(session: Session) -> dict[str, str]:
    """Testimonies that are not served, and whether for ever."""
    stones = session.execute(select(TombstoneRow.subject, TombstoneRow.shredded))
    return {subject: WITHDRAWN if shredded else SUSPENDED for subject, shredded in stones}


def _is_final(held: _Held, tid: str) -> bool:
    return tid in held.accounts and held.accounts[tid].final


def _today(held: _Held, station: Station, annexes: AnnexIndex, tid: str, gone: str) -> Account:
    account = held.accounts.get(tid)
    if gone or account is None:
        held.accounts.pop(tid, None)  # nothing of it is kept
        return Account(tid=tid, manifest=held.here[tid], gone=gone or WITHDRAWN)
    if tid not in held.reviewed:
        held.reviewed[tid] = reviews.of(station, annexes, tid).review.state is State.CLEARED
        held.cleared[tid] = clearings.of(station, annexes, tid).cleared
    return replace(account, cleared=held.cleared[tid] if account.alone else held.reviewed[tid])
