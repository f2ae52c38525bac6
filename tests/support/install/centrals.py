"""A central with the settings of compose.yaml, on PostgreSQL and a bucket: what a test does with it; its programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.cli.program import ROOT, run, serving_anew
from tests.support.store import postgres, seaweed

PATIENCE: Final = 600.0
"""Seconds for one command on a busy machine."""


PROGRAM: Final = (sys.executable, "-m", "testimony")


class Central(Protocol):
    """`home`: its folder, where it sees it. `url`: its address, for commands of `at`."""

    home: str
    url: str

    def testimony(self, *arguments: str, typed: str = "") -> str:
        """One command at central, which must do its work. Returns what it says."""

    def at(self, *arguments: str, typed: str = "") -> str:
        """One command at a station that reaches central."""

    def start(self) -> None:
        """Returns when it was told to start."""

    def kill(self) -> None:
        """As when the power goes, with its database and its store."""

    def healthy(self) -> bool:
        """What its health check says."""

    def read(self, path: str) -> bytes:
        """A file of central's."""

    def bring(self, data: bytes) -> str:
        """Returns where it has the file now."""


class Programs:
    """Central, PostgreSQL and SeaweedFS as programs of this machine."""

    def __init__(
        self, folder: Path, database: postgres.Server, store: seaweed.SeaweedFS, port: int, watch: int
    ) -> None:
        self.home, self.url = str(folder / "central"), f"http://localhost:{port}"
        self._folder, self._database, self._store, self._port = folder, database, store, port
        given = {
            "DATABASE_URL": database.url(),
            "MONITOR_PORT": str(watch),
            "PARTS_URL": store.url(),
            "PARTS_ENDPOINT": store.endpoint,
        }
        self._variables = {f"TESTIMONY_{name}": value for name, value in given.items()} | store.environment
        self._health = f"http://127.0.0.1:{watch}/health"
        self._running = ExitStack()
        self._process: Any = None

    def testimony(self, *arguments: str, typed: str = "") -> str:
        return done([*PROGRAM, *arguments], typed=typed, env=os.environ | self._variables)

    def at(self, *arguments: str, typed: str = "") -> str:
        ran = run(*arguments, typed=typed)
        assert ran.returncode == 0, (*arguments, ran.stdout, ran.stderr)
        return ran.stdout

    def start(self) -> None:
        if self._process is not None:
            self._database.start()
            self._store.start()
        held = serving_anew("central", Path(self.home), self._port, **self._variables)
        self._process = self._running.enter_context(held)

    def kill(self) -> None:
        self._process.kill()
        self._running.close()
        self._database.kill()
        self._store.kill()

    def healthy(self) -> bool:
        try:
            with urlopen(self._health, timeout=5) as answer:
                return bool(answer.status == 200)
        except URLError:
            return False

    def read(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def bring(self, data: bytes) -> str:
        (self._folder / "brought").write_bytes(data)
        return str(self._folder / "brought")

    def end(self) -> None:
        self._running.close()


@contextmanager
def programs(folder: Path, free_port: Callable[[], int]) -> Iterator[Programs]:
    with seaweed.server() as store, postgres.running(*postgres.CAREFUL) as database:
        made = Programs(folder, database, store, free_port(), free_port())
        try:
            yield made
        finally:
            made.end()


def done(command: Sequence[str], *, typed: str = "", env: Mapping[str, str] | None = None) -> str:
    """What a command says that must do its work."""
    ran = subprocess.run(
        command, input=typed, capture_output=True, text=True, cwd=ROOT, env=env, timeout=PATIENCE, check=False
    )
    assert ran.returncode == 0, (*command, ran.stdout, ran.stderr)
    return ran.stdout
