"""One-time nonces. Only used ones are stored, not those given out, and using one takes a valid signature.

A station with a database of its own remembers them in memory; `SharedNonces` does so for several servers of a station.

Nobody can push the nonces of others out of memory by asking for many, and nobody with a valid signature can use so many
that none of others' counts: each signer has a share of the space. After a restart the client simply asks for another.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from typing import Final, Protocol

from sqlalchemy import delete, func, select, text

from testimony.canonical import sha256_hex
from testimony.errors import TestimonyError
from testimony.sealing.age.hkdf import hkdf
from testimony.station.errors import NonceSpent
from testimony.store.models.nonces import UsedNonceRow
from testimony.store.sql.database import Database

LIFE_SECONDS = 600.0
AT_MOST = 20_000
"""Used ones that are remembered for one signer; beyond that none of theirs is accepted until the oldest have expired.
That is 33 requests a second for ten minutes: more than any sync makes, and 6 MB for a key of the roster.
"""
TIME, CHANCE = 16, 32
"""Hex digits of the time, in microseconds, and random ones; the rest of a nonce is the code over both."""
DIGEST: Final = "sha256"


SWEPT = 200
"""Old nonces that are deleted with each new one, at most."""
ASKED_SECONDS = 5.0
"""Seconds for which the difference between two clocks is trusted before it is measured again."""
AHEAD = 60_000_000
"""Microseconds by which a nonce may be newer than the clock that it is spent by: more than the difference between two
answers of one clock, and less than the extra time for which used ones are remembered.
"""
INFO: Final = b"testimony/1/nonces"


class NonceBook(Protocol):
    """Issues nonces and spends them."""

    def new(self) -> str:
        """112 hex digits: the time of making, random digits, and a code that only this station can make."""

    def spend(self, nonce: str, by: str) -> None:
        """Use up a nonce. Raises `NonceSpent` if it was not issued, was used, or is too old, or if `by` used too many.

        `by`: whose valid signature came with it. Verify that first: anybody can ask for nonces.
        """


class Nonces:
    """Nonces in the memory of one process, timed by a clock that a wrong date does not affect."""

    def __init__(self, life_seconds: float = LIFE_SECONDS, at_most: int = AT_MOST) -> None:
        self._life = int(life_seconds * 1_000_000)
        self._at_most = at_most
        self._secret = secrets.token_bytes(32)
        self._used: dict[str, OrderedDict[str, int]] = {}  # by signer, with the time at which each was used
        self._mutex = threading.Lock()

    def new(self) -> str:
        """As in `NonceBook`; another process accepts none of them."""
        return _mint(self._secret, _now())

    def spend(self, nonce: str, by: str) -> None:
        """As in `NonceBook`."""
        made, now = _made(self._secret, nonce), _now()
        with self._mutex:
            self._forget(now)
            used = self._used.setdefault(by, OrderedDict())
            spent = any(nonce in of_one for of_one in self._used.values())
            if now - made > self._life or spent or len(used) >= self._at_most:
                raise NonceSpent
            used[nonce] = now

    def _forget(self, now: int) -> None:
        """Forget those that have expired: their age is enough to refuse them."""
        for by, used in list(self._used.items()):
            while used and now - next(iter(used.values())) > self._life:
                used.popitem(last=False)
            if not used:
                del self._used[by]


class SharedNonces:
    """Nonces in the database, for several servers of one station: each accepts what another issued, and only once.

    Timed by the database server's clock, the only one that they share; each asks for it every few seconds. A nonce that
    was used in the second before that server crashed may count again. Somebody who recorded such a request can repeat
    it, which changes and reveals nothing, as every request of stations may arrive twice.
    """

    def __init__(
        self, database: Database, seed: bytes, life_seconds: float = LIFE_SECONDS, at_most: int = AT_MOST
    ) -> None:
        """`seed`: the station's secret, the same at all its servers."""
        self._database = database
        self._secret = hkdf(seed, b"", INFO)
        self._life = int(life_seconds * 1_000_000)
        self._at_most = at_most
        self._ahead = self._ask() - _now()  # how far the database server's clock is ahead of this machine's
        self._asked = time.monotonic()

    def new(self) -> str:
        """As in `NonceBook`; also while the database server is down, when an answer reports that and includes one."""
        if time.monotonic() - self._asked >= ASKED_SECONDS:
            with suppress(TestimonyError):
                self._ahead = self._ask() - _now()
                self._asked = time.monotonic()
        return _mint(self._secret, _now() + self._ahead)

    def _ask(self) -> int:
        """The database server's time. Raises what `Database.reading` does."""
        with self._database.reading() as session:
            return int(session.execute(_THEIR_NOW).scalar_one())

    def spend(self, nonce: str, by: str) -> None:
        """As in `NonceBook`. Raises what `Database.beside` does, and then nothing was spent."""
        made = _made(self._secret, nonce)
        used = select(UsedNonceRow.name).where(UsedNonceRow.by == by).limit(self._at_most).subquery()
        count = select(func.count()).select_from(used).scalar_subquery()
        with self._database.beside() as connection:
            now, count_now = connection.execute(select(_MICROSECONDS, count)).one()
            old = select(UsedNonceRow.name).where(UsedNonceRow.used < now - self._life - AHEAD)
            swept = old.limit(SWEPT).with_for_update(skip_locked=True)  # another server may be deleting them
            connection.execute(delete(UsedNonceRow).where(UsedNonceRow.name.in_(swept)))
            if not -AHEAD <= now - made <= self._life or count_now >= self._at_most:
                raise NonceSpent
            row = {"name": sha256_hex(nonce.encode()), "by": by, "used": now}
            if connection.execute(_USE, row).rowcount != 1:
                raise NonceSpent


_MICROSECONDS = text("CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
_THEIR_NOW = text(f"SELECT {_MICROSECONDS.text}")
_USE = text("INSERT INTO used_nonces (name, by, used) VALUES (:name, :by, :used) ON CONFLICT DO NOTHING")


def _mint(secret: bytes, now: int) -> str:
    made = f"{now:0{TIME}x}{secrets.token_hex(CHANCE // 2)}"
    return made + _code(secret, made)


def _made(secret: bytes, nonce: str) -> int:
    """The time when `nonce` was made. Raises `NonceSpent` if it was not made with this secret."""
    made, code = nonce[: TIME + CHANCE], nonce[TIME + CHANCE :]
    if not nonce.isascii() or not hmac.compare_digest(code, _code(secret, made)):
        raise NonceSpent
    return int(made[:TIME], 16)


def _code(secret: bytes, made: str) -> str:
    return hmac.new(secret, made.encode(), DIGEST).hexdigest()


def _now() -> int:
    return time.monotonic_ns() // 1000
