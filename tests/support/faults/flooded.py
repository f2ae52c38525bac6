"""A field node as it is set up for phones, with https, and what an honest client asks of it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from testimony.certificates.request import Request
from testimony.services.certificates import store as certificate_store
from tests.bench.node import home_of_a_node
from tests.support.certificates.authorities import authority
from tests.support.cli.program import free_ports, serving_anew
from tests.support.faults.flood import HERE, connect
from tests.support.web.work import proof_of_work

PATIENCE = 60.0  # seconds after which an honest client gives up
HONEST = "127.0.0.3"


@dataclass(frozen=True)
class Node:
    pid: int
    plain: int
    https: int


@contextmanager
def node(folder: Path) -> Iterator[Node]:
    """`testimony serve field` with a certificate, as a process."""
    home, now = home_of_a_node(folder), datetime.now(UTC)
    asked = Request.parse(certificate_store.ask(home))
    certificate_store.install(home, certificate_store.sign(authority(now=now), asked, now=now), now=now)
    plain = free_ports(3)
    options = ["--https-port", str(plain + 1), "--help-port", str(plain + 2)]
    with serving_anew("field", home, plain, *options) as process:
        for secure in (False, True):  # what is made at the first request is there before an attack
            assert ask(plain + secure, secure=secure).status == 200
        yield Node(process.pid, plain, plain + 1)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    work: str  # bits and challenge, or ""


def ask(
    port: int,
    path: str = "/en/",
    body: bytes | None = None,
    *,
    secure: bool,
    source: str = HONEST,
    work: str = "",
    patience: float = PATIENCE,
) -> Answer:
    """One request on a connection of its own. Raises `OSError`, `http.client.HTTPException` where nobody answers."""
    way = http.client.HTTPConnection(HERE, port, timeout=patience)
    way.sock = connect(port, source, secure=secure, patience=patience)
    headers = {"Content-Type": "application/json"} if body else {}
    if work:
        headers["Testimony-Work"] = work
    try:
        way.request("POST" if body else "GET", path, body, headers)
        answer = way.getresponse()
        return Answer(answer.status, answer.read(), answer.headers.get("Testimony-Work", ""))
    finally:
        way.close()


def find(
    port: int,
    number: int,
    *,
    secure: bool,
    source: str = HONEST,
    works: bool = False,
    patience: float = PATIENCE,
) -> int:
    """The status of a question for a code. `works`: what the station asks for is done, as the page does it."""
    body = json.dumps({"keys": [f"{number:064x}"]}).encode()
    answer = ask(port, "/withdraw/find", body, secure=secure, source=source, patience=patience)
    if works and answer.status == 429 and answer.work:
        bits, challenge = answer.work.split()
        proof = proof_of_work(challenge, int(bits), body)
        answer = ask(port, "/withdraw/find", body, secure=secure, source=source, work=proof, patience=patience)
    return answer.status
