"""Signed requests: RFC 9421 over method, path, query, body digest (RFC 9530) and a nonce from the other side.

No clock decides anything, because field stations have no clock that can be trusted. The nonce alone makes a request
fresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
)

from testimony.sealing.errors import SignatureBad
from testimony.sealing.records.signatures import PublicKey, Signer

LABEL: Final = "testimony"
TAG: Final = "testimony/1/sync"
"""Signed with the rest, so that a signature made here counts nowhere else."""
COVERED: Final = ("@method", "@path", "@query", "content-digest")
CREATED: Final = re.compile(r";created=(\d{1,12})(?![\d.])", re.ASCII)
KeyOf = Callable[[str], PublicKey | None]


@dataclass
class _Message:
    """What the library reads of a request."""

    method: str
    url: str
    headers: dict[str, str]


class _Ed25519(HTTPSignatureAlgorithm):
    """Hands the signature base to the keys of `sealing`, which are handed in as they are."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self.public_key: PublicKey = public_key
        self.private_key: Signer = private_key

    def sign(self, message: bytes) -> bytes:
        return self.private_key.sign_raw(message)[0]

    def verify(self, signature: bytes, message: bytes) -> None:
        self.public_key.verify_raw(message, signature)


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, *, signer: Signer | None = None, key_of: KeyOf | None = None) -> None:
        self.signer = signer
        self.key_of = key_of

    def resolve_private_key(self, key_id: str) -> Signer | None:
        return self.signer

    def resolve_public_key(self, key_id: str) -> PublicKey | None:
        return self.key_of(key_id) if self.key_of is not None else None


class _Verifier(HTTPMessageVerifier):
    require_created = False

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """`created` and `expires` are by the sender's clock: nothing is decided by them."""


def sign_request(signer: Signer, method: str, url: str, body: bytes, nonce: str) -> dict[str, str]:
    """The three headers (Content-Digest, Signature-Input, Signature) of a request to the absolute `url`."""
    message = _Message(method, url, {})
    sender = HTTPMessageSigner(signature_algorithm=_Ed25519, key_resolver=_Keys(signer=signer))
    sender.sign(message, key_id=signer.kid, nonce=nonce, label=LABEL, tag=TAG, covered_component_ids=COVERED, body=body)
    return message.headers


def verify_request(key_of: KeyOf, method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[str, str]:
    """(kid, nonce) of a request whose signature holds; `key_of` gives the key of a kid, None when it is unknown.

    Raises `SignatureBad`. Whether the nonce is fresh and the signer may ask is the caller's question.
    """
    verifier = _Verifier(signature_algorithm=_Ed25519, key_resolver=_Keys(key_of=key_of))
    try:
        (result,) = verifier.verify(
            _Message(method, url, headers), max_age=None, expect_tag=TAG, require_components=COVERED, body=body
        )
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise SignatureBad from error
    if result.nonce is None or result.body is None:
        raise SignatureBad
    return str(result.parameters["keyid"]), result.nonce


def created_of(signature_input: str) -> int | None:
    """When the sender's clock said that it signed, in seconds since 1970: to be shown, never to decide anything."""
    found = CREATED.search(signature_input)
    return None if found is None else int(found[1])
