"""A process starts the one that takes its place, gives it the port, and ends when that one has it.

Windows has no `exec`: the new process has another number, so the old one ends with a code by which the program that
started it knows.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from testimony.platform.windows import api

SUCCEEDED = 76
"""The exit code of a process whose place another one took."""
TAKEN = b"."


class Estate:
    """The port and the words that the process before this one left: `listener`, and `said`, empty for the first."""

    def __init__(self, listener: socket.socket, said: str) -> None:
        self.listener, self.said = listener, said

    def leave(self, said: str, command: Sequence[str], option: str) -> NoReturn:
        """Start the program `command`; `option` tells it what `begin` needs. Then end, with all of this memory.

        `said` are the words for it, which are in no file.
        """
        answer, theirs_to_write = os.pipe()
        theirs_to_read, ours = os.pipe()
        handles = [api.runtime().get_osfhandle(one) for one in (theirs_to_read, theirs_to_write)]
        system: Any = os
        for handle in handles:
            system.set_handle_inheritable(handle, True)
        starting: Any = subprocess
        heir = subprocess.Popen(
            [*command, option, ",".join(map(str, handles))],
            stdin=sys.stdin,
            stdout=sys.stdout,
            stderr=sys.stderr,
            startupinfo=starting.STARTUPINFO(lpAttributeList={"handle_list": handles}),
        )
        for one in (theirs_to_read, theirs_to_write):
            os.close(one)
        port: Any = self.listener
        with os.fdopen(ours, "wb") as pipe:
            pipe.write(packed(port.share(heir.pid), said))
        os.read(answer, 1)  # until it has the port; empty when it ended instead, which it said itself
        os._exit(SUCCEEDED)


def begin(told: str | None, listen: Callable[[], socket.socket], prepare: Callable[[], None]) -> Estate:
    """`told`: the option that `Estate.leave` gave to this process; None for the first one, which opens the port.

    `prepare` is not called: no process is copied here. Raises what `listen` raises.
    """
    return Estate(listen(), "") if told is None else _taken(told)


def _taken(told: str) -> Estate:
    """What the process before this one left."""
    runtime = api.runtime()
    reading, writing = (runtime.open_osfhandle(int(one), 0) for one in told.split(","))
    with os.fdopen(reading, "rb") as pipe:
        shared, said = unpacked(pipe.read())
    sockets: Any = socket
    port: socket.socket = sockets.fromshare(shared)
    os.write(writing, TAKEN)
    os.close(writing)
    return Estate(port, said)


def packed(shared: bytes, said: str) -> bytes:
    """The two as bytes for a pipe."""
    return json.dumps([base64.b64encode(shared).decode("ascii"), said]).encode("ascii")


def unpacked(data: bytes) -> tuple[bytes, str]:
    """What `packed` made."""
    shared, said = json.loads(data)
    return base64.b64decode(shared), said


def was_succeeded(process: subprocess.Popen[Any]) -> bool:
    """Whether a process that ended left its place to another, which has its standard input now."""
    return process.returncode == SUCCEEDED


def ask_to_end(process: subprocess.Popen[Any]) -> None:
    """Ask a process that this one started to stop: its standard input ends. `terminate` would kill it here."""
    if process.stdin is not None:
        process.stdin.close()
