"""RFC 3161 time stamps: the request to an authority, and the offline verification of its reply, even years later.

`docs/timestamps.md` describes each step. Twin of `testimony/web/verifier/log/timestamp.js`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from testimony.sealing.log import certificate_path, der
from testimony.sealing.log.der import OCTETS, SEQUENCE, SET, DerWrong, Value
from testimony.sealing.log.errors import StampRefused

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
SHA256: Final = "2.16.840.1.101.3.4.2.1"
HASHES: Final[Mapping[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]]] = {
    SHA256: hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
RSA: Final = "1.2.840.113549.1.1.1"
WITH_RSA: Final = {
    "1.2.840.113549.1.1.11": "SHA256",
    "1.2.840.113549.1.1.12": "SHA384",
    "1.2.840.113549.1.1.13": "SHA512",
}
WITH_ECDSA: Final = {"1.2.840.10045.4.3.2": "SHA256", "1.2.840.10045.4.3.3": "SHA384", "1.2.840.10045.4.3.4": "SHA512"}
NONCE_BYTES: Final = 16
LARGEST_REPLY: Final = 64 * 1024
LARGEST_QUERY: Final = 1024
_SHA256_ID: Final = bytes.fromhex("300d06096086480165030402010500")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What an authority signed, in words. Times are UTC, to the second; `root`: SHA-256 of the root's certificate."""

    time: str
    authority: str
    root: str
    until: str


def ask(digest: bytes, nonce: bytes) -> bytes:
    """A TimeStampReq (RFC 3161, 2.4.1) over the SHA-256 `digest`, that asks for the certificates too."""
    imprint = der.write(SEQUENCE, _SHA256_ID, der.write(OCTETS, digest))
    number = der.write_integer(int.from_bytes(nonce) | 1 << 8 * len(nonce) - 1)
    return der.write(SEQUENCE, der.write_integer(1), imprint, number, der.write(der.BOOLEAN, b"\xff"))


def verify(reply: bytes, digest: bytes, roots: Sequence[bytes], query: bytes | None = None) -> Stamp:
    """The authority's stamp on `digest`, trusted because of `roots` (DER); `query`: the request to the authority.

    Raises `StampRefused`, whose reason is the first check that does not hold.
    """
    try:
        signed = _granted(der.read(reply))
        said = signed.info.values(SEQUENCE)
        _require_imprint(said, digest, query)
        return _verify(signed, said, roots)
    except (IndexError, ValueError, OverflowError) as error:
        raise StampRefused("form") from error


def imprint_of(query: bytes) -> bytes:
    """The SHA-256 that a question is about. Raises `StampRefused("form")`."""
    try:
        return _imprint(der.read(query).values(SEQUENCE)[1])
    except (IndexError, ValueError) as error:
        raise StampRefused("form") from error


@dataclass(frozen=True, kw_only=True)
class _Signed:
    content: bytes
    info: Value
    certificates: list[bytes]
    signer: list[Value]


def _granted(reply: Value) -> _Signed:
    """The signed part of a TimeStampResp. Raises `DerWrong`, `StampRefused`."""
    status, *token = reply.values(SEQUENCE)
    if status.values(SEQUENCE)[0].integer not in (0, 1):
        raise StampRefused("status")
    if len(token) != 1:
        raise DerWrong
    kind, wrapped = token[0].values(SEQUENCE)
    _require(kind.oid == SIGNED_DATA)
    _, _, inside, *rest = wrapped.only(0xA0).values(SEQUENCE)
    kind, wrapped = inside.values(SEQUENCE)
    _require(kind.oid == TST_INFO)
    content = wrapped.only(0xA0).require(OCTETS).content
    certificates = [one.whole for found in rest if found.tag == 0xA0 for one in found.values()]
    signer = rest[-1].only(SET)
    return _Signed(content=content, info=der.read(content), certificates=certificates, signer=signer.values(SEQUENCE))


def _require_imprint(said: list[Value], digest: bytes, query: bytes | None) -> None:
    if _imprint(said[2]) != digest:
        raise StampRefused("imprint")
    if query is None:
        return
    asked = der.read(query).values(SEQUENCE)
    if _imprint(asked[1]) != digest:
        raise StampRefused("imprint")
    wanted = [one.integer for one in asked[2:] if one.tag == der.INTEGER]
    found = [one.integer for one in said[5:] if one.tag == der.INTEGER]
    if wanted != found:
        raise StampRefused("nonce")


def _imprint(value: Value) -> bytes:
    algorithm, hashed = value.values(SEQUENCE)
    if algorithm.values(SEQUENCE)[0].oid != SHA256:
        raise StampRefused("imprint")
    return hashed.require(OCTETS).content


