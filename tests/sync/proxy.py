"""A proxy that breaks connections after a given number of bytes, as a bad link does."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ENDLESS = 1 << 60


@dataclass
class Cut:
    """A connection that lives for `up` bytes of what is asked and `down` bytes of what is answered."""

    up: int = ENDLESS
    down: int = ENDLESS


@dataclass
class Proxy:
    """`cuts` are taken by the next connections in turn; when there is none left, connections live on."""

    target: tuple[str, int]
    listener: socket.socket
    cuts: deque[Cut] = field(default_factory=deque)
    connections: int = 0
    sent_up: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            cut = self.cuts.popleft() if self.cuts else Cut()
            threading.Thread(target=self._carry, args=(near, cut), daemon=True).start()

    def _carry(self, near: socket.socket, cut: Cut) -> None:
        far = socket.create_connection(self.target)
        back = threading.Thread(target=self._copy, args=(far, near, cut.down, False), daemon=True)
        back.start()
        self._copy(near, far, cut.up, True)
        back.join()
        near.close()
        far.close()

    def _copy(self, source: socket.socket, sink: socket.socket, budget: int, up: bool) -> None:
        try:
            while budget > 0 and (piece := source.recv(min(budget, 16384))):
                sink.sendall(piece)
                budget -= len(piece)
                if up:
                    self.sent_up += len(piece)
        except OSError:
            pass  # the other direction broke the connection first
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already


@contextmanager
def proxied(target: tuple[str, int]) -> Iterator[Proxy]:
    """A proxy before the server at `target`."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(target, listener)
    threading.Thread(target=proxy.run, daemon=True).start()
    try:
        yield proxy
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
