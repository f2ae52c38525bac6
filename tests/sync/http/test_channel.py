"""The way over real networks: proxies, pinned authorities, black holes, trickles; and no password in any word."""

from __future__ import annotations

import logging
import os
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from testimony.certificates.authority import Authority, pem, private_pem
from testimony.certificates.identity import signed_pem
from testimony.certificates.scope import read_address
from testimony.services.certificates.errors import FileUnreadable
from testimony.sync.client.push import push
from testimony.sync.errors import (
    NetworkLogIn,
    NotTheStation,
    ProxyRefused,
    StationTooSlow,
    StationUnreachable,
    StationUntrusted,
)
from testimony.sync.http.bandwidth import PIECE, Bucket
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.route import Way
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from testimony.web.server.tls_proxy import Front
from tests.support.certificates.authorities import authority, request
from tests.support.sync.http.hand_over import carried_to
from tests.support.sync.links.bad_networks import LOG_IN_PAGE, Opener, answering, black_hole, saying, trickling
from tests.support.sync.world import World, bring, served, waiting

NAME, HERE = "central.internal", "127.0.0.1"
HEAD = b"HTTP/1.1 200 OK\r\nTestimony-Nonce: ffff\r\nContent-Type: application/json\r\n"
PASSWORD = "knock-knock"


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority(NAME, "127.0.0.0/24", now=datetime.now(UTC) - timedelta(days=1))


