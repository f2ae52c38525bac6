"""Processes as POSIX has them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from typing import Any, Final

APART: Final[dict[str, Any]] = {"start_new_session": True}
"""For `subprocess.Popen`: Ctrl-C in the terminal does not reach the new process."""

SHARES_PORTS: Final = True
"""Whether processes that this one starts can listen on a port that it opened."""
RENEWING: Final = (signal.SIGHUP,)
"""The signals that ask a server to renew its processes."""
KILLED_WITH_STARTER: Final = (1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG of Linux's prctl


def end_this() -> None:
    """Ask this process to stop, from any of its threads."""
    os.kill(os.getpid(), signal.SIGTERM)


def end_with_starter() -> None:
    """On Linux end this process with the thread that started it, however that ends. Elsewhere nothing happens."""
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(*KILLED_WITH_STARTER) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def be_found_alone(listener: socket.socket) -> None:
    """Before it is bound: no other program gets the port, and one that just ended leaves it at once."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
