"""What https costs a field node: start-up and memory, and the time of a small question and of a large delivery."""

from __future__ import annotations

import http.client
import socket
import ssl
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from testimony.certificates.identity import Identity
from testimony.certificates.request import Request
from testimony.services.certificates import store as certificate_store
from tests.bench.node import BUSY, IDLE, LIBRARIES, STARTS, home_of_a_node
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure, took
from tests.bench.support.processes import processor_seconds, resident
from tests.support.certificates.authorities import NAME, authority
from tests.support.cli.program import serving

LARGE = bytes(500_000)
OFTEN, SELDOM = 200, 40


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = home_of_a_node(Path(folder))
        without = _idle(home)
        now = datetime.now(UTC)
        held = certificate_store.install(
            home,
            certificate_store.sign(authority(now=now), Request.parse(certificate_store.ask(home)), now=now),
            now=now,
        )
        by_clock, by_processor = zip(*(_start(home, held) for _ in range(STARTS)), strict=True)
        with_https = _idle(home, held)
        times = _times(home, held)
    return [
        Figure(
            "start-up with https and help until the first answer over https",
            statistics.median(by_clock),
            "s",
            Aim(most=1.5, cause=BUSY),
        ),
        Figure("of that, processor time", statistics.median(by_processor), "s"),
        Figure("memory (RSS) of an idle node without https", without, "MB", Aim(most=80, cause=LIBRARIES)),
        Figure("the same with https and help", with_https, "MB", Aim(most=80, cause=LIBRARIES)),
        *(Figure(what, 1000 * seconds, "ms") for what, seconds in times.items()),
    ]


def _options() -> tuple[int, list[str]]:
    port = free_port()
    return port, ["--https-port", str(port), "--help-port", str(free_port())]


def _start(home: Path, held: Identity) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    before = time.perf_counter()
    port, options = _options()
    with serving("field", home, free_port(), *options) as process:
        _ask(_secure(held, port), last=True)
        return time.perf_counter() - before, processor_seconds(process.pid)


def _idle(home: Path, held: Identity | None = None) -> float:
    https, options = _options()
    with serving("field", home, port := free_port(), *(options if held else ())) as process:
        _ask(_secure(held, https) if held else http.client.HTTPConnection("127.0.0.1", port))
        time.sleep(IDLE)
        return resident(process.pid)


def _times(home: Path, held: Identity) -> dict[str, float]:
    """Medians in seconds. The two ways take turns, so that a machine that is busy with others is as busy for both."""
    https, options = _options()
    with serving("field", home, port := free_port(), *options):
        ways: dict[str, Callable[[], http.client.HTTPConnection]] = {
            "plain": lambda: http.client.HTTPConnection("127.0.0.1", port),
            "https": lambda: _secure(held, https),
        }
        kept = {name: make() for name, make in ways.items()}
        deeds: dict[str, tuple[int, Callable[[str], None]]] = {
            "a small question": (OFTEN, lambda name: _ask(kept[name])),
            "the same with a new connection each time": (SELDOM, lambda name: _ask(ways[name](), last=True)),
            "500 kB delivered": (SELDOM, lambda name: _send(kept[name])),
        }
        found: dict[str, list[float]] = defaultdict(list)
        for deed, (times, act) in deeds.items():
            for turn in range(times + 1):
                for name in ways:
                    seconds = took(partial(act, name))
                    if turn:  # the first one of each warms up
                        found[f"{deed}, {name}"].append(seconds)
        for link in kept.values():
            link.close()
        return {what: statistics.median(seconds) for what, seconds in found.items()}


def _secure(held: Identity, port: int) -> http.client.HTTPConnection:
    made = http.client.HTTPConnection("127.0.0.1", port)
    context = ssl.create_default_context(cadata=held.root_pem.decode())
    made.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=NAME)
    return made


def _ask(link: http.client.HTTPConnection, *, last: bool = False) -> None:
    link.request("GET", "/en/nowhere")
    link.getresponse().read()
    if last:
        link.close()


def _send(link: http.client.HTTPConnection) -> None:
    """Taken in whole by the server, then refused: the way is measured, not the storing."""
    link.request("PUT", "/nowhere", LARGE)
    link.getresponse().read()
