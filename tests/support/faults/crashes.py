"""Stations as processes under load, and what kills them: at any moment, or at a byte of their exchange."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlencode

from testimony.errors import NotDelivered
from tests.support.journeys.warm_program import Program
from tests.support.sync.links.proxy import Proxy

PATIENCE = 0.1  # seconds before something that was not acknowledged is tried again
LONGEST = 600.0  # seconds until a test that waits has failed
Item = TypeVar("Item")


class Process:
    """A station that `testimony serve` runs, and that can be killed and started again.

    It comes out of a program that has everything imported: a start of Python would cost more than all that it does.
    """

    def __init__(self, role: str, home: Path, port: int) -> None:
        self.arguments = ["serve", role, "--home", str(home), "--port", str(port)]
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.start()

    def start(self) -> None:
        self.process = Program(self.arguments, quiet=True)
        said = self.process.stdout.readline()
        assert said, "it did not start"
        self.token = said.strip().rpartition("#")[2]

    def kill(self) -> None:
        self.end(Program.kill)
        self.start()

    def end(self, how: Callable[[Program], None]) -> None:
        how(self.process)
        self.wait()

    def wait(self) -> None:
        """Until it has ended, by whatever, and what served for it too: a desk's copy ends a moment after it."""
        self.process.wait(60)
        self.process.close()
        until = time.monotonic() + LONGEST
        while _is_listening(self.port) and time.monotonic() < until:
            time.sleep(PATIENCE)


def _is_listening(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


class Worker(Generic[Item]):
    """A thread that does one thing after the other, each until it is acknowledged, as many as it is allowed."""

    def __init__(self, todo: Iterator[Item], do: Callable[[Item], bool]) -> None:
        self.todo, self.do = todo, do
        self.done: list[Item] = []
        self._allowed = 0
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def allow(self, more: int) -> None:
        with self._changed:
            self._allowed = len(self.done) + more
            self._changed.notify_all()

    def wait_for(self, more: int) -> None:
        """Until so many more were acknowledged, of those that are allowed."""
        with self._changed:
            wanted = len(self.done) + more
            came = self._changed.wait_for(lambda: len(self.done) >= wanted or self._failed, timeout=LONGEST)
        assert self._failed is None, self._failed
        assert came, "nothing is acknowledged any more"

    def stop(self) -> None:
        self._stopped.set()
        self.allow(0)
        self._thread.join(LONGEST)
        assert self._failed is None, self._failed

    def _run(self) -> None:
        try:
            while self._may():
                item = next(self.todo)
                while not self._tried(item):
                    if self._stopped.wait(PATIENCE):
                        return
                with self._changed:
                    self.done.append(item)
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001  # handed to the test
            with self._changed:
                self._failed = error
                self._changed.notify_all()

    def _may(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: len(self.done) < self._allowed or self._stopped.is_set())
        return not self._stopped.is_set()

    def _tried(self, item: Item) -> bool:
        with suppress(NotDelivered, OSError, http.client.HTTPException):
            return self.do(item)
        return False


class Killed(Protocol):
    """What can be killed."""

    def kill(self) -> None: ...


class Fuse(Proxy):
    """A proxy that kills a process when so many bytes have passed; `burnt` is set then."""

    left = 0
    process: Killed | None = None
    burnt = threading.Event()

    @classmethod
    def before(cls, target: tuple[str, int], stack: ExitStack) -> Fuse:
        """One before the server at `target`, for as long as `stack` is open."""
        fuse = cls(target, socket.create_server(("127.0.0.1", 0)))
        threading.Thread(target=fuse.run, daemon=True).start()
        stack.callback(fuse.listener.close)
        stack.callback(fuse.listener.shutdown, socket.SHUT_RDWR)
        return fuse

    def light(self, process: Killed, after: int) -> None:
        self.burnt = threading.Event()
        self.process, self.left = process, after

    def _count(self, size: int, up: bool) -> None:
        super()._count(size, up)
        self.left -= size
        if self.left <= 0 and self.process is not None:
            self.process.kill()
            self.process = None
            self.burnt.set()


class Visit:
    """A reader's browser at a served desk. After the desk was killed it enters and unlocks again."""

    def __init__(self, desk: Process, passphrase: str) -> None:
        self.desk, self.passphrase = desk, passphrase
        self._token = self._cookie = ""

    def fetch(self) -> bool:
        """Exchange with central."""
        return self._in() and self._post("/pull", urlencode({"csrf_token": self._csrf()})) == 303

    def open(self, tid: str) -> bool:
        """Whether the testimony was shown."""
        return self._in() and self._ask("GET", f"/en/testimony/{tid}")[0] == 200

    def _in(self) -> bool:
        if self._token != self.desk.token:
            token, self._cookie = self.desk.token, ""
            if self._said("/start", {"token": token}) != 200 or self._said("/unlock", self._words()) != 200:
                return False
            self._token = token
        return True

    def _words(self) -> dict[str, str]:
        return {"passphrase": self.passphrase}

    def _csrf(self) -> str:
        return self._ask("GET", "/en/start")[1].split('data-csrf="')[1].split('"')[0]

    def _said(self, path: str, said: dict[str, str]) -> int:
        headers = {"X-CSRFToken": self._csrf(), "Content-Type": "application/json"}
        return self._ask("POST", path, json.dumps(said), headers)[0]

    def _post(self, path: str, form: str) -> int:
        return self._ask("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})[0]

    def _ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
        way = http.client.HTTPConnection("localhost", self.desk.port, timeout=LONGEST)
        try:
            way.request(method, path, body, {"Cookie": self._cookie, **(headers or {})})
            answer = way.getresponse()
            if given := answer.headers.get("Set-Cookie"):
                self._cookie = given.partition(";")[0]
            return answer.status, answer.read().decode()
        finally:
            way.close()
