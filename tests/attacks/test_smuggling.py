"""A request that is hidden in another is not answered: not by our own server, not over https, not behind nginx."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import cycle, islice

import pytest

from tests.bench.node import organisation_of
from tests.support.cli.program import free_ports, serving
from tests.support.each_time import each_time
from tests.support.faults import nginx
from tests.support.faults.flood import connect
from tests.support.faults.flooded import ask, node

HIDDEN = b"GET /sync/nonce HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PATIENCE = 30.0
SILENCE = 1.0  # seconds, where a request is waited for to its end
VICTIMS = cycle(f"127.0.1.{number}" for number in range(1, 255))
"""Clients after an attack, each from another address: a station takes only so many connections a second from one."""
EACH = 3
FRAMED_BY_NGINX = {("behind_nginx", "a chunk that ends in a line feed")}
"""nginx takes the rest for this client's own next request, and sends both on with lengths of its own."""


def _post(*headers: bytes, body: bytes) -> bytes:
    return b"\r\n".join([b"POST /nowhere HTTP/1.1", b"Host: x", *headers, b"", b""]) + body


def _long(body: bytes) -> bytes:
    return b"Content-Length: %d" % len(body)


TE = b"Transfer-Encoding: chunked"
AMBIGUOUS = {
    "both lengths, the whole by the one": _post(_long(CHUNKED), TE, body=CHUNKED),
    "both lengths, nothing by the other": _post(b"Content-Length: 0", TE, body=CHUNKED),
    "two lengths": _post(_long(HIDDEN), b"Content-Length: 0", body=HIDDEN),
    "two lengths in a line": _post(b"Content-Length: 0, %d" % len(HIDDEN), body=HIDDEN),
    "a signed length": _post(b"Content-Length: +0", body=HIDDEN),
    "a length below zero": _post(b"Content-Length: -1", body=HIDDEN),
    "a length in other digits": _post("Content-Length: \u0660".encode(), body=HIDDEN),
    "a length with a blank inside": _post(b"Content-Length: 0 0", body=HIDDEN),
    "a length with an underscore": _post(b"Content-Length: 0_0", body=HIDDEN),
    "a blank before the colon": _post(b"Transfer-Encoding : chunked", _long(CHUNKED), body=CHUNKED),
    "an unknown coding": _post(b"Transfer-Encoding: xchunked", _long(CHUNKED), body=CHUNKED),
    "chunked and another": _post(b"Transfer-Encoding: chunked, identity", _long(CHUNKED), body=CHUNKED),
    "another and chunked": _post(b"Transfer-Encoding: identity, chunked", _long(CHUNKED), body=CHUNKED),
    "the coding twice": _post(TE, b"Transfer-Encoding: identity", _long(CHUNKED), body=CHUNKED),
    "a tab before the coding": _post(b"Transfer-Encoding:\tchunked", _long(CHUNKED), body=CHUNKED),
    "a folded line": _post(b"X: y\r\n Transfer-Encoding: chunked", _long(CHUNKED), body=CHUNKED),
    "a folded coding": _post(b"Transfer-Encoding:\r\n chunked", _long(CHUNKED), body=CHUNKED),
    "a bare line feed": _post(b"X: y\nTransfer-Encoding: chunked", _long(CHUNKED), body=CHUNKED),
    "a bare return": _post(b"X: y\rTransfer-Encoding: chunked", _long(CHUNKED), body=CHUNKED),
    "a control sign in a name": _post(b"Transfer\x0b-Encoding: chunked", _long(CHUNKED), body=CHUNKED),
    "an underscore in a name": _post(b"Transfer_Encoding: chunked", _long(CHUNKED), body=CHUNKED),
    "a chunk of a signed length": _post(TE, body=b"+0\r\n\r\n" + HIDDEN),
    "a chunk of a hexadecimal prefix": _post(TE, body=b"0x0\r\n\r\n" + HIDDEN),
    "a chunk without its end": _post(TE, body=b"1\r\nZ0\r\n\r\n" + HIDDEN),
    "a chunk that ends in a line feed": _post(TE, body=b"0\n\n" + HIDDEN),
    "a request in an extension": _post(TE, body=b"0;\n" + HIDDEN + b"\r\n\r\n"),
    "a request in a trailer": _post(TE, body=b"0\r\nX: y\r\n" + HIDDEN),
    "an older version": _post(TE, _long(CHUNKED), body=CHUNKED).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    "a body of a GET": _post(_long(HIDDEN), body=HIDDEN).replace(b"POST", b"GET", 1),
}


@dataclass(frozen=True)
class Doors:
    plain: int
    https: int
    behind_nginx: int


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder = tmp_path_factory.mktemp("stations")
    with ExitStack() as stack:
        field = stack.enter_context(node(folder / "node"))
        home, port = organisation_of(folder / "central").folder / "central", free_ports(2)
        stack.enter_context(serving("central", home, port, TESTIMONY_TRUSTED_PROXY="127.0.0.1"))
        (site := folder / "nginx").mkdir()
        stack.enter_context(nginx.before([port, port], port + 1, site))
        yield Doors(field.plain, field.https, port + 1)


def answers(port: int, data: bytes, *, secure: bool) -> bytes:
    """All that comes back to it and to a last request that ends the connection."""
    said = b""
    with connect(port, "127.0.0.4", secure=secure, patience=PATIENCE) as link, suppress(TimeoutError, ConnectionError):
        link.sendall(data + LAST)
        link.settimeout(SILENCE)
        while part := link.recv(65536):
            said += part
    return said


def require_own_answer(port: int, source: str, *, secure: bool) -> None:
    page = ask(port, "/withdraw/en", secure=secure, source=source)
    assert page.status == 200
    assert page.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("name", AMBIGUOUS)
@pytest.mark.parametrize("door", each_time(["plain", "https", "behind_nginx"], "plain", "behind_nginx"))
def test_no_request_hidden_in_another_is_answered(door: str, name: str, doors: Doors) -> None:
    port, secure = getattr(doors, door), door == "https"
    said = answers(port, AMBIGUOUS[name], secure=secure)
    if (door, name) not in FRAMED_BY_NGINX:
        assert b"testimony-nonce" not in said.lower(), "the answer to what was hidden"
    for victim in islice(VICTIMS, EACH):
        require_own_answer(port, victim, secure=secure)
