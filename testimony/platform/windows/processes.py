"""Processes on Windows."""

from __future__ import annotations

import _thread
import signal
import socket
from typing import Any, Final

APART: Final[dict[str, Any]] = {"creationflags": 0x200}  # CREATE_NEW_PROCESS_GROUP
"""For `subprocess.Popen`: Ctrl-C in the console does not reach the new process."""
SHARES_PORTS: Final = False
"""A socket reaches a process here only when its number is known, and no signal but an end does."""
RENEWING: Final[tuple[int, ...]] = ()
"""The signals that ask a server to renew its processes."""
EXCLUSIVE: Final = ~socket.SO_REUSEADDR  # SO_EXCLUSIVEADDRUSE


def end_this() -> None:
    """Ask this process to stop, from any of its threads. `os.kill` would end it at once, without its handlers."""
    _thread.interrupt_main(signal.SIGTERM)


def end_with_starter() -> None:
    """Nothing to do: Windows ends no process with another."""


def be_found_alone(listener: socket.socket) -> None:
    """Before it is bound: no other program gets the port. With SO_REUSEADDR any other could take it over."""
    listener.setsockopt(socket.SOL_SOCKET, EXCLUSIVE, 1)
