"""What an honest client and the memory of a field node come to while one machine with several addresses attacks it."""

from __future__ import annotations

import http.client
import math
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.support.figures import Aim, Figure
from tests.bench.support.processes import watched
from tests.support.faults.flood import ATTACKS, flood
from tests.support.faults.flooded import Node, ask, find, node

TRIES = 50
PATIENCE = 5.0  # seconds after which an honest client has got no answer
BUSY = (
    "a flood at the speed of this machine's memory keeps busy the thread that reads, and others keep busy the machine; "
    "from a network it comes slower"
)
NAMES = {
    "": "nobody attacks",
    "heads": "256 https connections of 8 addresses, a byte of a head now and then",
    "heads-plain": "420 plain connections of 8 addresses, a byte of a head now and then",
    "connections": "420 silent plain connections of one address",
    "bodies": "300 unfinished bodies of 2 MB, plain, 8 addresses",
    "bodies-https": "256 unfinished bodies of 2 MB, https, 8 addresses",
    "handshakes": "256 halves of a handshake, 8 addresses, begun again when ended",
    "withdrawals": "one address asks for codes without a pause on 16 connections",
}


def measure() -> Sequence[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, node(Path(folder)) as served:
        for place, kind in enumerate(NAMES):
            figures += _under(kind, served, f"127.0.{1 + place}.")
    return figures


def _under(kind: str, served: Node, network: str) -> list[Figure]:
    """`network`: whose addresses are honest, and have asked for no code before."""
    secure = kind in ("withdrawals", "handshakes") or (kind in ATTACKS and ATTACKS[kind].secure)
    with watched(served.pid) as most:
        if kind:
            with flood(kind, served.https if secure else served.plain):
                seconds = _honest(served, network, at_https=secure)
        else:
            seconds = _honest(served, network, at_https=True)
        memory = most()
    answered = [each for each in seconds if each < PATIENCE]
    slow = sorted(seconds)[math.ceil(0.99 * len(seconds)) - 1]
    return [
        Figure(f"{NAMES[kind]}: honest requests answered of {TRIES}", len(answered), "", Aim(least=TRIES, cause=BUSY)),
        Figure("their 99th percentile", slow, "s", Aim(most=1, cause=BUSY)),
        Figure("memory (RSS) at its most", memory, "MB", Aim(most=200, cause="what the attack holds")),
    ]


def _honest(served: Node, network: str, *, at_https: bool) -> list[float]:
    """Seconds of each request, a page or a question for a code, on a connection of its own, from four addresses."""
    port, found = served.https if at_https else served.plain, []
    for number in range(TRIES):
        source, before = f"{network}{3 + number % 4}", time.perf_counter()
        try:
            if number % 10:
                status = ask(port, secure=at_https, source=source, patience=PATIENCE).status
            else:
                status = find(port, number, secure=at_https, source=source, patience=PATIENCE)
        except (OSError, http.client.HTTPException):
            status = 0
        found.append(time.perf_counter() - before if status == 200 else PATIENCE)
    return found
