"""A process becomes another one by `exec`: its number and its open files stay, and its memory goes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any, NoReturn


class Estate:
    """What this process leaves: `listener`, of which it keeps a copy, and `said`. It is in no file."""

    def __init__(self, listener: socket.socket, said: str) -> None:
        port = os.dup(listener.fileno())
        reading, writing = os.pipe()
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(said)
        for descriptor in (port, reading):
            os.set_inheritable(descriptor, True)
        self._told = f"{port},{reading}"

    def leave(self, command: Sequence[str], option: str) -> NoReturn:
        """Become the program `command`; `option` tells it what `taken` needs. Nothing of this memory stays."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(command[0], [*command, option, self._told])  # noqa: S606 - this program again

    @staticmethod
    def taken(told: str) -> tuple[socket.socket, str]:
        """The port and the words that the process before this one left."""
        port, reading = map(int, told.split(","))
        os.set_inheritable(port, False)
        with closing(os.fdopen(reading, encoding="utf-8")) as pipe:
            said = pipe.read()
        return socket.socket(fileno=port), said


def was_succeeded(process: subprocess.Popen[Any]) -> bool:
    """Whether a process that ended left its place to another: never here, where the number stays."""
    return False


def ask_to_end(process: subprocess.Popen[Any]) -> None:
    """Ask a process that this one started to stop."""
    process.terminate()
