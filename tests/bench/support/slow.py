"""A processor that is some times slower, for every thread of a page's process.

Chromium's own throttling slows the page's main thread alone: a worker, which is where the interview seals, runs on at
full speed. Here the whole process is stopped and let go again, many times a second.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.support.processes import children

TURN = 0.012
"""Seconds of one turn: short beside what is measured, long beside what a signal takes."""


@contextmanager
def slowed(profile: Path, times: int) -> Iterator[None]:
    """Every page of the browser with this profile gets one `times`-th of the time, all its threads together.

    A page that is opened meanwhile is not slowed. Raises `LookupError` when there is none.
    """
    pages = children(profile, "renderer")
    if not pages:
        raise LookupError(f"no page of {profile}")
    ended = threading.Event()
    turning = threading.Thread(target=_turn, args=(pages, TURN / times, ended))
    turning.start()
    try:
        yield
    finally:
        ended.set()
        turning.join()


def _turn(pages: list[int], running: float, ended: threading.Event) -> None:
    """By the clock and not by the length of a sleep, which a busy machine stretches."""
    begun, ran = time.monotonic(), 0.0
    while not ended.is_set():
        _tell(pages, signal.SIGCONT)
        let_go = time.monotonic()
        time.sleep(running)
        _tell(pages, signal.SIGSTOP)
        now = time.monotonic()
        ran += now - let_go
        time.sleep(max(0.0, begun + ran * TURN / running - now))
    _tell(pages, signal.SIGCONT)


def _tell(pages: list[int], what: signal.Signals) -> None:
    for pid in list(pages):
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            pages.remove(pid)
