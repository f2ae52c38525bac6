"""A program that has everything imported and turns into a station whenever one is wanted, without a start of Python.

Each station is a process of its own still, which is killed and comes back; `tests/cli` starts the real command.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
IMPORTED = (
    "testimony.cli.program",
    "testimony.store.sqlite",
    "testimony.sync.daily",
    "testimony.sync.loop",
    "testimony.web.central",
    "testimony.web.desk",
    "testimony.web.factory",
    "testimony.web.field",
    "waitress.server",
)
"""What stations import while they start, beside what these import."""


class Started:
    """A process that is not our child; so it is held by a descriptor, which no other process can come to stand for."""

    def __init__(self, number: int) -> None:
        self._held = os.pidfd_open(number)

    def send_signal(self, sign: signal.Signals) -> None:
        if self.is_running():
            signal.pidfd_send_signal(self._held, sign)

    def is_running(self, patience: float = 0) -> bool:
        """Whether it still is, `patience` seconds from now."""
        return not select.select([self._held], [], [], patience)[0]

    def wait(self, patience: float) -> None:
        assert not self.is_running(patience), f"waited {patience:.0f} s for a station to end"
        os.close(self._held)


class Warmed:
    """The program, from the side of the tests. It and all its stations end when the tests do, however they do."""

    def __init__(self) -> None:
        theirs, self._ours = os.pipe()  # nobody writes: whoever reads from it hears that we are gone
        self._program = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[theirs],
            cwd=ROOT,
        )
        os.close(theirs)

    def start(self, arguments: Sequence[str], out: Path, err: Path, variables: Mapping[str, str]) -> Started:
        """Run `testimony` with these arguments; what it prints is appended to the two files."""
        wanted = {"arguments": arguments, "out": str(out), "err": str(err), "variables": {**os.environ, **variables}}
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(wanted).encode() + b"\n")
        self._program.stdin.flush()
        return Started(int(self._program.stdout.readline()))


@cache
def warmed() -> Warmed:
    """The one of this process."""
    return Warmed()


def main() -> None:
    held = int(sys.argv[1])
    _warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ended is gone, and not left to be asked for
    for wanted in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            _become(json.loads(wanted), held)
        print(child, flush=True)


def _warm() -> None:
    for name in IMPORTED:
        importlib.import_module(name)


def _become(wanted: Mapping[str, Any], held: int) -> NoReturn:
    """The station, with the variables and the files that it would have been started with."""
    from testimony.cli.program import main as program

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(held, 0)
    for number, file in enumerate((wanted["out"], wanted["err"]), start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644), number)
    os.environ.clear()
    os.environ.update(wanted["variables"])
    random.seed()
    code = 1
    try:
        code = program(wanted["arguments"])
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
