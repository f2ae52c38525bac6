"""age v1 files with post-quantum recipients only: key envelopes (heads), ciphertexts (bodies), and encrypted key files.

Source: c2sp.org/age 1.1.0. A *head* is the bytes through the newline after the MAC line; a *body* is the 16-byte nonce
and the STREAM chunks. Any head || body of one file key is a complete age file.
"""

from __future__ import annotations

import binascii
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from testimony.sealing.age import stream
from testimony.sealing.age.errors import KeyFileDamaged, PassphraseWrong
from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.errors import CannotOpen, SlotsTooFew

INFO = b"age-encryption.org/mlkem768x25519"
Stanza = tuple[bytes, bytes]
"""The encapsulation (1120 bytes) and the wrapped file key (32 bytes)."""
SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
FILE_KEY_BYTES = 16
ENCAPSULATION_BYTES = 1120
FIRST_LINE = b"age-encryption.org/v1\n"
# The last digit of 1,120 bytes has four bits too many, that of 32 bytes two: set, they would be a second spelling.
STANZA = rb"-> mlkem768x25519 ([A-Za-z0-9+/]{1493}[AQgw])\n([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048])\n"
STANZAS = re.compile(STANZA)
HEAD = re.compile(rb"age-encryption\.org/v1\n(?P<stanzas>(?:" + STANZA + rb")+)--- (?P<mac>[A-Za-z0-9+/]{43})\n")
SCRYPT = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt (?P<salt>[A-Za-z0-9+/]{22}) (?P<log_n>[1-9][0-9]?)\n"
    rb"(?P<wrapped>[A-Za-z0-9+/]{43})\n--- (?P<mac>[A-Za-z0-9+/]{43})\n"
)
SCRYPT_LABEL = b"age-encryption.org/v1/scrypt"
LARGEST_LOG_N = 20
ZERO_NONCE = bytes(12)
LONGEST_LINE = 4096
LARGEST_HEAD = 1 << 20
"""Bytes: some 600 recipients. Of a file that is read as it comes."""
PRIME = 2**255 - 19
LOW_ORDER = frozenset(
    (
        *(number.to_bytes(32, "little") for number in (0, 1, PRIME - 1, PRIME, PRIME + 1)),
        bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    )
)
"""X25519 points with which the shared secret is zero whoever computes it (RFC 7748, 6.1); age refuses the file."""


def new_file_key() -> bytes:
    return os.urandom(FILE_KEY_BYTES)


def seal_head(file_key: bytes, recipients: Sequence[Recipient], slots: int, decoy: Recipient | None = None) -> bytes:
    """A head with exactly `slots` stanzas for `file_key` (16 bytes): the recipients, then decoys, shuffled.

    `decoy`: the recipient of the empty slots; None: one for each, which nobody can open. Raises `SlotsTooFew` when
    there are more recipients than slots.
    """
    if len(recipients) > slots or slots < 1:
        raise SlotsTooFew
    everyone = [*recipients, *(decoy or Recipient.decoy() for _ in range(slots - len(recipients)))]
    secrets.SystemRandom().shuffle(everyone)
    return _with_mac(file_key, (_stanza(file_key, recipient) for recipient in everyone))


def read_head(source: BinaryIO) -> bytes:
    """The head at the beginning of an age file, which is read no further. Raises `CannotOpen("altered")`."""
    lines = [source.readline(len(FIRST_LINE))]
    size = len(lines[0])
    if lines[0] != FIRST_LINE:
        raise CannotOpen("altered")
    while not lines[-1].startswith(b"---"):
        lines.append(source.readline(LONGEST_LINE))
        size += len(lines[-1])
        if not lines[-1].endswith(b"\n") or size > LARGEST_HEAD:
            raise CannotOpen("altered")
    return b"".join(lines)


def seal_body(file_key: bytes, plaintext: bytes) -> bytes:
    """The payload of an age file: 16-byte nonce, then STREAM."""
    return stream.encrypt(file_key, plaintext)


def open_head(head: bytes, key: OpeningKey) -> bytes:
    """The file key. Raises `CannotOpen`: `altered`, or `not_for_you` when no stanza opens with `key`."""
    stanzas, found = _parsed(head)
    place, file_key = _unwrap(list(stanzas), key, key.places.get(place_name(head), 0))
    key.places[place_name(head)] = place
    if not hmac.compare_digest(_mac(file_key, head[: found.start("mac") - 1]), _unbase64(found["mac"])):
        raise CannotOpen("altered")
    return file_key


def count_readers(head: bytes, file_key: bytes, decoy: OpeningKey) -> int:
    """How many stanzas of `head` do not give `file_key` to `decoy`: the slots that are not empty.

    Raises `CannotOpen("altered")`.
    """
    return sum(not _gives(_decoded(stanza), file_key, decoy) for stanza in _parsed(head)[0])


