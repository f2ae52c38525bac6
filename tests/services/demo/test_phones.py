"""A phone that trusts the demonstration trusts one node at one address, and nobody keeps a key to more."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from testimony.certificates.scope import DEMONSTRATION, Scope
from testimony.services.certificates import store as certificate_store
from testimony.services.demo import phones

HERE, THERE = ipaddress.IPv4Address("192.168.1.5"), ipaddress.IPv4Address("192.168.1.6")
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def home(homes: Path) -> Path:
    return homes / "field"


def test_the_authority_vouches_for_this_address_alone_and_its_key_is_kept_nowhere(home: Path) -> None:
    held = phones.certify(home, HERE, now=NOW)
    assert certificate_store.required(home).leaf == held.leaf
    assert Scope.from_authority(held.root) == Scope(name=DEMONSTRATION, network=ipaddress.ip_network(HERE))
    assert held.host == str(HERE), "no name server knows its name"
    tls = home / certificate_store.FOLDER
    assert [file.name for file in tls.iterdir()] == [certificate_store.IN_FORCE]
    assert (tls / certificate_store.IN_FORCE).read_bytes().count(b"PRIVATE KEY-----") == 2, (
        "begin and end of the node's"
    )


def test_a_phone_needs_another_certificate_only_for_another_address_or_near_the_end(home: Path) -> None:
    first = phones.certify(home, HERE, now=NOW)
    assert phones.certify(home, HERE, now=NOW + timedelta(days=60)).fingerprint == first.fingerprint
    moved = phones.certify(home, THERE, now=NOW)
    assert (moved.host, moved.fingerprint == first.fingerprint) == (str(THERE), False)
    later = phones.certify(home, THERE, now=NOW + timedelta(days=80))
    assert later.days_left(NOW) > moved.days_left(NOW)
