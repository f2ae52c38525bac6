"""The last day of a certificate is read off the wire, where an authority that is believed signed it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from testimony.certificates.authority import pem, private_pem
from testimony.certificates.identity import signed_pem
from testimony.certificates.scope import read_address
from testimony.sync.errors import StationUnreachable, StationUntrusted
from testimony.sync.http import certificate
from testimony.sync.http.route import Way
from testimony.web.server.tls_proxy import Front
from tests.support.certificates.authorities import authority, request
from tests.support.sync.http.hand_over import carried_to
from tests.support.sync.world import World, served

HERE = "127.0.0.1"


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Way, datetime]]:
    """A central behind https: its address, the way that believes its authority, and when its certificate ends."""
    now = datetime.now(UTC)
    root = authority("central.internal", "127.0.0.0/24", now=now - timedelta(days=1))
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = root.sign(request(key, "central.internal", (read_address(HERE),)), now=now)
    both, pinned = tmp_path / "central.pem", tmp_path / "organisation.pem"
    both.write_bytes(private_pem(key) + signed_pem(leaf, root.certificate))
    pinned.write_bytes(pem(root.certificate))
    world = World(tmp_path)
    with served(world.central()) as near, socket.create_server((HERE, 0)) as listener:
        front = Front(listener, both, carried_to(near))
        front.start()
        yield f"https://{HERE}:{listener.getsockname()[1]}", Way(authorities=pinned), leaf.not_valid_after_utc
        front.stop()
    world.close()


def test_the_last_day_is_that_of_the_certificate_that_is_shown(secure: tuple[str, Way, datetime]) -> None:
    url, way, ends = secure
    assert certificate.last_day(url, way, seconds=10) == ends.date()


def test_a_certificate_that_nobody_trusted_signed_has_no_day(secure: tuple[str, Way, datetime]) -> None:
    with pytest.raises(StationUntrusted):
        certificate.last_day(secure[0], Way(), seconds=10)


def test_http_has_no_certificate_and_a_closed_port_is_said() -> None:
    assert certificate.last_day("http://127.0.0.1:9", Way(), seconds=1) is None
    with pytest.raises(StationUnreachable):
        certificate.last_day("https://127.0.0.1:9", Way(), seconds=1)
