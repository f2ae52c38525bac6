"""What a front hands over, carried to a server at an address: for servers that only listen."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


def carried_to(address: tuple[str, int]) -> Callable[[socket.socket, str], None]:
    """Takes connections as a station's server does, and passes their bytes to `address` and back."""

    def hand_over(connection: socket.socket, client: str) -> None:
        threading.Thread(target=_carry, args=(connection, socket.create_connection(address)), daemon=True).start()

    return hand_over


def _carry(here: socket.socket, there: socket.socket) -> None:
    with here, there:
        back = threading.Thread(target=_copy, args=(there, here), daemon=True)
        back.start()
        _copy(here, there)
        back.join()


def _copy(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for each in (one, other):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
