"""Any signer can use a nonce once, before it expires. A signer who used too many waits; others do not."""

from __future__ import annotations

import pytest

from testimony.station import nonces as module
from testimony.station.errors import NonceSpent
from testimony.station.nonces import Nonces

LIFE = 10_000_000  # microseconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The time in microseconds, which a test sets."""
    now = [5 * LIFE]
    monkeypatch.setattr(module, "_now", lambda: now[0])
    return now


@pytest.fixture
def book(clock: list[int]) -> Nonces:
    return Nonces(life_seconds=10, at_most=2)


def refused(book: Nonces, nonce: str, by: str = "a") -> bool:
    try:
        book.spend(nonce, by)
    except NonceSpent:
        return True
    return False


def test_it_counts_once_also_where_another_signer_comes_with_it(book: Nonces) -> None:
    nonce = book.new()
    assert [refused(book, nonce), refused(book, nonce), refused(book, nonce, "b")] == [False, True, True]


@pytest.mark.parametrize(("later", "is_refused"), [(LIFE, False), (LIFE + 1, True)])
def test_it_counts_to_the_end_of_its_life(book: Nonces, clock: list[int], later: int, is_refused: bool) -> None:
    nonce = book.new()
    clock[0] += later
    assert refused(book, nonce) is is_refused


def test_a_signer_who_used_too_many_waits_until_the_oldest_expired_and_no_other_does(
    book: Nonces, clock: list[int]
) -> None:
    assert not refused(book, book.new())
    clock[0] += 2
    assert not refused(book, book.new())
    assert refused(book, book.new()), "two are the most"
    assert not refused(book, book.new(), "b")
    clock[0] += LIFE - 1
    assert not refused(book, book.new()), "the first has expired"
    assert refused(book, book.new()), "the second has not"


def test_one_that_was_used_does_not_count_again_while_it_lives(book: Nonces, clock: list[int]) -> None:
    early, late = book.new(), book.new()
    book.spend(early, "a")
    clock[0] += LIFE
    assert refused(book, early), "it is remembered as long as its age alone does not refuse it"
    assert not refused(book, late)


@pytest.mark.parametrize("nonce", ["", "0" * 112, "é" * 112])
def test_what_this_station_did_not_make_is_refused(book: Nonces, nonce: str) -> None:
    assert refused(book, nonce)
    assert refused(book, Nonces().new()), "another process made it"
    made = book.new()
    assert refused(book, made[:-1] + ("0" if made[-1] != "0" else "1"))
