"""The line between a worker of central and its supervisor: it tells that it lives, and shares what all must count.

What is counted about clients is in the supervisor's memory alone: no address of anybody is written to a disk. The line
ends with the supervisor, and a worker whose line ended stops.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from testimony.platform import processes

BEAT: Final = 2.0
"""Seconds between two signs of life."""
CUT: Final = 1
"""Seconds after which a client may ask again whose request could not be counted, because the supervisor is gone."""


class WorkerLine:
    """A worker's end. `told`: what the supervisor says at the start (docs in `supervisor.Supervisor`)."""

    def __init__(self, line: socket.socket, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._line, self._clock = line, clock
        self._given: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._turn = threading.Lock()
        self._writing = threading.Lock()
        self._beaten = clock()
        threading.Thread(target=self._listen, name="worker-line", daemon=True).start()
        self.told: Mapping[str, Any] = self._given.get() or {}

    @classmethod
    def taken(cls, descriptor: int) -> WorkerLine:
        """The line that the supervisor left open as this descriptor."""
        os.set_inheritable(descriptor, False)
        return cls(socket.socket(fileno=descriptor))

    def ready(self) -> None:
        """Requests are answered from now on."""
        self._say({"ready": True})

    def beat(self) -> None:
        """Say that this worker lives, unless it did so a moment ago."""
        if self._clock() - self._beaten >= BEAT:
            self._beaten = self._clock()
            self._say({})

    def limiter(self, rate: Any) -> SharedLimiter:
        """Counts requests of all workers together."""
        return SharedLimiter(self, rate)

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The supervisor's answer; None when it is gone."""
        with self._turn:
            self._say(question)
            return self._given.get()

    def _say(self, words: Mapping[str, Any]) -> None:
        try:
            with self._writing:
                self._line.sendall(json.dumps(words).encode() + b"\n")
        except OSError:  # the supervisor is gone: `_listen` ends this process
            self._given.put(None)

    def _listen(self) -> None:
        with self._line.makefile("rb") as lines, suppress(OSError):  # as when the supervisor ends
            for line in lines:
                self._given.put(json.loads(line))
        self._given.put(None)
        processes.end_this()


class SharedLimiter:
    """Like `RateLimiter`, for all workers together: the supervisor counts."""

    def __init__(self, line: WorkerLine, rate: Any) -> None:
        self._line, self._rate = line, rate

    def require(self, name: str) -> None:
        """Raises `TooFast`."""
        from testimony.services.accounts.errors import TooFast

        answer = self._line.ask({"count": name, "burst": self._rate.burst, "period": self._rate.period})
        if wait := CUT if answer is None else int(answer["wait"]):
            raise TooFast(wait)