@pytest.fixture(scope="module")
def pinned(root: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The organisation's authority as the setting central_ca names it."""
    file = tmp_path_factory.mktemp("pinned") / "organisation.pem"
    file.write_bytes(pem(root.certificate))
    return file


@pytest.fixture
def secure(world: World, root: Authority, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Central behind https, with a certificate of the organisation's own authority; host and port."""
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = root.sign(request(key, NAME, (read_address(HERE),)), now=datetime.now(UTC))
    certificate = tmp_path / "central.pem"
    certificate.write_bytes(private_pem(key) + signed_pem(leaf, root.certificate))
    with served(world.central()) as near, socket.create_server((HERE, 0)) as listener:
        front = Front(listener, certificate, carried_to(near))
        front.start()
        yield HERE, listener.getsockname()[1]
        front.stop()


def quick(url: str, way: Way | None = None, **patience: float) -> Transport:
    return Transport(url, None, channel=HttpChannel(way, **patience), pause=lambda _: None)


def test_a_certificate_of_the_pinned_authority_is_believed_and_everything_is_delivered(
    world: World, secure: tuple[str, int], pinned: Path
) -> None:
    node = world.node()
    bring(node, world.testimony())
    channel = HttpChannel(Way(authorities=pinned))
    url = f"https://{secure[0]}:{secure[1]}"
    assert push(node, Transport(url, world.station, channel=channel, pause=lambda _: None)).delivered == 1
    assert waiting(node) == []


def test_a_certificate_that_nobody_trusted_signed_gets_nothing(secure: tuple[str, int]) -> None:
    with pytest.raises(StationUntrusted) as error:
        quick(f"https://{secure[0]}:{secure[1]}").lacking(["a" * 64])
    assert "does not trust" in str(error.value)


def test_where_an_authority_is_pinned_the_system_s_are_not_believed(pinned: Path) -> None:
    subjects = [each["subject"] for each in Way(authorities=pinned).tls().get_ca_certs()]
    assert len(subjects) == 1
    assert Way().tls().verify_mode == ssl.CERT_REQUIRED
    assert Way().tls().check_hostname


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_pinned_authority_that_cannot_be_read_is_said_and_nothing_is_sent(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FileUnreadable) as error:
        quick("https://127.0.0.1:9", Way(authorities=file)).lacking([])
    assert "ca.pem" in str(error.value)


def test_https_goes_through_a_proxy_that_asks_who_one_is(
    world: World, secure: tuple[str, int], pinned: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The name of central is the proxy's to resolve: this machine knows no such host."""
    caplog.set_level(logging.DEBUG)
    node, opener = world.node(), Opener(secure, f"node:{PASSWORD}")
    bring(node, world.testimony())
    with answering(opener) as proxy:
        channel = HttpChannel(Way(proxy=f"http://node:{PASSWORD}@{proxy}", authorities=pinned))
        transport = Transport(f"https://{NAME}", world.station, channel=channel, pause=lambda _: None)
        assert push(node, transport).delivered == 1
        channel.close()
    assert [line.split()[:2] for line in opener.asked] == [[b"CONNECT", f"{NAME}:443".encode()]]
    assert waiting(node) == []
    assert PASSWORD not in caplog.text


def test_a_proxy_that_refuses_is_said_without_its_password(
    secure: tuple[str, int], pinned: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with answering(Opener(secure, "node:other")) as proxy:
        way = Way(proxy=f"http://node:{PASSWORD}@{proxy}", authorities=pinned)
        with pytest.raises(ProxyRefused) as error:
            quick(f"https://{NAME}", way).lacking([])
    assert PASSWORD not in caplog.text + str(error.value) + repr(error.value.values)


def test_a_proxy_that_is_not_there_and_one_that_refuses_plain_http_are_said_too() -> None:
    with pytest.raises(ProxyRefused):
        quick(f"https://{NAME}", Way(proxy="http://127.0.0.1:9")).batch([])
    refusal = b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"
    with answering(saying(refusal)) as proxy, pytest.raises(ProxyRefused):
        quick(f"http://{NAME}", Way(proxy=f"http://{proxy}")).batch([])


def test_plain_http_goes_through_a_proxy_with_the_whole_address() -> None:
    asked: list[bytes] = []

    def proxy(near: object, over: object) -> None:
        asked.append(near.recv(4096).split(b"\r\n")[0])  # type: ignore[attr-defined]

    with answering(proxy) as address, pytest.raises(StationUnreachable):
        quick(f"http://{NAME}:8402", Way(proxy=f"http://{address}")).batch([])
    assert asked == [f"POST http://{NAME}:8402/sync/batch HTTP/1.1".encode()]


def test_a_log_in_page_of_the_network_is_told_from_any_other_server() -> None:
    with answering(saying(LOG_IN_PAGE)) as address:
        with pytest.raises(NetworkLogIn) as error:
            quick(f"http://{address}").batch([])
        assert "log-in page" in str(error.value)
        assert f"http://{address}" in str(error.value)
    other = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
    with answering(saying(other)) as address:
        with pytest.raises(NotTheStation) as error:
            quick(f"http://{address}").batch([])
        assert not isinstance(error.value, NetworkLogIn)


def test_a_black_hole_is_left_after_the_patience_for_a_sign_of_life() -> None:
    with answering(black_hole) as address, pytest.raises(StationUnreachable):
        quick(f"http://{address}", read_seconds=0.1).batch([])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        HEAD + b"Content-Length: 100000\r\n\r\n",
        HEAD + b"\r\n",
    ],
    ids=["status", "header", "body", "body of any length"],
)
def test_a_trickle_is_cut_off_wherever_it_hangs(head: bytes) -> None:
    """Each byte comes well within the patience between two of them: only the whole is too slow."""
    with answering(trickling(head)) as address, pytest.raises(StationTooSlow):
        quick(f"http://{address}", read_seconds=60, whole_seconds=0.3).lacking(["a" * 64])


def test_a_trickle_in_the_middle_of_the_handshake_and_at_the_proxy_is_cut_off_too(pinned: Path) -> None:
    way = Way(authorities=pinned)
    with answering(trickling(b"\x16\x03\x03\x40\x00")) as address, pytest.raises(StationTooSlow):
        quick(f"https://{address}", way, read_seconds=60, whole_seconds=0.3).batch([])
    with answering(trickling(b"HTTP/1.1 200 Go on\r\nX: ")) as address, pytest.raises(StationTooSlow):
        quick(f"https://{NAME}", Way(proxy=f"http://{address}"), read_seconds=60, whole_seconds=0.3).batch([])


def test_after_a_trickle_the_next_request_has_its_own_time(world: World) -> None:
    channel = HttpChannel(read_seconds=60, whole_seconds=0.3)
    with answering(trickling(HEAD + b"\r\n")) as address, pytest.raises(StationTooSlow):
        Transport(f"http://{address}", None, channel=channel).batch([])
    channel.whole_seconds = 60
    with served(world.central()) as (host, port):
        assert push(world.node(), Transport(f"http://{host}:{port}", world.station, channel=channel)).delivered == 0


def test_what_goes_and_comes_waits_for_the_bucket(world: World) -> None:
    """By a clock of its own: the pauses are asked for, and come to what the limit says."""
    clock = [0.0]
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds

    node, rate = world.node(), 20_000
    sealed = world.testimony(size=150_000)
    bring(node, sealed)
    bucket = Bucket(rate, clock=lambda: clock[0], pause=pause)
    with served(world.central()) as (host, port):
        transport = Transport(f"http://{host}:{port}", world.station, channel=HttpChannel(bucket=bucket), packs=False)
        report = push(node, transport)
    assert report.delivered == 1
    assert report.bytes_sent / rate <= sum(pauses) + 1  # the second that was saved up
    assert sum(pauses) < 1.5 * report.bytes_sent / rate
    assert max(pauses) <= 2 * bucket.piece / rate


def test_a_body_goes_in_small_pieces_each_with_the_patience_for_a_sign_of_life(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket's patience is for all that it is given at once: a whole picture would never pass a slow link."""
    given: list[tuple[int, float | None]] = []
    true = socket.socket.sendall

    def sendall(self: socket.socket, data: bytes) -> None:
        given.append((len(data), self.gettimeout()))
        true(self, data)

    central = world.central()
    with served(central) as (host, port):
        monkeypatch.setattr(socket.socket, "sendall", sendall, raising=False)
        way = quick(f"http://{host}:{port}", connect_seconds=7, read_seconds=70)
        way.signer = world.station
        way.batch([Frame("object", os.urandom(200_000))])
        way.batch([Frame("object", os.urandom(200_000))])
        monkeypatch.undo()
    assert sum(size for size, _ in given) > 400_000
    assert max(size for size, _ in given) <= PIECE
    assert {patience for _, patience in given} == {70}


@pytest.mark.parametrize(("size", "whole"), [(40, True), (41, False)])
def test_an_answer_is_read_as_far_as_a_station_s_may_be_long(
    monkeypatch: pytest.MonkeyPatch, size: int, whole: bool
) -> None:
    monkeypatch.setattr("testimony.sync.http.channel.ANSWER_LIMIT", 40)
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % size + b"x" * size
    with answering(saying(answer)) as address:
        if whole:
            assert HttpChannel().send("GET", f"http://{address}/sync/nonce", {}, b"").body == b"x" * 40
        else:
            with pytest.raises(NotTheStation):
                HttpChannel().send("GET", f"http://{address}/sync/nonce", {}, b"")