def open_body(file_key: bytes, body: bytes) -> bytes:
    """The plaintext, only after the last chunk was verified. Raises `CannotOpen("altered")`."""
    return stream.decrypt(file_key, body)


def passphrase_seal(passphrase: str, plaintext: bytes, log_n: int = 18) -> bytes:
    """An age file with one scrypt stanza of work factor 2^log_n, as stock `age -p` makes them."""
    if not 1 <= log_n <= LARGEST_LOG_N:
        raise ValueError(log_n)
    file_key, salt = new_file_key(), os.urandom(16)
    wrapped = ChaCha20Poly1305(_stretch(passphrase, salt, log_n)).encrypt(ZERO_NONCE, file_key, None)
    stanza = b"-> scrypt " + _base64(salt) + b" " + str(log_n).encode() + b"\n" + _base64(wrapped) + b"\n"
    return _with_mac(file_key, [stanza]) + stream.encrypt(file_key, plaintext)


def passphrase_open(passphrase: str, data: bytes) -> bytes:
    """Raises `PassphraseWrong`, or `KeyFileDamaged`, also for a work factor above 2^20 (which could exhaust memory)."""
    found = SCRYPT.match(data)
    if found is None or int(found["log_n"]) > LARGEST_LOG_N:
        raise KeyFileDamaged
    try:
        salt, wrapped, mac = (_unbase64(found[name]) for name in ("salt", "wrapped", "mac"))
        file_key = ChaCha20Poly1305(_stretch(passphrase, salt, int(found["log_n"]))).decrypt(ZERO_NONCE, wrapped, None)
        if not hmac.compare_digest(_mac(file_key, data[: found.start("mac") - 1]), mac):
            raise KeyFileDamaged
        return stream.decrypt(file_key, data[found.end() :])
    except InvalidTag as error:
        raise PassphraseWrong from error
    except CannotOpen as error:
        raise KeyFileDamaged from error


def _stanza(file_key: bytes, recipient: Recipient) -> bytes:
    sealed = SUITE.encrypt(file_key, recipient.public_key, info=INFO)
    enc, ct = sealed[:ENCAPSULATION_BYTES], sealed[ENCAPSULATION_BYTES:]
    return b"-> mlkem768x25519 " + _base64(enc) + b"\n" + _base64(ct) + b"\n"


def _parsed(head: bytes) -> tuple[Iterator[re.Match[bytes]], re.Match[bytes]]:
    """The stanzas of `head`, to be decoded, and the whole. Raises `CannotOpen("altered")`."""
    found = HEAD.fullmatch(head)
    if found is None:
        raise CannotOpen("altered")
    return STANZAS.finditer(found["stanzas"]), found


def place_name(head: bytes) -> bytes:
    """What `OpeningKey.places` calls a head: the beginning of its MAC."""
    return head[-44:-34]


def _unwrap(stanzas: Sequence[re.Match[bytes]], key: OpeningKey, likely: int) -> tuple[int, bytes]:
    """The place of the stanza that opens, and the file key; the `likely` place is tried first."""
    order = sorted(range(len(stanzas)), key=lambda place: place != likely)
    for place in order:
        file_key = _unwrap_one(_decoded(stanzas[place]), key)
        if file_key is not None:
            return place, file_key
    raise CannotOpen("not_for_you")


def _decoded(stanza: re.Match[bytes]) -> Stanza:
    return binascii.a2b_base64(stanza[1] + b"=="), binascii.a2b_base64(stanza[2] + b"=")


def _gives(stanza: Stanza, file_key: bytes, key: OpeningKey) -> bool:
    return hmac.compare_digest(_unwrap_one(stanza, key) or b"", file_key)


def _unwrap_one(stanza: Stanza, key: OpeningKey) -> bytes | None:
    """The file key; None: the stanza is one of the other readers', or a decoy. Raises `CannotOpen("altered")`."""
    enc, ct = stanza
    if enc[-32:-1] + bytes([enc[-1] & 0x7F]) in LOW_ORDER:
        raise CannotOpen("altered")
    try:
        return SUITE.decrypt(enc + ct, key.private_key, info=INFO)
    except InvalidTag:
        return None


def _with_mac(file_key: bytes, stanzas: Iterable[bytes]) -> bytes:
    authenticated = FIRST_LINE + b"".join(stanzas) + b"---"
    return authenticated + b" " + _base64(_mac(file_key, authenticated)) + b"\n"


def _mac(file_key: bytes, authenticated: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, b"", b"header"), authenticated, "sha256")


def _stretch(passphrase: str, salt: bytes, log_n: int) -> bytes:
    return Scrypt(salt=SCRYPT_LABEL + salt, length=32, n=1 << log_n, r=8, p=1).derive(passphrase.encode())


def _base64(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def _unbase64(text: bytes) -> bytes:
    data = binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    if _base64(data) != text:  # bits left over that a second spelling could hide in
        raise CannotOpen("altered")
    return data
