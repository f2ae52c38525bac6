"""Runs central as several worker processes behind one port, and replaces each worker that dies or hangs.

All workers accept connections on the same socket, which stays open here: connections that arrive while a worker ends
or starts wait for the next one. See docs/decisions/workers.md.
"""

from __future__ import annotations

import json
import logging
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from testimony.platform import processes
from testimony.services.accounts.errors import TooFast
from testimony.services.accounts.rate_limit import Rate, RateLimiter

SILENCE: Final = 60.0
"""Seconds without a sign of life after which a worker is killed: its requests and locks would wait for ever."""
ENDING: Final = 30.0
"""Seconds that a worker has to answer its last requests, after it was asked to stop."""
LOOK: Final = 1.0
"""Seconds between two looks at the workers."""
STEADY: Final = 10.0
"""Seconds after which a worker that dies is replaced at once. Each one that dies earlier delays the next start more."""
LONGEST_WAIT: Final = 30.0
"""Seconds until the next worker starts, at most."""
FAILED: Final = 1
"""The exit code if the first worker ended by a signal or without an error."""
log = logging.getLogger("testimony.workers")


@dataclass(eq=False)
class Worker:
    """One process, and this end of the line to it. `began`, `heard`, `asked_to_end`: times of the clock, in seconds."""

    process: subprocess.Popen[bytes]
    line: socket.socket
    began: float
    heard: float
    ready: bool = False
    asked_to_end: float | None = None
    replaces: Worker | None = None
    """The worker that is asked to end when this one is ready."""
    said: bytearray = field(default_factory=bytearray)


