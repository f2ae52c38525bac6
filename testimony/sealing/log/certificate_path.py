"""Validates the certificate path from a time stamp's signer to a trusted root, on the day of the stamp.

RFC 5280, section 6.1, as far as time stamps need it (RFC 3161, 2.3). Twin of `testimony/web/verifier/log/issuers.js`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from testimony.sealing.log.errors import StampRefused

T = TypeVar("T", bound=x509.ExtensionType)
LONGEST_CHAIN: Final = 8
SIGNED_BY: Final = frozenset(
    {f"1.2.840.113549.1.1.{one}" for one in (11, 12, 13)} | {f"1.2.840.10045.4.3.{one}" for one in (2, 3, 4)}
)
"""How certificates may be signed: RSA (PKCS #1) and ECDSA, with SHA-256, SHA-384 or SHA-512."""
KNOWN: Final = frozenset(
    {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}
    | {ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CERTIFICATE_POLICIES}
)
"""Extensions that may be critical: any other critical extension is refused, since this code does not check it."""


def certificate(der: bytes) -> x509.Certificate | None:
    """None for what is none, or has a form that is not read here."""
    try:
        found = x509.load_der_x509_certificate(der)
        _ = (found.version, found.subject, found.issuer, list(found.extensions), found.public_key())
        return found if found.public_bytes(Encoding.DER) == der else None
    except (ValueError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None
    except UnsupportedAlgorithm:  # of its key
        return None


def read_roots(data: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a PEM file, each once. Raises `StampRefused("roots")` where there is none."""
    try:
        found = [one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(data)]
    except ValueError as error:
        raise StampRefused("roots") from error
    return tuple(dict.fromkeys(found))


def write_roots(roots: Sequence[bytes]) -> bytes:
    """The same certificates as a PEM file. Raises `ValueError` for what is none."""
    return b"".join(x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in roots)


def require_authority(leaf: x509.Certificate) -> None:
    """Raise `StampRefused("certificate")` unless it may sign time stamps and nothing else, and says so critically."""
    usage = _extension(leaf, x509.ExtendedKeyUsage)
    if usage is None or not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise StampRefused("certificate")
    signs = _extension(leaf, x509.KeyUsage)
    if signs is not None and not (signs.value.digital_signature or signs.value.content_commitment):
        raise StampRefused("certificate")
    _require_understood(leaf)


def trace(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> tuple[x509.Certificate, ...]:
    """The certificates from `leaf` to one of `roots`, all in force at `at`.

    Raises `StampRefused`: root (none of them leads there), expired (one does, but not at that time), algorithm.
    """
    late = False
    for path in _paths([leaf], others, roots):
        if all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in path):
            return tuple(path)
        late = True
    if late:
        raise StampRefused("expired")
    known = all(one.signature_algorithm_oid.dotted_string in SIGNED_BY for one in (leaf, *others))
    raise StampRefused("root" if known else "algorithm")


def _paths(
    path: list[x509.Certificate], others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]
) -> Iterator[list[x509.Certificate]]:
    last = path[-1]
    if len(path) > 1 and last in roots:
        yield path
        return
    if len(path) >= LONGEST_CHAIN:
        return
    for issuer in (*roots, *others):
        if issuer not in path and _may_issue(issuer, below=len(path) - 1) and _issued(issuer, last):
            yield from _paths([*path, issuer], others, roots)


def _may_issue(issuer: x509.Certificate, *, below: int) -> bool:
    """`below`: how many authorities stand between it and who signed."""
    basic = _extension(issuer, x509.BasicConstraints)
    usage = _extension(issuer, x509.KeyUsage)
    if basic is None or not basic.value.ca or (usage is not None and not usage.value.key_cert_sign):
        return False
    if basic.value.path_length is not None and below > basic.value.path_length:
        return False
    return all(one.oid in KNOWN for one in issuer.extensions if one.critical)


def _issued(issuer: x509.Certificate, other: x509.Certificate) -> bool:
    if not isinstance(issuer.public_key(), RSAPublicKey | EllipticCurvePublicKey):
        return False
    if other.signature_algorithm_oid.dotted_string not in SIGNED_BY:
        return False
    try:
        other.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _extension(one: x509.Certificate, kind: type[T]) -> x509.Extension[T] | None:
    try:
        return one.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def _require_understood(one: x509.Certificate) -> None:
    if any(found.critical and found.oid not in KNOWN for found in one.extensions):
        raise StampRefused("certificate")
