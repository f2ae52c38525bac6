"""One process serves after another: copies of the one that a person started, or what it becomes by `exec`."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, NoReturn

COPIES = sys.platform == "linux"
"""Whether the process that a person started makes copies. Libraries of macOS end in a copy."""
SUCCEEDED = 76
"""The exit code of a copy whose place the next one takes."""
ASKED = (signal.SIGTERM, signal.SIGINT)


class Estate:
    """The port and the words that the process before this one left: `listener`, and `said`, empty for the first."""

    def __init__(self, listener: socket.socket, said: str, writing: int | None = None) -> None:
        self.listener, self.said, self._writing = listener, said, writing

    def leave(self, said: str, command: Sequence[str], option: str) -> NoReturn:
        """Let the next process take over with these words, which are in no file. Nothing of this memory stays.

        `command` starts this program again; `option` tells it what `begin` needs.
        """
        sys.stdout.flush()
        sys.stderr.flush()
        if self._writing is not None:
            with os.fdopen(self._writing, "w", encoding="utf-8") as pipe:
                pipe.write(said)
            os._exit(SUCCEEDED)
        port = os.dup(self.listener.fileno())
        reading, writing = os.pipe()
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(said)
        for descriptor in (port, reading):
            os.set_inheritable(descriptor, True)
        os.execv(command[0], [*command, option, f"{port},{reading}"])  # noqa: S606 - this program again


def begin(told: str | None, listen: Callable[[], socket.socket], prepare: Callable[[], None]) -> Estate:
    """Returns once in each process that serves. `told`: the option that `Estate.leave` gave to this process.

    `listen` opens the port, once for all of them. `prepare` imports what serving needs, and may start no thread. Where
    processes are copied, the one that called this serves never: it ends with the exit code of its last copy.

    Raises what `listen` raises.
    """
    if told is not None:
        return _taken(told)
    listener = listen()
    if not COPIES:
        return Estate(listener, "")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy would start threads, of which a copy has none
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it is ignored, nobody learns how a copy ended
    prepare()
    gc.freeze()  # the collector would write to memory that the copies share
    return _Original(listener).copies()


class _Original:
    """The process that a person started. It holds the port, opens nothing, and hears no passphrase."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._copy = 0
        self._ending = False

    def copies(self) -> Estate:
        """Returns in each copy; ends this process after the last one."""
        said = ""
        while True:
            reading, writing = os.pipe()
            alive, ours = os.pipe()
            before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKED)
            if self._ending:  # asked between two copies
                sys.exit(0)
            self._copy = os.fork()
            for sign in ASKED:
                signal.signal(sign, self._pass_on if self._copy else signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            for descriptor in (writing, alive) if self._copy else (reading, ours):
                os.close(descriptor)
            if not self._copy:
                return _begun(self._listener, said, writing, alive)
            with closing(os.fdopen(reading, encoding="utf-8")) as pipe:
                said = pipe.read()  # until the copy ends
            code = os.waitstatus_to_exitcode(os.waitpid(self._copy, 0)[1])
            os.close(ours)
            if code != SUCCEEDED or self._ending:
                sys.exit(0 if code == SUCCEEDED else code if code >= 0 else 128 - code)

    def _pass_on(self, *_: object) -> None:
        """The last copy is asked to end, and finishes what is under way."""
        self._ending = True
        try:
            os.kill(self._copy, signal.SIGTERM)
        except ProcessLookupError:
            return  # it has ended already


def _begun(listener: socket.socket, said: str, writing: int, alive: int) -> Estate:
    """In a copy. Its own group: of Ctrl-C, which a terminal sends to a group, it hears once, from the original."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # a terminal may stop groups behind the first one that write to it
    threading.Thread(target=_end_with, args=(alive,), name="original", daemon=True).start()
    return Estate(listener, said, writing)


def _end_with(alive: int) -> None:
    """End at once when the original was killed: nobody could stop this process any more."""
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def _taken(told: str) -> Estate:
    """What the process left of which this one is the continuation by `exec`."""
    port, reading = map(int, told.split(","))
    os.set_inheritable(port, False)
    with closing(os.fdopen(reading, encoding="utf-8")) as pipe:
        said = pipe.read()
    return Estate(socket.socket(fileno=port), said)


def was_succeeded(process: subprocess.Popen[Any]) -> bool:
    """Whether a process that ended left its place to another: never here, where the number stays."""
    return False


def ask_to_end(process: subprocess.Popen[Any]) -> None:
    """Ask a process that this one started to stop."""
    process.terminate()
