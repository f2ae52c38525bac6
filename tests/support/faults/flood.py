"""Attacks of one machine with several addresses on a station, each a process of its own that ends with its `with`.

    with flood("heads", port):   # it stands: all that the attacker wants is said
        ...                      # and what is closed meanwhile is opened again

Only addresses of this machine are ever reached; an attack ends by itself after `LONGEST` seconds.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.support.cli.program import ROOT

HERE = "127.0.0.1"
LONGEST = 240.0
PAUSE = 0.05  # seconds between two looks at what was closed
DRIP = 5.0  # seconds between two bytes
SLOW = 5.0  # seconds of the attacker's own patience
BODY = 2_000_000
FORGED = {"X-Forwarded-For": "127.0.0.3", "Forwarded": "for=127.0.0.3", "X-Real-IP": "127.0.0.3"}


@dataclass(frozen=True)
class Attack:
    """`number` connections from `addresses` addresses that say `first`, and then `drip` every so many seconds."""

    number: int
    addresses: int
    secure: bool
    first: bytes = b""
    drip: bytes = b""
    every: float = DRIP


HEAD = f"POST /sync/batch HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY}\r\n\r\n".encode()
BEGUN, MORE = HEAD + bytes(1_000), bytes(10)
UPLOAD = HEAD + bytes(BODY - 100_000)
ATTACKS = {
    "heads": Attack(256, 8, secure=True, first=b"G", drip=b"E"),
    "connections": Attack(420, 1, secure=False),
    "heads-plain": Attack(420, 8, secure=False, first=b"G", drip=b"E"),
    "bodies": Attack(300, 8, secure=False, first=UPLOAD),
    "bodies-https": Attack(256, 8, secure=True, first=UPLOAD),
    "bodies-slow": Attack(240, 8, secure=True, first=BEGUN, drip=MORE, every=0.5),
    "bodies-slow-plain": Attack(240, 8, secure=False, first=BEGUN, drip=MORE, every=0.5),
    "handshakes": Attack(256, 8, secure=False, first=b"\x16\x03\x01\x02\x00"),
}
WITHDRAWALS = 16
"""Connections that ask for one code after the other, all from one address."""


@contextmanager
def flood(kind: str, port: int) -> Iterator[None]:
    """`kind`: one of `ATTACKS`, or "withdrawals" over https, or "withdrawals-plain"."""
    command = [sys.executable, "-m", "tests.support.faults.flood", kind, str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "standing\n"
        try:
            yield
        finally:
            process.stdin.close()
            process.wait(SLOW + 60)


def connect(port: int, source: str, *, secure: bool, patience: float = SLOW) -> socket.socket:
    """A connection of `source`, an address of this machine. Whose certificate it is does not matter here."""
    made = socket.create_connection((HERE, port), patience, (source, 0))
    if not secure:
        return made
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(made, server_hostname="testimony.internal")


class _Held:
    """The connections of an attack, kept up."""

    def __init__(self, attack: Attack, port: int) -> None:
        self.attack, self.port = attack, port
        self.sockets: dict[int, socket.socket] = {}
        self.dripped = time.monotonic()

    def keep_up(self) -> None:
        for place in range(self.attack.number):
            if place not in self.sockets or _is_closed(self.sockets[place]):
                self._open(place)
        if self.attack.drip and time.monotonic() - self.dripped > self.attack.every:
            self.dripped = time.monotonic()
            for each in self.sockets.values():
                with suppress(OSError):
                    each.sendall(self.attack.drip)

    def _open(self, place: int) -> None:
        if place in self.sockets:
            self.sockets.pop(place).close()
        with suppress(OSError):
            made = connect(self.port, f"127.0.0.{10 + place % self.attack.addresses}", secure=self.attack.secure)
            self.sockets[place] = made
            made.settimeout(0.5)
            made.sendall(self.attack.first)


def _is_closed(made: socket.socket) -> bool:
    readable, _, _ = select.select([made], [], [], 0)
    if not readable:
        return False
    try:
        made.settimeout(0.01)
        return made.recv(1 << 16) == b""
    except (TimeoutError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True


def _ask_for_codes(port: int, secure: bool, ended: threading.Event) -> None:
    """One question after the other, from one address, which says that it is another."""
    until, number = time.monotonic() + LONGEST, 0
    while not ended.is_set() and time.monotonic() < until:
        with suppress(OSError, http.client.HTTPException):
            way = http.client.HTTPConnection(HERE, port)
            way.sock = connect(port, "127.0.0.2", secure=secure)
            while not ended.is_set() and time.monotonic() < until:
                number += 1
                body = f'{{"keys":["{number:064x}"]}}'
                way.request("POST", "/withdraw/find", body, {"Content-Type": "application/json", **FORGED})
                way.getresponse().read()


def _run(kind: str, port: int) -> None:
    ended, until = threading.Event(), time.monotonic() + LONGEST
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    act: Callable[[], None] = lambda: None  # noqa: E731
    if kind in ATTACKS:
        act = _Held(ATTACKS[kind], port).keep_up
    else:
        for _ in range(WITHDRAWALS):
            asking = (port, kind == "withdrawals", ended)
            threading.Thread(target=_ask_for_codes, args=asking, daemon=True).start()
        ended.wait(1)
    act()
    print("standing", flush=True)
    while not ended.wait(PAUSE) and time.monotonic() < until:
        act()


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]))
