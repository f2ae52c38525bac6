"""A proxy that does to connections what bad links do: it cuts, resets, swallows, dribbles and falsifies."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import Field, dataclass, field, fields

ENDLESS = 1 << 60
PIECE = 16384


@dataclass
class Cut:
    """A connection that lives for `up` bytes of what is asked and `down` bytes of what is answered.

    Then it is closed, or with `reset` ended by an RST, or with `hole` left open and silent. `flip_up`, `flip_down`: the
    byte in which one bit is turned over. `piece`: how many bytes go at a time; `rate`: bytes a second, 0: at once.
    """

    up: int = ENDLESS
    down: int = ENDLESS
    reset: bool = False
    hole: bool = False
    flip_up: int = -1
    flip_down: int = -1
    piece: int = PIECE
    rate: float = 0

    def __str__(self) -> str:
        return ",".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self) if self._differs(one))

    def _differs(self, one: Field[object]) -> bool:
        return getattr(self, one.name) != one.default


def misfortunes(chance: random.Random, number: int, *, up: int = 90_000, down: int = 6_000) -> list[Cut]:
    """What happens to the next connections: every kind, somewhere in `up` bytes asked and `down` bytes answered."""
    kinds = (
        lambda: Cut(up=chance.randrange(up)),
        lambda: Cut(down=chance.randrange(down)),
        lambda: Cut(up=chance.randrange(up), reset=True),
        lambda: Cut(down=chance.randrange(down), reset=True),
        lambda: Cut(up=chance.randrange(up), hole=True),
        lambda: Cut(down=chance.randrange(down), hole=True),
        lambda: Cut(flip_up=chance.randrange(up)),
        lambda: Cut(flip_down=chance.randrange(down)),
        lambda: Cut(piece=chance.randrange(64, 2048)),
        lambda: Cut(piece=chance.randrange(512, 4096), rate=chance.randrange(200_000, 1_000_000)),
        lambda: Cut(piece=4096, rate=chance.randrange(200_000, 1_000_000), up=chance.randrange(up)),
        Cut,
    )
    return [chance.choice(kinds)() for _ in range(number)]


@dataclass
class Proxy:
    """`cuts` are taken by the next connections in turn; when there is none left, connections live on."""

    target: tuple[str, int]
    listener: socket.socket
    cuts: deque[Cut] = field(default_factory=deque)
    connections: int = 0
    sent_up: int = 0
    sent_down: int = 0

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
        try:
            far = socket.create_connection(self.target)
        except OSError:  # nobody is there now
            near.close()
            return
        back = threading.Thread(target=self._copy, args=(far, near, cut, False), daemon=True)
        back.start()
        self._copy(near, far, cut, True)
        back.join()
        near.close()
        far.close()

    def _copy(self, source: socket.socket, sink: socket.socket, cut: Cut, up: bool) -> None:
        budget, flip, done = (cut.up, cut.flip_up, 0) if up else (cut.down, cut.flip_down, 0)
        try:
            while done < budget and (piece := source.recv(min(budget - done, cut.piece))):
                if cut.rate:
                    time.sleep(len(piece) / cut.rate)
                sink.sendall(_flipped(piece, flip - done))
                done += len(piece)
                self._count(len(piece), up)
            while cut.hole and done >= budget and source.recv(PIECE):
                continue  # swallowed, until whoever waits has had enough
        except OSError:
            pass  # the other direction broke the connection first
        for end in (source, sink):
            _end(end, reset=cut.reset and done >= budget)

    def _count(self, size: int, up: bool) -> None:
        if up:
            self.sent_up += size
        else:
            self.sent_down += size


def _flipped(piece: bytes, place: int) -> bytes:
    if not 0 <= place < len(piece):
        return piece
    return piece[:place] + bytes([piece[place] ^ 1 << place % 8]) + piece[place + 1 :]


def _end(end: socket.socket, *, reset: bool) -> None:
    try:
        if reset:  # closing without lingering sends an RST instead of a FIN
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()
        else:
            end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed already


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
