"""Https before a station: for browsers of today, through every kind of rudeness, through a change of certificate."""

from __future__ import annotations

import gc
import http.client
import logging
import socket
import ssl
import threading
import warnings
from asyncio import sslproto
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from testimony.certificates.authority import Authority
from testimony.certificates.identity import Identity
from testimony.services.accounts.rate_limit import Rate
from testimony.store.files import durable
from testimony.web.server import tls_proxy
from testimony.web.server.tls_proxy import Front, HandOver
from tests.support.certificates.authorities import NAME, authority, identity
from tests.support.journeys.stations import wait_until

PATIENCE = 60
LITTLE = 4096  # bytes


class Echo(BaseHTTPRequestHandler):
    """Gives back what it got; `/wait` only once the test says so."""

    protocol_version = "HTTP/1.1"
    may_answer = threading.Event()
    asked = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/wait":
            self.asked.set()
            self.may_answer.wait(PATIENCE)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class Served:
    """A front with an authority of its own, before a server that gives back what it gets."""

    def __init__(self, folder: Path) -> None:
        self.authority: Authority = authority(now=datetime.now(UTC))
        self.file = folder / "node.pem"
        self.renew()
        self.near = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        self.near.daemon_threads = True
        self._thread = threading.Thread(target=self.near.serve_forever, args=(0.05,))
        self._thread.start()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address: tuple[str, int] = self.listener.getsockname()[:2]
        self.front: Front | None = None

    def start(self, plain: HandOver | None = None) -> None:
        self.front = Front(self.listener, self.file, self.near.process_request, plain)
        self.front.start()

    def renew(self) -> None:
        """Another key, another certificate, in the place of the one before."""
        self.held: Identity = identity(self.authority, now=datetime.now(UTC))
        durable.replace_file(self.file, self.held.encode())

    def context(self) -> ssl.SSLContext:
        made = ssl.create_default_context(cadata=self.held.root_pem.decode())
        made.verify_flags |= ssl.VERIFY_X509_STRICT
        return made

    def shake(self, *, source: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        bare = socket.create_connection(self.address, PATIENCE, (source, 0))
        return (context or self.context()).wrap_socket(bare, server_hostname=NAME)

    def link(self) -> http.client.HTTPSConnection:
        """A connection that stays."""
        made = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        made.sock = self.shake()
        return made  # type: ignore[return-value]

    def ask(self, body: bytes = b"hello", source: str = "127.0.0.1") -> bytes:
        made = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        made.sock = self.shake(source=source)
        try:
            return post(made, body)
        finally:
            made.close()

    def serial(self) -> int:
        """Of the certificate that a new handshake brings."""
        from cryptography import x509

        with self.shake() as made:
            shown = made.getpeercert(binary_form=True)
        assert shown is not None
        return x509.load_der_x509_certificate(shown).serial_number

    def close(self) -> None:
        Echo.may_answer.set()
        if self.front is not None:
            self.front.stop()
        self.listener.close()
        self.near.shutdown()
        self._thread.join(PATIENCE)
        self.near.server_close()


def post(link: http.client.HTTPConnection, body: bytes, path: str = "/") -> bytes:
    link.request("POST", path, body)
    return link.getresponse().read()


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(tls_proxy, "WATCH", 0.05)
    Echo.may_answer.clear()
    Echo.asked.clear()
    made = Served(tmp_path)
    yield made
    made.close()


@pytest.fixture
def rude(served: Served) -> Iterator[Callable[[bytes], socket.socket]]:
    """A function that connects, says something or nothing, and stays."""
    kept: list[socket.socket] = []

    def connect(said: bytes, source: str = "127.0.0.1") -> socket.socket:
        made = socket.create_connection(served.address, PATIENCE, (source, 0))
        kept.append(made)
        made.sendall(said)
        return made

    yield connect
    for each in kept:
        each.close()


def closed(link: socket.socket) -> bool:
    """Whether the other side ends it, within our patience."""
    link.settimeout(PATIENCE)
    try:
        return link.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_browsers_speak_is_spoken(version: ssl.TLSVersion, served: Served) -> None:
    served.start()
    context = served.context()
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with served.shake(context=context) as made:
        assert made.version() == version.name.replace("_", ".")
        assert made.selected_alpn_protocol() == "http/1.1"
        assert made.cipher()[0].startswith(("ECDHE-ECDSA-", "TLS_"))  # type: ignore[index]


def test_what_was_broken_long_ago_is_not_spoken(served: Served) -> None:
    served.start()
    context = served.context()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    bare = socket.create_connection(served.address, PATIENCE)
    made = context.wrap_socket(bare, server_hostname=NAME, do_handshake_on_connect=False)
    with made, pytest.raises(ssl.SSLError):
        made.do_handshake()
    assert tls_proxy.context(served.file).minimum_version is ssl.TLSVersion.TLSv1_2
    assert served.ask() == b"hello"


def test_two_megabytes_come_and_go_unchanged(served: Served) -> None:
    served.start()
    body = bytes(range(256)) * 8192
    assert served.ask(body) == body


def test_no_answer_waits_for_the_next_packet(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nagle's algorithm with delayed acknowledgements would hold back many an answer for 40 ms."""
    found: list[int] = []
    passing = Front._pass_on

    async def look(self: Front, reader: Any, writer: Any, to: Any) -> None:
        found.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await passing(self, reader, writer, to)

    monkeypatch.setattr(Front, "_pass_on", look)
    served.start()
    assert served.ask() == b"hello"
    assert found[0] != 0


def test_one_connection_carries_many_requests(served: Served) -> None:
    served.start()
    link = served.link()
    assert [post(link, str(number).encode()) for number in range(20)] == [str(number).encode() for number in range(20)]
    link.close()


RUDE = {
    "nothing": b"",
    "half a handshake": b"\x16\x03\x01\x02\x00\x01\x00",
    "noise that begins like one": b"\x16" + b"\xff" * 400,
    "plain http": b"GET / HTTP/1.1\r\n\r\n",
    "noise": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("said", RUDE.values(), ids=RUDE.keys())
def test_who_is_silent_or_talks_nonsense_blocks_nobody(
    said: bytes, served: Served, rude: Callable[[bytes], socket.socket]
) -> None:
    served.start()
    for _ in range(20):
        rude(said)
    assert served.ask() == b"hello"


def test_who_never_reads_blocks_nobody(served: Served) -> None:
    served.start()
    slow = served.link()
    slow.request("POST", "/", bytes(8 * 1024 * 1024))
    assert served.ask() == b"hello"
    slow.close()


def test_a_server_behind_that_never_reads_is_left_when_the_station_stops(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that waits for its last bytes to be taken would outlive the loop that it belongs to."""
    monkeypatch.setattr(tls_proxy, "PARTING", 0.2)
    near: list[socket.socket] = []
    served.front = Front(served.listener, served.file, lambda connection, _: near.append(connection))
    served.front.start()
    link = served.shake()
    link.settimeout(1)
    with pytest.raises(TimeoutError):
        link.sendall(bytes(8 * 1024 * 1024))
    served.front.stop()
    gc.collect()  # an unclosed connection warns here, and a warning fails
    assert len(near) == 1
    assert closed_after_all(near[0])
    link.close()
    near[0].close()


def test_of_what_a_client_sends_and_nobody_reads_the_front_keeps_little(served: Served) -> None:
    """The rest stays with the client, in what its system and ours keep for a socket."""
    near: list[socket.socket] = []
    served.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE)
    served.front = Front(served.listener, served.file, lambda connection, _: near.append(connection))
    served.front.start()
    link, sent = served.shake(), 0
    link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LITTLE)
    link.settimeout(0.5)
    with suppress(TimeoutError):
        while sent < 8 * 1024 * 1024:
            sent += link.send(bytes(LITTLE))
    assert sent < near[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) + 3 * tls_proxy.TLS_BUFFER
    link.close()
    near[0].close()


def test_of_what_the_server_answers_and_nobody_reads_the_front_keeps_little(served: Served) -> None:
    near: list[socket.socket] = []
    served.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LITTLE)
    served.front = Front(served.listener, served.file, lambda connection, _: near.append(connection))
    served.front.start()
    link, sent = served.shake(), 0
    link.sendall(b"GET")
    wait_until(lambda: bool(near), "the front to pass it on")
    near[0].settimeout(0.5)
    with suppress(TimeoutError):
        while sent < 8 * 1024 * 1024:
            sent += near[0].send(bytes(LITTLE))
    buffers = near[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    kept = buffers + 8 * tls_proxy.CHUNK  # of eight megabytes; the system's own buffers differ from run to run
    link.close()
    near[0].close()
    assert 0 < sent < kept


def closed_after_all(link: socket.socket) -> bool:
    """Whether the other side ended it, after what it had sent."""
    link.settimeout(PATIENCE)
    while link.recv(1024 * 1024):
        pass
    return True


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="only Linux has every 127.x.x.x at hand")
def test_one_address_cannot_take_every_place(
    served: Served, rude: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_proxy, "GREETING", 10.0 * PATIENCE)  # so that nobody is sent away for being silent
    served.start()
    kept = [rude(b"", "127.0.0.2") for _ in range(tls_proxy.MOST_FROM_ONE)]
    assert closed(rude(b"", "127.0.0.2"))
    assert served.ask(source="127.0.0.3") == b"hello"
    kept[0].close()
    wait_until(lambda: not quickly_closed(rude(b"\x16", "127.0.0.2")), "a place to be free again")


def quickly_closed(link: socket.socket) -> bool:
    """Whether it was turned away: what has a place is waited for in silence."""
    link.settimeout(1)
    try:
        return link.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def test_who_says_nothing_for_long_is_sent_away(
    served: Served, rude: Callable[[bytes], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_proxy, "GREETING", 0.2)
    monkeypatch.setattr(tls_proxy, "SILENCE", 0.2)
    served.start()
    assert closed(rude(b""))
    assert closed(rude(b"\x16\x03\x01"))
    with served.shake() as made:
        assert made.recv(1) == b""


def test_a_renewed_certificate_is_taken_up_and_no_connection_is_lost(served: Served) -> None:
    served.start()
    link = served.link()
    assert post(link, b"before") == b"before"
    first = served.serial()
    served.renew()
    wait_until(lambda: served.serial() != first, "the new certificate")
    assert served.serial() == served.held.leaf.serial_number
    assert post(link, b"after") == b"after"
    link.close()


def test_a_file_that_is_no_certificate_changes_nothing_and_is_said(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.start()
    first = served.serial()
    with caplog.at_level(logging.WARNING):
        durable.replace_file(served.file, b"-----BEGIN CERTIFICATE-----\n")
        wait_until(lambda: "of no use" in caplog.text, "the warning")
    assert served.serial() == first


def test_no_station_starts_with_what_is_no_certificate(served: Served) -> None:
    served.file.write_bytes(b"nothing")
    with pytest.raises(OSError, match=r"."):
        served.start()


def test_plain_http_is_led_to_those_who_answer_it(served: Served) -> None:
    """Somebody typed the port and not the s."""
    helper = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=helper.serve_forever, args=(0.05,))
    thread.start()
    served.start(plain=helper.process_request)
    link = http.client.HTTPConnection(*served.address, timeout=PATIENCE)
    assert post(link, b"plain") == b"plain"
    link.close()
    helper.shutdown()
    thread.join(PATIENCE)
    helper.server_close()


def test_plain_http_is_closed_where_nobody_answers_it(served: Served, rude: Callable[[bytes], socket.socket]) -> None:
    served.start()
    assert closed(rude(b"GET / HTTP/1.1\r\n\r\n"))


def test_stopping_lets_an_answer_that_is_under_way_arrive(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_proxy, "PARTING", float(PATIENCE))  # the machine may be slow
    served.start()
    got: list[Any] = []
    link = served.link()
    asking = threading.Thread(target=lambda: got.append(post(link, b"late", "/wait")))
    asking.start()
    assert Echo.asked.wait(PATIENCE)
    stopping = threading.Thread(target=served.front.stop)  # type: ignore[union-attr]
    stopping.start()
    Echo.may_answer.set()
    asking.join(PATIENCE)
    assert got == [b"late"]
    link.close()
    stopping.join(PATIENCE)


def test_nothing_of_a_connection_is_logged(
    served: Served, rude: Callable[[bytes], socket.socket], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        served.start()
        for said in RUDE.values():
            rude(said).close()
        assert served.ask(b"words of a witness") == b"words of a witness"
        served.front.stop()  # type: ignore[union-attr]
    assert "127.0.0." not in caplog.text
    assert "witness" not in caplog.text


def test_what_tls_needs_is_freed_with_its_connection(served: Served) -> None:
    """An error and the frames in which it arose hold each other: 300 kB for each connection until Python looks."""
    served.start()
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            with socket.create_connection(served.address, PATIENCE) as half:
                half.sendall(b"\x16\x03\x01\x02\x00")
            with served.shake():
                pass
        wait_until(lambda: not served.front._places._held, "all of them to be over")  # type: ignore[union-attr]
        wait_until(lambda: not protocols(), "all of them to be freed")
    finally:
        gc.enable()


def protocols() -> list[object]:
    return [each for each in gc.get_objects() if isinstance(each, sslproto.SSLProtocol)]


def test_one_network_may_not_begin_one_handshake_after_the_other(
    served: Served, rude: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_proxy, "OFTEN", Rate(burst=3, period=10 * PATIENCE))
    served.front = Front(served.listener, served.file, served.near.process_request)
    served.front.start()
    for _ in range(3):
        rude(b"", "127.0.0.2").close()
    assert closed(rude(b"", "127.0.0.2"))
    assert served.ask(source="127.0.0.3") == b"hello"


def test_a_full_house_takes_the_next_client_from_another_network(
    served: Served, rude: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_proxy, "GREETING", 10.0 * PATIENCE)
    monkeypatch.setattr(tls_proxy, "MOST", 12)
    served.start()
    kept = [rude(b"\x16", f"127.0.0.{2 + number // 6}") for number in range(12)]
    assert served.ask(source="127.0.0.9") == b"hello"
    assert closed(kept[0])


def test_the_server_behind_learns_the_address_of_the_client(served: Served) -> None:
    told: list[str] = []

    def near(connection: socket.socket, client: str) -> None:
        told.append(client)
        served.near.process_request(connection, client)

    served.front = Front(served.listener, served.file, near)
    served.front.start()
    assert served.ask(source="127.0.0.7") == b"hello"
    assert told == ["127.0.0.7"]
