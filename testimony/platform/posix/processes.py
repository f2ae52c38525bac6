"""Processes as POSIX has them."""

from __future__ import annotations

import os
import signal
import socket
from typing import Any, Final

APART: Final[dict[str, Any]] = {"start_new_session": True}
"""For `subprocess.Popen`: Ctrl-C in the terminal does not reach the new process."""

SHARES_PORTS: Final = True
"""Whether processes that this one starts can listen on a port that it opened."""
RENEWING: Final = (signal.SIGHUP,)
"""The signals that ask a server to renew its processes."""


def end_this() -> None:
    """Ask this process to stop, from any of its threads."""
    os.kill(os.getpid(), signal.SIGTERM)


def be_found_alone(listener: socket.socket) -> None:
    """Before it is bound: no other program gets the port, and one that just ended leaves it at once."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
