"""An authority, a node's key and what headquarters signs for it, made for a test at a moment of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from testimony.certificates.authority import LEAF_DAYS, Authority
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


def signed_in_spite(
    made: Authority, names: Sequence[x509.GeneralName]
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """What somebody with the authority's key and another program could sign."""
    key = new_key()
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]))
        .issuer_name(made.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made.certificate.not_valid_before_utc)
        .not_valid_after(made.certificate.not_valid_before_utc + timedelta(days=800))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(made.key.public_key()),
            critical=False,
        )
        .sign(made.key, hashes.SHA256())
    )
    return leaf, key


def in_days(days: float) -> datetime:
    return NOW + timedelta(days=days)
