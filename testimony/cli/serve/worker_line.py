"""The line between a worker of central and its supervisor: signs of life, and rate limits that all workers share.

The supervisor counts requests in memory only: no address of a client is written to a disk. The line ends when the
supervisor ends, and then the worker stops.
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
"""Seconds after which a client may retry if its request could not be counted because the supervisor is gone."""


class WorkerLine:
    """The worker's end of the line. `told`: what the supervisor sent at the start (see `supervisor.Supervisor`)."""

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
        """Tell the supervisor that this worker answers requests now."""
        self._say({"ready": True})

    def beat(self) -> None:
        """Send a sign of life, at most every `BEAT` seconds."""
        if self._clock() - self._beaten >= BEAT:
            self._beaten = self._clock()
            self._say({})

    def limiter(self, rate: Any) -> SharedLimiter:
        """A limiter of this rate that all workers share."""
        return SharedLimiter(self, rate)

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The supervisor's answer; None if the supervisor is gone."""
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
        with self._line.makefile("rb") as lines, suppress(OSError):  # the supervisor ended
            for line in lines:
                self._given.put(json.loads(line))
        self._given.put(None)
        processes.end_this()


class SharedLimiter:
    """Like `RateLimiter`, but for all workers together: the supervisor counts."""

    def __init__(self, line: WorkerLine, rate: Any) -> None:
        self._line, self._rate = line, rate

    def require(self, name: str) -> None:
        """Count a request of `name`. Raises `TooFast`."""
        from testimony.services.accounts.errors import TooFast

        answer = self._line.ask({"count": name, "burst": self._rate.burst, "period": self._rate.period})
        if wait := CUT if answer is None else int(answer["wait"]):
            raise TooFast(wait)
