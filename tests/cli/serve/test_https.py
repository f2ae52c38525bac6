"""A node with a certificate serves https and the help pages; what the machine does not allow is said at the start."""

from __future__ import annotations

import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from testimony.certificates.authority import Authority
from testimony.certificates.identity import Identity
from testimony.certificates.request import Request
from testimony.cli.serve.https import DAY, Doors
from testimony.cli.serve.listener import listen
from testimony.services.certificates import store as certificate_store
from testimony.web.errors import PortForbidden
from tests.support.background.manual_clock import Hands
from tests.support.certificates.authorities import NAME, authority
from tests.support.cli.https import shown
from tests.support.cli.program import refused, run, serving
from tests.support.journeys.stations import wait_until

FreePort = Callable[[], int]


@pytest.fixture
def home(homes: Path) -> Path:
    return homes / "field"


@pytest.fixture
def made() -> Authority:
    return authority(now=datetime.now(UTC))


def certify(home: Path, made: Authority, days: int = 90) -> Identity:
    now = datetime.now(UTC)
    asked = Request.parse(certificate_store.ask(home))
    at = now if days > 0 else now + timedelta(days=days - 1)
    return certificate_store.install(home, certificate_store.sign(made, asked, now=at, days=max(days, 1)), now=at)


def ask(held: Identity, port: int, path: str = "/en/") -> tuple[int, str]:
    """The status and the body over https, everything verified."""
    link = HTTPConnection("127.0.0.1", port, timeout=60)
    context = ssl.create_default_context(cadata=held.root_pem.decode())
    link.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port), 60), server_hostname=NAME)
    try:
        link.request("GET", path, headers={"Host": f"{NAME}:{port}"})
        answer = link.getresponse()
        return answer.status, answer.read().decode()
    finally:
        link.close()


@contextmanager
def served(home: Path, http: int, https: int, guide: int) -> Iterator[subprocess.Popen[str]]:
    with serving("field", home, http, "--https-port", str(https), "--help-port", str(guide)) as process:
        yield process


def test_https_help_and_this_machine_each_have_their_door(home: Path, made: Authority, free_port: FreePort) -> None:
    held = certify(home, made)
    http, https, guide = free_port(), free_port(), free_port()
    with served(home, http, https, guide) as process:
        assert process.stdout is not None
        assert f"https://{NAME}:{https}/" in process.stdout.readline()
        assert f"port {guide}" in process.stdout.readline()
        status, page = ask(held, https)
        assert status == 200
        assert "/interview/en/" in page
        assert urllib.request.urlopen(f"http://127.0.0.1:{http}/en/", timeout=60).status == 200
        for port in (guide, https):  # the s forgotten, too
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/interview/en/", timeout=60) as answer:
                assert answer.url == f"http://127.0.0.1:{port}/en/"
                assert f"https://{NAME}:{https}/" in answer.read().decode()


def test_a_renewal_beside_the_running_node_is_taken_up(home: Path, made: Authority, free_port: FreePort) -> None:
    first, https = certify(home, made), free_port()
    with served(home, free_port(), https, 0):
        assert shown(first, https) == first.leaf.serial_number
        asked = Request.parse(certificate_store.ask_again(home))
        second = certificate_store.install(
            home, certificate_store.sign(made, asked, now=datetime.now(UTC)), now=datetime.now(UTC)
        )
        wait_until(lambda: shown(first, https) == second.leaf.serial_number, "the renewed certificate")


def test_with_https_plain_http_is_for_this_machine_alone(home: Path, made: Authority, free_port: FreePort) -> None:
    certify(home, made)
    http = free_port()
    with serving("field", home, http, "--host", "0.0.0.0", "--https-port", str(free_port()), "--help-port", "0"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", http), 60)
        socket.create_connection(("127.0.0.1", http), 60).close()


def test_a_node_without_a_certificate_serves_as_before(home: Path, free_port: FreePort) -> None:
    with serving("field", home, free_port()) as process:
        process.terminate()
        assert process.stdout is not None
        assert process.stdout.read() == ""


@pytest.mark.parametrize("option", [["--tls"], ["--https-port", "8443"], ["--help-port", "8080"]])
def test_who_asks_for_https_gets_it_or_a_sentence(option: list[str], home: Path, free_port: FreePort) -> None:
    done = run("serve", "field", "--home", home, "--port", free_port(), *option)
    assert refused(done, "no certificate", "tls node")


def test_a_certificate_that_ended_is_served_and_said(home: Path, made: Authority, free_port: FreePort) -> None:
    """Phones refuse it by themselves; a node that did not start could not take in what they carry by file."""
    held = certify(home, made, days=-3)
    with served(home, free_port(), https := free_port(), 0) as process:
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            shown(held, https)
        process.terminate()
        process.wait(60)
        assert process.stderr is not None
        assert "the certificate ended on" in process.stderr.read()


def test_a_certificate_that_ends_soon_is_said(home: Path, made: Authority, free_port: FreePort) -> None:
    certify(home, made, days=20)
    with served(home, free_port(), free_port(), 0) as process:
        process.terminate()
        process.wait(60)
        assert process.stderr is not None
        assert "renew it before" in process.stderr.read()


def test_the_end_is_said_again_each_day_and_no_more_after_the_renewal(
    home: Path, made: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    held = certify(home, made, days=20)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        doors = Doors(certificate_store.in_force(home), held, listener, None)
        hands = Hands()
        doors.add_to(hands.scheduler)
        assert hands.move(0) == DAY, "at the start it was said already"
        assert hands.move(DAY) == DAY
        certify(home, made)
        for _ in range(2):
            assert hands.move(DAY) == DAY
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith(f"the certificate ends on {held.ends.date()}; renew it before: synchronise")


@pytest.mark.parametrize("option", ["--https-port", "--help-port"])
def test_a_taken_port_is_said_with_its_own_option(
    option: str, home: Path, made: Authority, free_port: FreePort
) -> None:
    certify(home, made)
    ports = {"--https-port": free_port(), "--help-port": free_port()}
    with socket.create_server(("127.0.0.1", ports[option])):
        arguments = [str(one) for pair in ports.items() for one in pair]
        done = run("serve", "field", "--home", home, "--port", free_port(), *arguments)
    assert refused(done, f"Port {ports[option]} is in use", option)


def test_a_forbidden_port_is_said_with_every_way_to_allow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", forbid)
    with pytest.raises(PortForbidden) as caught:
        listen("127.0.0.1", 80, "--help-port (0: none)")
    for word in ("80", "CAP_NET_BIND_SERVICE", "setcap", "ip_unprivileged_port_start=80", "--help-port (0: none)"):
        assert word in str(caught.value)


@pytest.mark.parametrize("port", ["-1", "65536", "https", "１"])
def test_a_port_that_cannot_be_is_a_usage_error(port: str) -> None:
    done = run("serve", "field", "--home", "nowhere", f"--https-port={port}")
    assert done.returncode == 2
    assert "or 0 for none" in done.stderr


def test_damaged_keys_stop_the_start_with_a_sentence(home: Path, made: Authority, free_port: FreePort) -> None:
    certify(home, made)
    certificate_store.in_force(home).write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    done = run("serve", "field", "--home", home, "--port", free_port())
    assert refused(done, "not a certificate for a node")
