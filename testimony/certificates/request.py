"""A node's signed certificate request: its public key, the shared name and the address of its hotspot."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from testimony.certificates.errors import CertificateRefused
from testimony.certificates.scope import Address, alternative_names, names_in, read_name

LARGEST = 16 * 1024  # bytes of a file that is looked at
MOST_ADDRESSES = 8


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that was verified to be signed with the key that it names."""

    public_key: ec.EllipticCurvePublicKey
    name: str
    addresses: Sequence[Address]

    @classmethod
    def make(cls, key: ec.EllipticCurvePrivateKey, name: str, addresses: Sequence[Address]) -> bytes:
        """PKCS #10 as PEM."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, read_name(name))])
        builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
        builder = builder.add_extension(alternative_names(read_name(name), addresses), critical=False)
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    @classmethod
    def parse(cls, data: bytes) -> Request:
        """Raises `CertificateRefused` ("request")."""
        try:
            if len(data) > LARGEST:
                raise ValueError
            asked = x509.load_pem_x509_csr(data)
            (name,), addresses = names_in(asked.extensions)
            key = asked.public_key()
            if not asked.is_signature_valid or len(addresses) > MOST_ADDRESSES:
                raise ValueError
        except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature, x509.DuplicateExtension) as error:
            raise CertificateRefused("request") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise CertificateRefused("request")
        return cls(public_key=key, name=name, addresses=tuple(addresses))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key (SubjectPublicKeyInfo), hex: what node and headquarters read to each other."""
        return key_fingerprint(self.public_key)


def key_fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()
