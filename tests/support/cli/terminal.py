"""Somebody at a terminal of a computer without a network: the real program, a real terminal, a real lack of network."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.programs import lacking

ROOT = Path(__file__).parents[3]
PROMPT = re.compile(r"(Return shows the words |Return hides it for ever |its 33 words: |Passphrase[^\n]*: )\Z")
"""What the ceremonies wait for."""
PATIENCE = 300.0  # seconds


def require_separation() -> None:
    """Skip the test where no process may have a network of its own."""
    if subprocess.run([*_apart(), "true"], capture_output=True, check=False).returncode:
        lacking("a process without a network is not allowed here")


def at_a_terminal(arguments: Sequence[str], at: Path, answer: Callable[[str], str]) -> tuple[int, str]:
    """Run `testimony` in the folder `at` without a network: (exit code, the whole screen).

    `answer` gets the screen whenever the program waits, and returns the line that is typed.
    """
    screen = ""
    ours, theirs = pty.openpty()
    with _started(arguments, at, theirs) as process:
        os.close(theirs)
        while shown := _shown(ours):
            screen += shown
            if PROMPT.search(screen):
                os.write(ours, f"{answer(screen)}\n".encode())
        os.close(ours)
        return process.wait(PATIENCE), screen


def _shown(terminal: int) -> str:
    """What comes next on the screen; empty when the program has ended."""
    assert select.select([terminal], [], [], PATIENCE)[0], "the program shows nothing and asks for nothing"
    with suppress(OSError):  # how Linux says that nobody writes to a terminal any more
        return os.read(terminal, 65536).decode()
    return ""


@contextmanager
def _started(arguments: Sequence[str], at: Path, terminal: int) -> Iterator[subprocess.Popen[bytes]]:
    command = ["setsid", "--ctty", "--wait", *_apart(), sys.executable, "-m", "testimony", *arguments]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, cwd=at, env=surroundings) as one:
        try:
            yield one
        finally:
            one.terminate()


def _apart() -> list[str]:
    return ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
