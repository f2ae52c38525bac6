"""Networks as they are in the field: a proxy that asks who one is, a black hole, a trickle, a log-in page."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.support.sync.links.proxy import Cut, Proxy

Answering = Callable[[socket.socket, threading.Event], None]
LOG_IN_PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 42\r\n\r\n"
    b"<!doctype html><title>Free Wi-Fi</title>OK"
)


@contextmanager
def answering(answer: Answering) -> Iterator[str]:
    """A server that does with each connection what `answer` says; its host and port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    taken: list[tuple[threading.Thread, socket.socket]] = []

    def run() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            one = threading.Thread(target=_answer, args=(answer, near, over), daemon=True)
            taken.append((one, near))
            one.start()

    accepting = threading.Thread(target=run, daemon=True)
    accepting.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for one, near in taken:
            with suppress(OSError):
                near.shutdown(socket.SHUT_RDWR)
            one.join()
            near.close()


def _answer(answer: Answering, near: socket.socket, over: threading.Event) -> None:
    with suppress(OSError):  # the other side went, as it should
        answer(near, over)
        near.shutdown(socket.SHUT_RDWR)


def black_hole(near: socket.socket, over: threading.Event) -> None:
    """Takes the connection and never says a word."""
    over.wait()


def trickling(head: bytes) -> Answering:
    """Says `head` at once, and then a byte now and again, for ever: no timeout of a socket ends that."""

    def answer(near: socket.socket, over: threading.Event) -> None:
        near.sendall(head)
        while not over.wait(0.02):
            near.sendall(b"x")

    return answer


def saying(text: bytes) -> Answering:
    """Answers everything with `text`, as the log-in page of a network does."""

    def answer(near: socket.socket, over: threading.Event) -> None:
        while near.recv(65536):
            near.sendall(text)

    return answer


class Opener:
    """An http proxy that opens a way to one server by CONNECT, to whoever says `credentials`; "" for everybody."""

    def __init__(self, target: tuple[str, int], credentials: str = "") -> None:
        self.target = target
        self.wanted = base64.b64encode(credentials.encode()) if credentials else b""
        self.asked: list[bytes] = []

    def __call__(self, near: socket.socket, over: threading.Event) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (piece := near.recv(4096)):
                return
            head += piece
        self.asked.append(head.split(b"\r\n")[0])
        if self.wanted not in head:
            near.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(self.target) as far:
            near.sendall(b"HTTP/1.1 200 Go on\r\n\r\n")
            carrier = Proxy(self.target, near)
            back = threading.Thread(target=carrier._copy, args=(far, near, Cut(), False), daemon=True)
            back.start()
            carrier._copy(near, far, Cut(), True)
            back.join()