class Supervisor:
    """Keeps `number` workers running.

    `command`: starts one; the descriptors of its line and of `sockets` are added as last argument, "3,4,5".
    `told`: what each worker is told at its start. `up` is called once, when the first worker answers requests.
    `silence`: as `SILENCE`.
    """

    def __init__(
        self,
        number: int,
        command: Sequence[str],
        sockets: Sequence[socket.socket],
        told: Mapping[str, Any],
        *,
        up: Callable[[], None] = lambda: None,
        silence: float = SILENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.number, self.workers = number, list[Worker]()
        self._command, self._sockets, self._told, self._up = command, sockets, told, up
        self._silence, self._clock = silence, clock
        self._selector = selectors.DefaultSelector()
        self._limiters: dict[Rate, RateLimiter] = {}
        self._was_up = self._ending = self._renewing = False
        self._code = 0
        self._to_renew: list[Worker] = []
        self._failures, self._next_start = 0, 0.0

    def run(self) -> int:
        """Run until SIGTERM or SIGINT. SIGHUP renews the workers, one after another. Returns the exit code."""
        reading, writing = socket.socketpair()
        with reading, writing:
            for end in (reading, writing):
                end.setblocking(False)
            signal.set_wakeup_fd(writing.fileno())
            for sign in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sign, lambda *_: self.stop())
            for sign in processes.RENEWING:
                signal.signal(sign, lambda *_: self.renew())
            self._selector.register(reading, selectors.EVENT_READ, None)
            try:
                while self._goes_on():
                    self._look()
            finally:
                signal.set_wakeup_fd(-1)
                self._kill_all()
        return self._code

    def stop(self) -> None:
        """Let the workers answer their requests, then end."""
        self._ending = True

    def renew(self) -> None:
        """Replace each worker by one that runs the program as it is installed now.

        If a new worker does not start, the old ones stay.
        """
        self._renewing = True

    def _goes_on(self) -> bool:
        now = self._clock()
        if self._ending:
            for worker in self.workers:
                self._ask_to_end(worker)
            if not self.workers:
                return False
        elif self._renewing and self._was_up:
            self._renewing = False
            log.warning("the workers are renewed, one after another")
            self._to_renew = [worker for worker in self.workers if worker.asked_to_end is None]
        self._look_after(now)
        if not self._ending:
            self._fill(now)
        return True

    def _fill(self, now: float) -> None:
        """Start missing workers. Until the first one answers, start only that one: it upgrades the tables."""
        staying = [worker for worker in self.workers if worker.asked_to_end is None]
        coming = [worker for worker in staying if not worker.ready]
        if now < self._next_start or (coming and (not self._was_up or any(one.replaces for one in coming))):
            return
        wanted = self.number if self._was_up else 1
        if len(staying) < wanted:
            self._start(now)
        elif self._to_renew and not coming:
            self._start(now, replaces=self._to_renew.pop(0))

    def _start(self, now: float, replaces: Worker | None = None) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            descriptors = [one.fileno() for one in (theirs, *self._sockets)]
            process = subprocess.Popen(
                [*self._command, ",".join(map(str, descriptors))], pass_fds=descriptors, **processes.APART
            )
        worker = Worker(process, ours, began=now, heard=now, replaces=replaces)
        self.workers.append(worker)
        self._selector.register(ours, selectors.EVENT_READ, worker)
        self._say(worker, {**self._told, "first": not self._was_up})

    def _look(self) -> None:
        for key, _ in self._selector.select(LOOK):
            if key.data is None:
                key.fileobj.recv(64)  # type: ignore[union-attr]  # a signal came: its handler has run
            else:
                self._hear(key.data)

    def _hear(self, worker: Worker) -> None:
        try:
            data = worker.line.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            self._bury(worker)
            return
        worker.heard = self._clock()
        worker.said += data
        *lines, rest = worker.said.split(b"\n")
        worker.said = bytearray(rest)
        for line in lines:
            self._act_on(worker, json.loads(line))

    def _act_on(self, worker: Worker, words: Mapping[str, Any]) -> None:
        if "count" in words:
            self._say(worker, {"wait": self._count(Rate(words["burst"], words["period"]), words["count"])})
        if "ready" not in words:
            return
        worker.ready = True
        if worker.replaces is not None:
            self._ask_to_end(worker.replaces)
            worker.replaces = None
        if not self._was_up:
            self._was_up = True
            self._up()

    def _count(self, rate: Rate, name: str) -> int:
        limiter = self._limiters.setdefault(rate, RateLimiter(rate))
        try:
            limiter.require(name)
        except TooFast as error:
            return error.retry_after
        return 0

    def _say(self, worker: Worker, words: Mapping[str, Any]) -> None:
        try:
            worker.line.sendall(json.dumps(words).encode() + b"\n")
        except OSError:
            log.warning("worker %d does not listen", worker.process.pid)

    def _look_after(self, now: float) -> None:
        for worker in list(self.workers):
            if worker.process.poll() is not None:
                self._bury(worker)
            elif worker.asked_to_end is not None and now - worker.asked_to_end >= ENDING:
                log.warning("worker %d did not end in time and is killed", worker.process.pid)
                worker.process.kill()
            elif worker.ready and worker.asked_to_end is None and now - worker.heard >= self._silence:
                log.warning("worker %d gives no sign of life and is killed", worker.process.pid)
                worker.process.kill()

    def _ask_to_end(self, worker: Worker) -> None:
        if worker.asked_to_end is None:
            worker.asked_to_end = self._clock()
            worker.process.terminate()

    def _bury(self, worker: Worker) -> None:
        """Remove a worker that ended, or whose line ended: without its line a worker ends too."""
        if worker not in self.workers:
            return
        self.workers.remove(worker)
        self._selector.unregister(worker.line)
        worker.line.close()
        try:
            code = worker.process.wait(LOOK)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            code = worker.process.wait()
        if worker in self._to_renew:
            self._to_renew.remove(worker)
        if worker.asked_to_end is not None or self._ending:
            return
        if not self._was_up:  # it has printed its error already
            self._ending, self._code = True, code if code > 0 else FAILED
            return
        self._to_renew = [] if worker.replaces is not None else self._to_renew
        self._plan(worker, code)

    def _plan(self, worker: Worker, code: int) -> None:
        now = self._clock()
        steady = worker.ready and now - worker.began >= STEADY
        self._failures = 0 if steady else self._failures + 1
        wait = 0.0 if steady else min(LONGEST_WAIT, 2.0 ** (self._failures - 1))
        self._next_start = now + wait
        log.warning("worker %d ended (%d); another one starts in %d s", worker.process.pid, code, wait)

    def _kill_all(self) -> None:
        for worker in self.workers:
            worker.process.kill()
            worker.process.wait()
            worker.line.close()
        self._selector.close()
