"""A second handle on a connection's socket, with which another thread can cancel it at any stage.

The library's own timeouts restart with every byte; and during the TLS handshake no other object owns the socket.
"""

from __future__ import annotations

import socket
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class Lifeline:
    """Holds on to the connection that `watch`ed pools opened last.

    `seconds`: how long such a connection waits for a sign of life once it stands. The library would send with the
    patience for connecting, and on a slow link a body is a long time on its way.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._turn = threading.Lock()
        self._held: socket.socket | None = None

    def watch(self, pool: urllib3.PoolManager) -> None:
        """Hear of every connection that `pool` opens from now on."""
        pool.pool_classes_by_scheme = {
            "http": type("PlainPool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": _told_to(self, HTTPConnection)}),
            "https": type(
                "TlsPool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": _told_to(self, HTTPSConnection)}
            ),
        }

    def hold(self, opened: socket.socket) -> None:
        """Take a handle of our own on `opened`, and close the previous one."""
        with self._turn:
            held, self._held = self._held, opened.dup()
        if held is not None:
            held.close()

    def cut(self) -> None:
        """End the connection: reads and writes on it fail at once."""
        with self._turn, suppress(OSError):  # it ended by itself
            if self._held is not None:
                self._held.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Close the own handle; the connection stays as it is."""
        with self._turn:
            held, self._held = self._held, None
        if held is not None:
            held.close()

    def __del__(self) -> None:
        self.let_go()


def _told_to(line: Lifeline, kind: Callable[..., Any]) -> type:
    of_line = weakref.ref(line)  # a class lives until the collector comes by: the handle must not wait for it

    class Told(kind):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            opened: socket.socket = super()._new_conn()
            holder = of_line()
            if holder is not None:
                holder.hold(opened)
            return opened

        def connect(self) -> None:
            super().connect()
            self._wait_for_signs_of_life()

        def send(self, data: Any) -> None:
            self._wait_for_signs_of_life()
            super().send(data)

        def _wait_for_signs_of_life(self) -> None:
            holder = of_line()
            if holder is not None and self.sock is not None:
                self.sock.settimeout(holder.seconds)

    return Told
