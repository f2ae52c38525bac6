"""Nothing that comes from outside makes a line of a station's log, ends one, or acts upon a terminal that shows it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from tests.bench.node import organisation_of
from tests.support.cli.program import free_ports, serving
from tests.support.faults.hostile_node import Attacker, besieged

PLANTED = "Planted-7f3a"
HOSTILE = (
    f"{PLANTED}\nERROR root: {PLANTED}",
    f"{PLANTED}\r\nERROR root: {PLANTED}",
    f"\x1b[2J\x1b]0;{PLANTED}\x07",
    f"\x9b2J{PLANTED}",
    f"{PLANTED} %s %n %(levelname)s {{0.__class__}} {{record}} ${{jndi:ldap://x}}",
    f"\u202e{PLANTED}\u2028ERROR root: {PLANTED}",
    f'"{PLANTED}',
)
HEADERS = (
    "Host", "User-Agent", "Referer", "Cookie", "Accept-Language", "Accept-Encoding", "Content-Type", "Content-Encoding",
    "Content-Digest", "Signature", "Signature-Input", "Origin", "Range", "If-None-Match", "Testimony-Work", "Expect",
    "X-Forwarded-For", "Forwarded", "X-Real-IP", "Authorization", "Upgrade", "X-Anything", "X-CSRFToken",
)  # fmt: skip
PATHS = ("/en/", "/en/start", "/sync/have", "/sync/batch", "/withdraw/find", "/session", "/static/x/y.js", "/nowhere")
LINE = re.compile(r"(WARNING|ERROR) (root|testimony\.[a-z]+|waitress[.a-z]*): [\x20-\x7e]+")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return organisation_of(tmp_path_factory.mktemp("organisation")).folder


@contextmanager
def watched(role: str, home: Path) -> Iterator[tuple[int, list[str]]]:
    """A station at a port, which believes a proxy on this machine; afterwards the lines of its log."""
    port, lines = free_ports(1), list[str]()
    with serving(role, home, port, TESTIMONY_TRUSTED_PROXY="127.0.0.1") as process:
        yield port, lines
        process.terminate()
        assert process.stderr is not None
        lines += process.stderr.read().split("\n")[:-1]


def say(port: int, data: bytes) -> bytes:
    """What is answered to these bytes, its beginning."""
    with socket.create_connection(("127.0.0.1", port), 60) as link:
        link.sendall(data)
        link.shutdown(socket.SHUT_WR)
        return link.recv(4096)


def request(method: str, path: str, *headers: str, body: str = "") -> bytes:
    length = len(body.encode())
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body.encode()


def everything(words: str) -> Iterator[bytes]:
    """Requests that say `words` in one place each."""
    flat = words.replace("\r", "").replace("\n", "\r\n ")
    yield from (
        request("GET", "/en/", f"{name}: {given}") for name in HEADERS for given in dict.fromkeys((words, flat))
    )
    yield from (request("POST", path, f"{name}: {words}") for path in PATHS[2:5] for name in HEADERS[4:12])
    for path in PATHS:
        yield from (request("GET", path + quote(words)), request("GET", f"{path}?after={quote(words)}"))
        yield from (request("GET", path + words), request(words, path))
        form = f"token={quote(words)}&{quote(words)}={quote(words)}"
        yield request("POST", path, "Content-Type: application/x-www-form-urlencoded", body=form)
        for given in ({"key": words}, {words: words}, {"names": [words]}, {"name": words, "seed": words}, words):
            text = repr(given).replace("'", '"')
            yield request("POST", path, "Content-Type: application/json", body=text)
        part = f'--b\r\nContent-Disposition: form-data; name="{words}"; filename="{words}"\r\n\r\n{words}\r\n--b--\r\n'
        yield request("POST", path, "Content-Type: multipart/form-data; boundary=b", body=part)
    yield words.encode() + b"\r\n\r\n"


def require_lines(lines: list[str]) -> None:
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert [line for line in lines if PLANTED in line or "127.0.0." in line] == []


@pytest.mark.parametrize("role", ["field", "central"])
def test_nothing_that_a_client_sends_makes_a_line_of_the_log(role: str, homes: Path) -> None:
    with watched(role, homes / role) as (port, lines):
        for words in HOSTILE:
            for each in everything(words):
                say(port, each)
        assert say(port, request("GET", "/en/start" if role == "central" else "/en/")).startswith(b"HTTP/1.1 200")
    require_lines(lines)


def test_nothing_that_a_record_says_breaks_a_line_of_the_log(tmp_path: Path) -> None:
    with besieged(tmp_path) as siege, watched("central", siege.central.settings.home) as (port, lines):
        attacker = Attacker(port, siege.attacker.signer)
        phone, sound = siege.world.hostile_phone, siege.world.seal_by(siege.world.hostile_phone)
        for words in HOSTILE:
            fields = [key for key in sound.value if key != "v"]
            records = [SignedRecord.sign({**sound.value, key: words}, phone) for key in fields]
            statuses = attacker.batch(*records).statuses
            taken = [field for field, (status, _) in zip(fields, statuses, strict=True) if status != "refused"]
            assert taken in ([], ["form"]), "the one field that is any text"
            said = dict.fromkeys(("software", "form", "until", "roster", "waiting", "free", "station", "epoch"), words)
            attacker.ask("POST", "/sync/greeting", canonical.encode(said))
            attacker.ask("POST", "/sync/have", canonical.encode({"names": [words]}))
            attacker.ask("POST", "/sync/certificate", words.encode())
        assert attacker.ask("POST", "/sync/have", canonical.encode({"names": []})).status == 200
    require_lines(lines)
