"""A function that runs beside the caller: what it gives or raises is had where somebody waits."""

from __future__ import annotations

import threading

import pytest

from testimony.sync.http.deadline import Aside


def test_what_it_gives_is_the_result() -> None:
    aside = Aside(lambda: "given")
    assert aside.result() == "given"
    assert not aside.failed


def test_what_it_raises_is_raised_where_somebody_waits() -> None:
    def act() -> None:
        raise ValueError("no")

    aside = Aside(act)
    aside.wait()
    assert aside.failed
    with pytest.raises(ValueError, match="no"):
        aside.result()


def test_it_runs_meanwhile_in_a_thread_that_ends_with_the_process() -> None:
    may_end, seen = threading.Event(), list[threading.Thread]()

    def act() -> None:
        seen.append(threading.current_thread())
        may_end.wait()

    aside = Aside(act)
    try:
        with pytest.raises(TimeoutError):
            aside.result(0)
        assert not aside.failed
    finally:
        may_end.set()
    aside.wait()
    assert seen[0].daemon
    assert not aside.failed
