"""Delay password attempts for an account name after failures, in the database and with a limit on its size.

Names without an account are treated the same. Rates of other requests are limited in memory (rate_limit.py).
"""

from __future__ import annotations

import hmac
import math
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from testimony.sealing.age.hkdf import hkdf
from testimony.station.clock import Moment, moment
from testimony.store.models.administrators import TryRow

if TYPE_CHECKING:
    from testimony.station.station import Station

FREE_TRIES: Final = 5
"""Failures in a row before there is a delay."""
LONGEST_WAIT: Final = 300.0
"""Seconds. A security key is never delayed, so nobody can lock out people who use one."""
MOST_UNKNOWN_NAMES: Final = 4096
"""Unknown names that are remembered; the oldest are dropped first, but never accounts."""
INFO: Final = b"testimony/1/administrators/tries"


def delay(failures: int) -> float:
    """Seconds to wait after this many failures in a row: 1, 2, 4 … 300."""
    return 0.0 if failures < FREE_TRIES else min(2.0 ** min(failures - FREE_TRIES, 20), LONGEST_WAIT)


def take(station: Station, session: Session, name: str, *, known: bool) -> tuple[int, int]:
    """Count an attempt. Returns (seconds until the next one, failures in a row).

    0 seconds allows this attempt, which counts as a failure until `forgive`. A refused attempt is not counted. After a
    restart of the machine, or when the clock of a database was set back, the wait starts again.
    """
    at, key = moment(station, session), _key(station, name)
    row = session.get(TryRow, key)
    if row is None:
        _make_room(session, known)
        session.add(TryRow(name=key, known=known, failures=1, boot=at.boot, since=at.seconds))
        return 0, 1
    left = _left(row, at)
    if left > 0:
        return math.ceil(left), row.failures
    row.known, row.failures, row.boot, row.since = known, row.failures + 1, at.boot, at.seconds
    return 0, row.failures


def forgive(station: Station, session: Session, name: str) -> None:
    """Reset the failures: the attempt was right."""
    session.execute(delete(TryRow).where(TryRow.name == _key(station, name)))


def _left(row: TryRow, at: Moment) -> float:
    passed = at.since(row.boot, row.since)
    if passed is None:
        row.boot, row.since = at.boot, at.seconds
        return delay(row.failures)
    return delay(row.failures) - passed


def _make_room(session: Session, known: bool) -> None:
    count = session.execute(select(func.count()).select_from(TryRow).where(~TryRow.known)).scalar_one()
    if known or count < MOST_UNKNOWN_NAMES:
        return
    oldest = select(TryRow.name).where(~TryRow.known).order_by(TryRow.since).limit(count - MOST_UNKNOWN_NAMES + 1)
    session.execute(delete(TryRow).where(TryRow.name.in_(oldest)))


def _key(station: Station, name: str) -> str:
    """A key instead of the name, because some people type their password there."""
    return hmac.new(hkdf(station.signer.seed, b"", INFO), name.encode(), "sha256").hexdigest()
