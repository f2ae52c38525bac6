"""Opens the encrypted submissions of ODK. The format is that of the ODK XForms specification, "Encryption"."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.padding import PKCS7

from testimony.services.imports.errors import ImportRefused

ENDING: Final = ".enc"
"""What an encrypted file has after its name."""
_OAEP: Final = OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
_KEY_SIZE: Final = 32
_SEED_SIZE: Final = 16


class KeyForeign(Exception):
    """The private key does not open this submission."""


class SubmissionAltered(Exception):
    """A file of this submission is missing or changed."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The submission.xml of an encrypted submission. `key` and `signature` are in Base64, as they are written.

    `media`: names of the encrypted files, in the order in which they were encrypted. `xml`: of the encrypted answers.
    """

    form: str
    version: str
    instance: str
    key: str
    signature: str
    xml: str
    media: tuple[str, ...]


def private_key(data: bytes, passphrase: str = "") -> RSAPrivateKey:
    """The RSA key in the PEM file `data`; a key without a passphrase needs none, whatever `passphrase` is.

    Raises `ImportRefused("key")`, also for a wrong or missing passphrase.
    """
    try:
        key = _loaded(data, passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ImportRefused("key") from error
    if not isinstance(key, RSAPrivateKey):
        raise ImportRefused("key")
    return key


def _loaded(data: bytes, passphrase: bytes) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(data, passphrase or None)
    except TypeError:
        if not passphrase:
            raise
        return serialization.load_pem_private_key(data, None)  # a browser filled the field in


def manifest(root: Element) -> Manifest | None:
    """What the submission.xml with this root says of its encryption; None if it is not encrypted."""
    said = {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in root.iter()}
    if "base64EncryptedKey" not in said:
        return None
    return Manifest(
        form=root.get("id", ""),
        version=root.get("version", ""),
        instance=said.get("instanceID", "") or root.get("instanceID", ""),
        key=said["base64EncryptedKey"],
        signature=said.get("base64EncryptedElementSignature", ""),
        xml=said.get("encryptedXmlFile", ""),
        media=tuple((one.text or "").strip() for one in root.iter() if one.tag.rpartition("}")[2] == "file"),
    )


def opened(of: Manifest, key: RSAPrivateKey, content: Callable[[str], bytes | None]) -> tuple[bytes, bool]:
    """The answers of a submission, as XML, and whether its signature was checked.

    `content`: of the file with a name, None if it is missing. Without all files or without a signature nothing is
    checked. A signature shows mistakes, not who wrote: anybody with the public key can make one. Raises `KeyForeign`,
    `SubmissionAltered`.
    """
    secret = _decrypted(key, of.key)
    if len(secret) != _KEY_SIZE:
        raise KeyForeign
    seeds, sums, whole = _seeds(of.instance, secret), [], True
    for name in of.media:
        seed, sealed = next(seeds), content(name)
        if sealed is None:
            whole = False
        else:
            sums.append(_sum(name, _plain(sealed, secret, seed)))
    sealed = content(of.xml)
    if sealed is None:
        raise SubmissionAltered
    answers = _plain(sealed, secret, next(seeds))
    checked = whole and bool(of.signature)
    if checked and not _signs(of, key, [*sums, _sum(of.xml, answers)]):
        raise SubmissionAltered
    return answers, checked


def _decrypted(key: RSAPrivateKey, text: str) -> bytes:
    try:
        return key.decrypt(base64.b64decode(text, validate=False), _OAEP)
    except (binascii.Error, ValueError) as error:
        raise KeyForeign from error


def _seeds(instance: str, secret: bytes) -> Iterator[bytes]:
    """The initialisation vector of each file, in the order in which they were encrypted."""
    seed = bytearray(hashlib.md5(instance.encode() + secret, usedforsecurity=False).digest())
    at = 0
    while True:
        seed[at % _SEED_SIZE] = (seed[at % _SEED_SIZE] + 1) % 256
        yield bytes(seed)
        at += 1


def _plain(sealed: bytes, secret: bytes, seed: bytes) -> bytes:
    decryptor, unpadder = Cipher(AES(secret), CFB(seed)).decryptor(), PKCS7(AES.block_size).unpadder()
    try:
        return unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()
    except ValueError as error:
        raise SubmissionAltered from error


def _sum(name: str, plain: bytes) -> str:
    """What the signature says of a file."""
    return f"{name.removesuffix(ENDING)}::{hashlib.md5(plain, usedforsecurity=False).hexdigest()}"


def _signs(of: Manifest, key: RSAPrivateKey, sums: list[str]) -> bool:
    said = [of.form, *([of.version] if of.version else []), of.key, of.instance, *sums]
    expected = hashlib.md5("".join(f"{one}\n" for one in said).encode(), usedforsecurity=False).digest()
    try:
        return _decrypted(key, of.signature) == expected
    except KeyForeign:
        return False
