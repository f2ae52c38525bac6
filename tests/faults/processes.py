"""Stations as real processes that can be ended at any moment, and phones that deliver until they are acknowledged."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from testimony.errors import NotDelivered
from testimony.sealing.records import SignedRecord
from testimony.sealing.testimony import SealedTestimony
from testimony.sync.messages import Frame
from testimony.sync.transport import Transport
from tests.cli.running import ROOT
from tests.services.world import incoming, record

PATIENCE = 0.1
Thing = SealedTestimony | SignedRecord
T = TypeVar("T", bound=Thing)


class Process:
    """A station that `testimony serve` runs, and that can be killed and started again."""

    def __init__(self, role: str, home: Path, port: int) -> None:
        self.command = [sys.executable, "-m", "testimony", "serve", role, "--home", str(home), "--port", str(port)]
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), "it did not start"

    def end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        how(self.process)
        self.process.communicate(timeout=60)


class Sender(Generic[T]):
    """A thread that delivers one thing after the other, each until it is acknowledged."""

    def __init__(self, todo: Sequence[T], deliver: Callable[[T], bool]) -> None:
        self.todo, self.deliver = list(todo), deliver
        self.done: list[T] = []
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_for(self, more: int) -> bool:
        """Until so many more were acknowledged; False when there are no more."""
        with self._changed:
            wanted = min(len(self.done) + more, len(self.todo))
            self._changed.wait_for(lambda: len(self.done) >= wanted, timeout=120)
            return len(self.done) < len(self.todo)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        for thing in self.todo:
            while not self._tried(thing):
                if self._stopped.wait(PATIENCE):
                    return
            with self._changed:
                self.done.append(thing)
                self._changed.notify_all()

    def _tried(self, thing: T) -> bool:
        with suppress(NotDelivered):
            return self.deliver(thing)
        return False


def phone(node: Process) -> Callable[[Thing], bool]:
    """Delivers a testimony or a withdrawal; whether the node's durable receipt came."""
    way = Transport(node.url, None)

    def deliver(thing: Thing) -> bool:
        items = incoming(thing) if isinstance(thing, SealedTestimony) else [record(thing)]
        name = thing.record.id if isinstance(thing, SealedTestimony) else thing.id
        answer = way.batch([Frame(item.kind, item.payload) for item in items])
        receipts = [SignedRecord.decode(frame.payload) for frame in answer if frame.kind == "record"]
        return any(receipt.value["record"] == name and receipt.value["durable"] for receipt in receipts)

    return deliver
