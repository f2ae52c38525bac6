"""An authority, a node's key and what headquarters signs for it, made for a test at a moment of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from testimony.certificates.authority import LEAF_DAYS, Authority, pem
from testimony.certificates.identity import Identity, signed_pem
from testimony.certificates.request import Request
from testimony.certificates.scope import Address, Scope, read_address

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NAME, HOTSPOT = "testimony.internal", read_address("10.42.0.1")


def authority(name: str = NAME, network: str = "10.42.0.0/24", *, now: datetime = NOW) -> Authority:
    return Authority.create(Scope.parse(name, network), now=now)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def request(key: ec.EllipticCurvePrivateKey, name: str = NAME, addresses: tuple[Address, ...] = (HOTSPOT,)) -> Request:
    return Request.parse(Request.make(key, name, addresses))


def signed(made: Authority, key: ec.EllipticCurvePrivateKey, *, now: datetime = NOW, days: int = LEAF_DAYS) -> bytes:
    """What goes back to the node."""
    return signed_pem(made.sign(request(key), now=now, days=days), made.certificate)


def identity(made: Authority | None = None, *, now: datetime = NOW, days: int = LEAF_DAYS) -> Identity:
    key = new_key()
    return Identity.join(key, signed(made or authority(now=now), key, now=now, days=days))


def in_days(days: float) -> datetime:
    return NOW + timedelta(days=days)


__all__ = ["HOTSPOT", "NAME", "NOW", "authority", "identity", "in_days", "new_key", "pem", "request", "signed"]
