"""Requests that come too slowly end, and all that clients have in memory together stays below a budget."""

from __future__ import annotations

import math
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from types import SimpleNamespace
from typing import Any

import pytest
from waitress import wasyncore
from werkzeug.datastructures import Headers

from testimony.web.server import connection, http, options
from testimony.web.server.http import StationServer, make_server, stop
from tests.support.journeys.stations import wait_until
from tests.support.web.headers import require_protected

PATIENCE = 60
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
SIZE = 100_000


class Served:
    """A server that says who asks and how much came; `/wait` only once the test says so."""

    def __init__(self, **options: Any) -> None:
        self.may_answer, self.asked = threading.Event(), threading.Event()
        self.known: dict[int, Any] = {}
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.server: StationServer = make_server(self.app, self.listener, known=self.known, **options)
        self.running = threading.Thread(target=self.server.run, daemon=True)
        self.running.start()
        self.kept: list[socket.socket] = []

    def app(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/wait":
            self.asked.set()
            self.may_answer.wait(PATIENCE)
        came = len(environ["wsgi.input"].read())
        said = f"{environ['REMOTE_ADDR']} {came} {environ.get('HTTP_X_FORWARDED_FOR')}".encode()
        start("200 OK", [("Content-Length", str(len(said)))])
        return [said]

    def say(self, data: bytes, source: str = "127.0.0.1") -> socket.socket:
        made = socket.create_connection(self.listener.getsockname(), PATIENCE, (source, 0))
        self.kept.append(made)
        made.sendall(data)
        return made

    def close(self) -> None:
        self.may_answer.set()
        for each in self.kept:
            each.close()
        stop(self.server, self.known, self.running)
        self.listener.close()


@pytest.fixture
def served() -> Iterator[Callable[..., Served]]:
    made: list[Served] = []

    def serve(**options: Any) -> Served:
        made.append(Served(**options))
        return made[-1]

    yield serve
    for each in made:
        each.close()


def said(link: socket.socket) -> bytes:
    """The body of an answer, or nothing where the connection was ended."""
    data = b""
    try:
        while part := link.recv(65536):
            data += part
            _, _, body = data.partition(b"\r\n\r\n")
            if body:
                return body
    except ConnectionResetError:
        pass
    return data


def upload(came: int, path: str = "/") -> bytes:
    """A request of which `came` bytes of `SIZE` are sent."""
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {SIZE}\r\n\r\n".encode() + bytes(came)


@pytest.mark.parametrize(("limit", "first"), [("HEAD", b"G"), ("HEAD", b"GET / HTTP/1.1\r\n"), ("BODY", upload(5))])
def test_a_head_and_a_body_have_an_end_however_often_a_byte_comes(
    limit: str, first: bytes, served: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, limit, 0.1)
    one = served()
    slow = one.say(first)
    slow.settimeout(0.05)
    closed = False

    def drip() -> bool:
        nonlocal closed
        try:
            slow.sendall(b"x")
            closed = slow.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            closed = True
        return closed

    wait_until(drip, "the end of who is too slow")
    assert said(one.say(ASK)).startswith(b"127.0.0.1")


def test_a_connection_that_waits_for_its_next_request_is_not_too_slow(
    served: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD", 0.1)
    one = served()
    link = one.say(ASK)
    assert said(link)
    looks = one.server.next_channel_cleanup
    wait_until(lambda: one.server.next_channel_cleanup > looks + 2 * http.LOOK, "two more looks")
    link.sendall(ASK)
    assert said(link)


@pytest.mark.parametrize(
    "given", [options.SERVER_OPTIONS | options.DESK_OPTIONS, options.waiting_options(20 << 20)], ids=["desk", "waiting"]
)
def test_the_largest_request_that_a_server_takes_has_room_in_its_budget(
    served: Callable[..., Served], given: dict[str, Any]
) -> None:
    one, size = served(**given), min(given["max_request_body_size"] - 1, 20 << 20)
    sent = one.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size + bytes(size))
    answer = HTTPResponse(sent)
    answer.begin()
    assert str(size).encode() in answer.read()


def test_beyond_the_budget_the_client_with_most_in_memory_gives_way(
    served: Callable[..., Served],
) -> None:
    one = served(budget=5 * SIZE)
    honest = one.say(upload(SIZE - 1), "127.0.0.3")
    for number in range(20):
        one.say(upload(SIZE - 1), f"127.0.0.{10 + number % 2}")
    wait_until(lambda: 0 < one.server._load <= 5 * SIZE, "the budget to hold")
    honest.sendall(b"x")
    assert said(honest) == f"127.0.0.3 {SIZE} None".encode()
    for each in one.kept:
        each.close()
    wait_until(lambda: one.server._load == 0, "nothing to be counted any more")


def test_when_all_are_being_answered_the_next_waits_and_nobody_is_sent_away(
    served: Callable[..., Served],
) -> None:
    one = served(threads=2, budget=2 * SIZE)
    waiting = [one.say(upload(SIZE, "/wait"), "127.0.0.10") for _ in range(2)]
    assert one.asked.wait(PATIENCE)
    wait_until(lambda: one.server.is_crowded, "the budget to be spent")
    honest = one.say(ASK, "127.0.0.3")
    one.may_answer.set()
    assert said(honest) == b"127.0.0.3 0 None"
    assert {said(each) for each in waiting} == {f"127.0.0.10 {SIZE} None".encode()}


def test_more_connections_than_places_cost_those_who_hold_most(served: Callable[..., Served]) -> None:
    one = served(places=8)
    honest = one.say(b"", "127.0.0.3")
    for _ in range(30):
        one.say(b"", "127.0.0.10")
    honest.sendall(ASK)
    assert said(honest).startswith(b"127.0.0.3")
    assert said(one.say(ASK, "127.0.0.4")).startswith(b"127.0.0.4")


def uploads(one: StationServer, *others: str) -> list[socket.socket]:
    """Connections that are not accepted yet, each with more than one read takes: 20 of one address, then `others`."""
    sources, address = [*["127.0.0.10"] * 20, *others], one.socket.getsockname()
    made = [socket.create_connection(address, PATIENCE, (source, 0)) for source in sources]
    for each in made:
        each.sendall(upload(SIZE - 1))
    return made


def heard(one: StationServer) -> Counter[str]:
    """How many connections of each address have been read."""
    return Counter(each.network for each in one.active_channels.values() if each.weight)


@pytest.fixture
def by_rounds() -> Iterator[Callable[..., StationServer]]:
    """A server that runs for one round at a time."""
    known: dict[int, Any] = {}
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve(**options: Any) -> StationServer:
            return make_server(lambda *_: [], listener, known=known, **options)

        yield serve
        wasyncore.close_all(known, ignore_all=True)


def accept(one: StationServer, number: int) -> None:
    """Take in who waits. Nobody is read meanwhile, so that each round that follows is a round of reading."""
    for _ in range(math.ceil(number / http.COMING)):
        one.readable()
        one.handle_accept()
    assert len(one.active_channels) == number


def test_a_flood_makes_no_queue_for_those_who_come_after_it(by_rounds: Callable[..., StationServer]) -> None:
    one = by_rounds()
    with ExitStack() as kept:
        for each in uploads(one, "127.0.0.3"):
            kept.enter_context(each)
        http.one_round(one, 0)
        assert len(one.active_channels) == http.COMING
        http.one_round(one, 0)
        assert len(one.active_channels) == 21


def test_one_address_has_so_many_reads_in_a_round_and_its_connections_take_turns(
    by_rounds: Callable[..., StationServer],
) -> None:
    one = by_rounds()
    with ExitStack() as kept:
        for each in uploads(one, "127.0.0.3"):
            kept.enter_context(each)
        accept(one, 21)
        for read in (8, 16, 20):
            http.one_round(one, 0)
            assert heard(one) == {"127.0.0.10": read, "127.0.0.3": 1}


def test_a_proxy_of_the_settings_is_read_whole_because_it_speaks_for_many(
    by_rounds: Callable[..., StationServer],
) -> None:
    one = by_rounds(trusted_proxy="127.0.0.10", trusted_proxy_headers={"x-forwarded-for"})
    with ExitStack() as kept:
        for each in uploads(one):
            kept.enter_context(each)
        accept(one, 20)
        http.one_round(one, 0)
        assert heard(one) == {"127.0.0.10": 20}


FORGED = b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1, 192.0.2.2\r\nForwarded: for=192.0.2.3\r\n\r\n"


def test_a_header_says_nothing_about_an_address_unless_a_proxy_of_the_settings_sends_it(
    served: Callable[..., Served],
) -> None:
    one = served(clear_untrusted_proxy_headers=True)
    assert said(one.say(FORGED)) == b"127.0.0.1 0 None"
    proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": {"x-forwarded-for"}}
    behind = served(clear_untrusted_proxy_headers=True, **proxy)
    assert said(behind.say(FORGED)).startswith(b"192.0.2.2 "), "what the proxy itself has seen"
    assert said(behind.say(FORGED, "127.0.0.5")) == b"127.0.0.5 0 None"


def test_a_connection_that_is_handed_over_has_the_address_that_came_with_it(served: Callable[..., Served]) -> None:
    one = served(clear_untrusted_proxy_headers=True)
    here, there = socket.socketpair()
    one.kept.append(here)
    one.server.hand_over(there, "2001:db8::7")
    here.settimeout(PATIENCE)
    here.sendall(FORGED)
    assert said(here) == b"2001:db8::7 0 None"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"what is this\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX-Long: " + bytes(300_000).replace(b"\0", b"x") + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ],
)
def test_what_the_server_itself_refuses_is_protected_as_pages_are(
    sent: bytes, status: int, served: Callable[..., Served]
) -> None:
    one = served(ident="", max_request_body_size=SIZE)
    answer = HTTPResponse(one.say(sent))
    answer.begin()
    assert answer.status == status
    headers = Headers(answer.getheaders())
    require_protected(SimpleNamespace(headers=headers, status_code=status), "/")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