def _verify(signed: _Signed, said: list[Value], roots: Sequence[bytes]) -> Stamp:
    _require(said[0].integer == 1)
    time = said[4].time
    _, who, digested, attributes, algorithm, signature, *_ = signed.signer
    held = [found for one in signed.certificates if (found := certificate_path.certificate(one)) is not None]
    trusted = [found for one in roots if (found := certificate_path.certificate(one)) is not None]
    leaf = next((one for one in (*held, *trusted) if _is_of(who, one)), None)
    if leaf is None:
        raise StampRefused("certificate")
    hashed = HASHES.get(digested.values(SEQUENCE)[0].oid)
    if hashed is None:
        raise StampRefused("algorithm")
    _require_attributes(attributes, signed.content, hashed, leaf)
    _require_signature(leaf, algorithm, signature, der.write(SET, attributes.content), hashed)
    certificate_path.require_authority(leaf)
    path = certificate_path.trace(leaf, held, trusted, time)
    root = path[-1].public_bytes(Encoding.DER)
    return Stamp(
        time=_written(time),
        authority=_name(leaf),
        root=hashlib.sha256(root).hexdigest(),
        until=min(one.not_valid_after_utc for one in path).date().isoformat(),
    )


def _is_of(who: Value, one: x509.Certificate) -> bool:
    """Whether this is the certificate of the signer: by its issuer and number, or by its key identifier."""
    if who.tag == 0x80:
        try:
            found = one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except x509.ExtensionNotFound:
            return False
        return found.value.digest == who.content
    issuer, number = who.values(SEQUENCE)
    return issuer.whole == one.issuer.public_bytes() and number.integer == one.serial_number


def _require_attributes(
    attributes: Value, content: bytes, hashed: type[hashes.HashAlgorithm], leaf: x509.Certificate
) -> None:
    """What is signed besides the content: its kind, its hash, and by which certificate (RFC 2634, RFC 5035)."""
    found: dict[str, list[Value]] = {}
    for one in attributes.values(0xA0):
        kind, held = one.values(SEQUENCE)
        found.setdefault(kind.oid, []).append(held.only(SET))
    if [one.oid for one in found.get(CONTENT_TYPE, [])] != [TST_INFO]:
        raise StampRefused("signature")
    if [one.require(OCTETS).content for one in found.get(DIGEST, [])] != [_hash(hashed(), content)]:
        raise StampRefused("signature")
    named = [*found.get(SIGNING_CERTIFICATE_2, []), *found.get(SIGNING_CERTIFICATE, [])]
    if not named or not all(_names(one, one in found.get(SIGNING_CERTIFICATE_2, []), leaf) for one in named):
        raise StampRefused("certificate")


def _names(attribute: Value, second: bool, leaf: x509.Certificate) -> bool:
    """Whether a signing-certificate attribute names `leaf`. The first version hashes by SHA-1, as it must."""
    first = attribute.values(SEQUENCE)[0].values(SEQUENCE)[0].values(SEQUENCE)
    data = leaf.public_bytes(Encoding.DER)
    if not second:
        return first[0].require(OCTETS).content == hashlib.sha1(data, usedforsecurity=False).digest()
    if first[0].tag == OCTETS:
        return first[0].content == hashlib.sha256(data).digest()
    hashed = HASHES.get(first[0].values(SEQUENCE)[0].oid)
    if hashed is None:
        raise StampRefused("algorithm")
    return first[1].require(OCTETS).content == _hash(hashed(), data)


def _require_signature(
    leaf: x509.Certificate, algorithm: Value, signature: Value, message: bytes, hashed: type[hashes.HashAlgorithm]
) -> None:
    kind, key = algorithm.values(SEQUENCE)[0].oid, leaf.public_key()
    given = signature.require(OCTETS).content
    named = WITH_RSA.get(kind) or WITH_ECDSA.get(kind)
    if named is not None and named != hashed.__name__:
        raise StampRefused("algorithm")
    try:
        if isinstance(key, rsa.RSAPublicKey) and (kind == RSA or kind in WITH_RSA):
            key.verify(given, message, padding.PKCS1v15(), hashed())
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind in WITH_ECDSA:
            key.verify(given, message, ec.ECDSA(hashed()))
        else:
            raise StampRefused("algorithm")
    except InvalidSignature as error:
        raise StampRefused("signature") from error


def _hash(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    made = hashes.Hash(algorithm)
    made.update(data)
    return made.finalize()


def _name(one: x509.Certificate) -> str:
    """How the authority calls itself: its common name, else its organisation."""
    for kind in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        for found in one.subject.get_attributes_for_oid(kind):
            return str(found.value)[:64]
    return ""


def _written(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _require(holds: bool) -> None:
    if not holds:
        raise DerWrong
