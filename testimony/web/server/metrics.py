"""`/health` and `/metrics` for monitoring a station: numbers and states, nothing about people.

They are on a separate port and not among the pages: behind HTTPS or a proxy all clients seem to connect from this
machine, so an address could not tell a monitor from a phone. docs/decisions/monitor-port.md.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from testimony.errors import TestimonyError
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.custody import log as custody_log
from testimony.services.link import throughput
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring import overview, safety_counts
from testimony.services.monitoring.health import Condition
from testimony.services.monitoring.types import NodeLine
from testimony.station.station import Station
from testimony.store.errors import StoreUnconfirmed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEPT: Final = 10.0
"""Seconds for which a response is reused: a thousand requests cost one calculation."""
TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
Answer = tuple[str, str, bytes]
NO_METRICS: Final[Answer] = ("503 Service Unavailable", TEXT, b"")
Sample = tuple[str, str, list[tuple[dict[str, str], float]]]


class Answers:
    """A WSGI application of two paths, `/health` and `/metrics`."""

    def __init__(self, health: Callable[[], Answer], metrics: Callable[[], Answer], clock: Callable[[], float]) -> None:
        self.clock = clock
        self._turn = threading.Lock()
        self._given: dict[str, tuple[float, Answer]] = {}
        self._paths = {"/health": health, "/metrics": metrics}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        status, kind, body = ("404 Not Found", TEXT, b"/health and /metrics\n")
        if method not in {"GET", "HEAD"}:
            status, body = "405 Method Not Allowed", b""
        elif path in self._paths:
            status, kind, body = self._recent(path)
        start(status, [("Content-Type", kind), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))])
        return [body]

    def _recent(self, path: str) -> Answer:
        with self._turn:
            at, answer = self._given.get(path, (0.0, None))
            if answer is None or self.clock() - at >= KEPT:
                answer = self._paths[path]()
                self._given[path] = (self.clock(), answer)
            return answer


def waiting() -> Answers:
    """The answers of a station that waits to be admitted: it takes nothing in, and there is nothing to count."""
    return Answers(lambda: _as_json(503, {"roster": "none"}), lambda: NO_METRICS, time.monotonic)


class Monitor(Answers):
    """The answers of a station. `failures`: exchanges that failed in a row, now."""

    def __init__(
        self,
        station: Station,
        *,
        failures: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(self._health, self._metrics, clock)
        self.station, self.failures = station, failures

    def _health(self) -> Answer:
        """200, or 503 while the station can take nothing in; what a person must look at is named beside it."""
        try:
            with self.station.database.reading() as session:
                found = monitoring_health.look(self.station, session)
        except StoreUnconfirmed:
            return _as_json(503, {"store": "unconfirmed"})
        except TestimonyError:
            return _as_json(503, {"store": "failing"})
        took = monitoring_health.try_store(self.station)
        said = {
            "store": took,
            "disk": "above the floor" if found.has_room else "below the floor",
            "roster": _roster(found),
            "last exchange": found.exchange_age,
            "warnings": found.warnings,
        }
        return _as_json(200 if took == "writable" and found.has_room and found.roster_no else 503, said)

    def _metrics(self) -> Answer:
        try:
            samples = list(self._samples())
        except TestimonyError:
            return NO_METRICS
        return "200 OK", TEXT, "".join(map(_written, samples)).encode()

    def _samples(self) -> Iterator[Sample]:
        station = self.station
        with station.database.reading() as session:
            found = monitoring_health.look(station, session)
            role = {"role": station.settings.role, "version": found.software}
            yield "info", "The station's program.", [(role, 1)]
            yield "disk_free_bytes", "Room on the disk of the station.", [({}, found.free)]
            yield "disk_floor_bytes", "Room below which nothing new is taken in.", [({}, found.floor)]
            yield "roster_number", "The roster in force.", [({}, found.roster_no)]
            yield "roster_days_left", "Days until it ends; negative: ended.", [({}, found.roster_days)]
            yield "log_entries", "Entries in the station's own log.", [({}, custody_log.size(session))]
            rejected = [({"rule": one.rule}, float(one.number)) for one in found.rejected]
            yield "rejected_objects", "Objects refused in the last 30 days.", rejected
            refused = [({"rule": one.rule}, float(one.number)) for one in found.refused]
            yield "refused_at_central", "Records that wait here and that central refuses.", refused
            yield "damaged_objects", "Sealed objects that are known to be damaged on this disk.", [({}, found.damaged)]
            yield "database_damaged", "1: the last look through the database found damage.", [({}, found.unsound)]
            yield "fork_known", "1: central is known to have signed two stories.", [({}, found.forked)]
            yield "ballast_there", "1: the reserve of the disk for withdrawals is there.", [({}, found.ballast)]
            if found.exchanged is not None:
                yield "last_exchange_days", "Days since central's log was read to its end.", [({}, found.exchanged)]
            if found.clock is not None:
                words = "By how much this clock was ahead of central's then; negative: behind."
                yield "clock_difference_minutes", words, [({}, found.clock)]
            yield "outbox_records", "Records without central's receipt for everything.", [({}, count_waiting(session))]
            if station.settings.role == "field":
                yield from self._of_node(found, safety_counts.look(station, session), throughput.rate(session))
            elif station.settings.role == "central":
                yield "testimonies", "Sealed testimonies.", [({"state": "held"}, overview.testimonies(session))]
                yield from _of_nodes(overview.nodes(station, session))

    def _of_node(self, found: Condition, counted: safety_counts.Safety, rate: int) -> Iterator[Sample]:
        names = ("arriving", "waiting", "text", "whole", "desk", "withdrawn")
        states = [({"state": name}, float(getattr(counted, name))) for name in names]
        yield "testimonies", "Sealed testimonies, by how far they have come.", states
        yield "text_left_bytes", "Text that is still to go.", [({}, counted.text_left)]
        yield "media_left_bytes", "Recordings and pictures that are still to go.", [({}, counted.media_left)]
        yield "copies_dropped", "Records whose copies were dropped after central signed.", [({}, counted.dropped)]
        yield "link_bytes_per_second", "Rate of the last deliveries.", [({}, rate)]
        yield "quarantined", "1: central has marked this station as copied or restored.", [({}, bool(found.marked))]
        if found.certificate_days is not None:
            words = "Days until the certificate for phones ends; negative: ended."
            yield "certificate_days_left", words, [({}, found.certificate_days)]
        yield "exchange_failures", "Exchanges that failed in a row.", [({}, self.failures())]


def _of_nodes(nodes: Sequence[NodeLine]) -> Iterator[Sample]:
    """How many field nodes are in which trouble, and none of their names."""
    found = Counter(trouble for node in nodes for trouble in node.troubles)
    yield "nodes", "Active field nodes of the roster in force.", [({}, sum(node.active for node in nodes))]
    yield "silent_nodes", "Of these, not heard of for a week and more.", [({}, found["silent"])]
    yield "quarantined_nodes", "Marked: their card or folder was copied or restored.", [({}, found["marked"])]
    yield "awaited_nodes", "Readers wait for them since this server was restored.", [({}, found["awaited"])]
    yield "lacking_nodes", "Records that the log names did not come there.", [({}, found["lacking"])]


def _roster(found: Condition) -> str:
    if not found.roster_no:
        return "none"
    return "ended" if found.roster_days < 0 else "ends soon" if found.roster_soon else "in force"


def _as_json(status: int, said: dict[str, Any]) -> Answer:
    line = {200: "200 OK", 503: "503 Service Unavailable"}[status]
    return line, "application/json", json.dumps({"healthy": status == 200, **said}).encode() + b"\n"


def _written(sample: Sample) -> str:
    """One metric in the text format of Prometheus, 0.0.4: every one a gauge. Labels are words of ours."""
    name, words, values = sample
    lines = [f"# HELP testimony_{name} {words}", f"# TYPE testimony_{name} gauge"]
    for labels, value in values:
        said = ",".join(f'{key}="{word}"' for key, word in labels.items())
        lines.append(f"testimony_{name}{{{said}}} {value:.0f}" if said else f"testimony_{name} {value:.0f}")
    return "\n".join(lines) + "\n"
