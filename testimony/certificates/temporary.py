"""A certificate for the hour in which a node is set up: nobody vouches for it, and browsers warn of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from testimony.certificates.authority import LEAF_BACKDATED, fingerprint_of, pem, private_pem

LIFE = timedelta(days=30)
NAME = "first page"


@dataclass(frozen=True, repr=False)
class Temporary:
    """`data`: key and certificate as PEM. `fingerprint`: SHA-256 of the certificate, as browsers show it."""

    data: bytes
    fingerprint: str

    @classmethod
    def make(cls, now: datetime) -> Temporary:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - LEAF_BACKDATED)
            .not_valid_after(now + LIFE)
            .sign(key, hashes.SHA256())
        )
        return cls(private_pem(key) + pem(made), fingerprint_of(made))
