"""A node's TLS identity: its key, its certificate and the organisation's root, stored together in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from testimony.certificates.authority import fingerprint_of, pem, private_pem
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.request import LARGEST
from testimony.certificates.scope import DEMONSTRATION, Address, Scope, names_in


@dataclass(frozen=True, repr=False)
class Identity:
    """A node's certificate under its root, verified; with the key. Never shown by `repr`, never logged."""

    key: ec.EllipticCurvePrivateKey
    leaf: x509.Certificate
    root: x509.Certificate

    @classmethod
    def join(cls, key: ec.EllipticCurvePrivateKey, signed: bytes) -> Identity:
        """`key` with what headquarters sent back (two certificates as PEM: the node's, the root).

        Raises `CertificateRefused` ("certificate", "chain", "key").
        """
        leaf, root = read_signed(signed)
        if leaf.public_key() != key.public_key():
            raise CertificateRefused("key")
        return cls(key, leaf, root)

    @classmethod
    def parse(cls, data: bytes) -> Identity:
        """What `encode` gave. Raises `CertificateRefused`."""
        return cls.join(read_key(data), data)

    def encode(self) -> bytes:
        """Key, certificate and root as PEM, as a TLS server reads them."""
        return private_pem(self.key) + pem(self.leaf) + pem(self.root)

    @property
    def root_der(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.DER)

    @property
    def root_pem(self) -> bytes:
        return pem(self.root)

    @property
    def fingerprint(self) -> str:
        """The root's fingerprint, for people to compare."""
        return fingerprint_of(self.root)

    @property
    def name(self) -> str:
        return names_in(self.leaf.extensions)[0][0]

    @property
    def addresses(self) -> Sequence[Address]:
        return names_in(self.leaf.extensions)[1]

    @property
    def host(self) -> str:
        """What phones open: the name, or in a demonstration the address."""
        return str(self.addresses[0]) if self.name == DEMONSTRATION else self.name

    @property
    def begins(self) -> datetime:
        return self.leaf.not_valid_before_utc

    @property
    def ends(self) -> datetime:
        return self.leaf.not_valid_after_utc

    def has_ended(self, now: datetime) -> bool:
        return self.ends <= now

    def days_left(self, now: datetime) -> int:
        """Whole days; negative once it has ended."""
        return (self.ends - now).days


def signed_pem(leaf: x509.Certificate, root: x509.Certificate) -> bytes:
    """What headquarters hands to a node."""
    return pem(leaf) + pem(root)


def read_signed(signed: bytes) -> tuple[x509.Certificate, x509.Certificate]:
    """A node's certificate and the root that it follows from. Raises `CertificateRefused` ("certificate", "chain")."""
    try:
        if len(signed) > LARGEST:
            raise ValueError
        leaf, root = x509.load_pem_x509_certificates(signed)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateRefused("certificate") from error
    require_chain(leaf, root)
    return leaf, root


def require_chain(leaf: x509.Certificate, root: x509.Certificate) -> None:
    """Raise `CertificateRefused` ("chain") unless browsers would accept `leaf` under `root` while it is valid."""
    try:
        names, addresses = names_in(leaf.extensions)
        Scope.from_authority(root).require(names, addresses)
        policy = PolicyBuilder().store(Store([root])).time(leaf.not_valid_after_utc).max_chain_depth(0)
        policy.build_server_verifier(x509.DNSName(names[0])).verify(leaf, [])
    except (ValueError, CertificateRefused, VerificationError) as error:
        raise CertificateRefused("chain") from error


def read_key(data: bytes) -> ec.EllipticCurvePrivateKey:
    """The key in `data` (PEM). Raises `CertificateRefused` ("certificate")."""
    try:
        key = serialization.load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateRefused("certificate") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateRefused("certificate")
    return key
