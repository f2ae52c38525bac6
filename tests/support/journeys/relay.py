"""A relay before a station that can swallow its answer: the moment between "received" and "signed for", held still."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PIECE = 65536


class Gate:
    """Stands at one address; the station behind it may die and come back at another."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._behind: int | None = None
        self._trap: tuple[bytes, Callable[[], None]] | None = None
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()  # of connections that are carried now
        self.sprung = threading.Event()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._listener.getsockname()[1]}"

    def lead_to(self, port: int | None) -> None:
        """The station's port now; None: nobody is there, and what was connected is cut off in mid-word."""
        self._behind = port
        if port is None:
            for end in list(self._ends):
                _shut(end)

    def on_answer_to(self, request: str, act: Callable[[], None]) -> None:
        """Once: when the station answers `request` ("POST /sync/batch"), call `act`, and pass no answer on."""
        self.sprung.clear()
        with self._lock:
            self._trap = (request.encode(), act)

    def run(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near, self._behind), daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _carry(self, near: socket.socket, port: int | None) -> None:
        with near:
            try:
                far = socket.create_connection(("127.0.0.1", port or 0))
            except OSError:
                return  # the station is away: this is what its callers have to live with
            with far:
                self._ends |= {near, far}
                self._relay(near, far)
                self._ends -= {near, far}

    def _relay(self, near: socket.socket, far: socket.socket) -> None:
        asked = bytearray()
        up = threading.Thread(target=self._up, args=(near, far, asked), daemon=True)
        up.start()
        self._down(far, near, asked)
        for end in (near, far):
            _shut(end)
        up.join()

    def _up(self, near: socket.socket, far: socket.socket, asked: bytearray) -> None:
        """What is asked. `asked` keeps the first bytes since the last answer: the request line is in them."""
        while piece := _read(near):
            if len(asked) < PIECE:
                asked += piece
            if not _write(far, piece):
                break
        _shut(far)

    def _down(self, far: socket.socket, near: socket.socket, asked: bytearray) -> None:
        """What is answered, unless the trap is set for what was asked."""
        while piece := _read(far):
            if act := self._sprung_by(bytes(asked)):
                act()
                self.sprung.set()
                return
            asked.clear()
            if not _write(near, piece):
                return

    def _sprung_by(self, asked: bytes) -> Callable[[], None] | None:
        with self._lock:
            if self._trap is None or not asked.startswith(self._trap[0]):
                return None
            act, self._trap = self._trap[1], None
            return act


@contextmanager
def gate() -> Iterator[Gate]:
    """A gate that is open while the block runs."""
    made = Gate()
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join()


def _read(source: socket.socket) -> bytes:
    try:
        return source.recv(PIECE)
    except OSError:
        return b""


def _write(sink: socket.socket, piece: bytes) -> bool:
    try:
        sink.sendall(piece)
    except OSError:
        return False
    return True


def _shut(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker
