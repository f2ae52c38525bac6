"""The certificate authority at headquarters: a P-256 key and a root certificate that is limited to its scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from testimony.certificates.errors import CertificateRefused
from testimony.certificates.request import Request, key_fingerprint
from testimony.certificates.scope import Scope, alternative_names

LABEL = "Notes"  # what a phone shows among its authorities: as neutral as the page's name on the home screen
LONGEST_LABEL = 40
LIFE = timedelta(days=3652)
LEAF_DAYS = 90
MOST_DAYS = 397  # Apple refuses server certificates of more than 825 days; the back-dating counts
AUTHORITY_BACKDATED = timedelta(days=730)
LEAF_BACKDATED = timedelta(days=365)
"""A phone or a Pi without a clock of its own may believe that it is last year."""


@dataclass(frozen=True, repr=False)
class Authority:
    """The root with its key. Never shown by `repr`, never logged."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, scope: Scope, *, now: datetime, label: str = LABEL) -> Authority:
        """A new key and the root that it signs itself. Raises `CertificateRefused` ("scope") for a label."""
        if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable():
            raise CertificateRefused("scope", said=label)
        key = ec.generate_private_key(ec.SECP256R1())
        mark = key_fingerprint(key.public_key())[:6]  # tells two of the same label apart
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{label} {mark}")])
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = (
            _begun(subject, subject, key.public_key(), now - AUTHORITY_BACKDATED, now + LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage(signs_certificates=True), critical=True)
            .add_extension(scope.constraints(), critical=True)
            .add_extension(identifier, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        )
        return cls(builder.sign(key, hashes.SHA256()), key)

    @classmethod
    def load(cls, certificate: bytes, key: bytes) -> Authority:
        """From PEM. Raises `CertificateRefused` ("pair") unless the two belong together."""
        try:
            root = x509.load_pem_x509_certificate(certificate)
            private = serialization.load_pem_private_key(key, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CertificateRefused("pair") from error
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.public_key() != root.public_key():
            raise CertificateRefused("pair")
        return cls(root, private)

    @property
    def key_pem(self) -> bytes:
        """The key, open: for sealing under a passphrase, never for a disk."""
        return private_pem(self.key)

    def sign(self, request: Request, *, now: datetime, days: int = LEAF_DAYS) -> x509.Certificate:
        """A certificate for the node that made `request`, for names of the scope alone.

        Nothing else of the request counts. Raises `CertificateRefused` ("names", "authority-ended").
        """
        Scope.from_authority(self.certificate).require([request.name], request.addresses)
        if self.certificate.not_valid_after_utc <= now:
            raise CertificateRefused("authority-ended", day=self.certificate.not_valid_after_utc.date().isoformat())
        begins = max(now - LEAF_BACKDATED, self.certificate.not_valid_before_utc)
        ends = min(now + timedelta(days=days), self.certificate.not_valid_after_utc)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, request.name)])
        issuer = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = (
            _begun(subject, self.certificate.subject, request.public_key, begins, ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(alternative_names(request.name, request.addresses), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(request.public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())


@dataclass(frozen=True, kw_only=True)
class Description:
    """A description of an authority for people."""

    label: str
    scope: Scope
    ends: datetime
    fingerprint: str


def describe(certificate: bytes) -> Description:
    """The root in PEM. Raises `CertificateRefused` ("certificate")."""
    try:
        root = x509.load_pem_x509_certificate(certificate)
        label = str(root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    except (ValueError, IndexError) as error:
        raise CertificateRefused("certificate") from error
    ends = root.not_valid_after_utc
    return Description(label=label, scope=Scope.from_authority(root), ends=ends, fingerprint=fingerprint_of(root))


def fingerprint_of(root: x509.Certificate) -> str:
    """SHA-256 of the certificate (DER), hex: the number that phones show for an authority."""
    return root.fingerprint(hashes.SHA256()).hex()


def _begun(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS #8 as PEM, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
