"""Signed requests: one signature fits one request, byte for byte, and no clock is asked."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.sealing.errors import SignatureBad
from testimony.sealing.records.signatures import PublicKey, Signer
from testimony.sync.wire.signatures import COVERED, TAG, sign_request, verify_request

SIGNER = Signer(b"\1" * 32)
OTHER = Signer(b"\2" * 32)
NONCE = "00112233445566778899aabbccddeeff"
URL = "http://central.example:8402/sync/feed?after=3"


def key_of(kid: str) -> PublicKey | None:
    return next((key for key in (*SIGNER.public_keys, *OTHER.public_keys) if key.kid == kid), None)


def signed(body: bytes = b"abc") -> dict[str, str]:
    return sign_request(SIGNER, "POST", URL, body, NONCE)


def test_a_signed_request_names_its_signer_and_nonce() -> None:
    assert verify_request(key_of, "POST", URL, signed(), b"abc") == (SIGNER.kid, NONCE)
    assert verify_request(key_of, "POST", URL, signed(b""), b"") == (SIGNER.kid, NONCE)


def test_the_host_is_not_signed_because_a_proxy_may_have_another_name() -> None:
    assert verify_request(key_of, "POST", "http://station/sync/feed?after=3", signed(), b"abc")


def test_the_headers_are_those_of_the_specification() -> None:
    headers = signed()
    assert set(headers) == {"Content-Digest", "Signature-Input", "Signature"}
    assert headers["Content-Digest"] == "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:"
    assert headers["Signature-Input"].startswith('testimony=("@method" "@path" "@query" "content-digest");created=')
    assert f'keyid="{SIGNER.kid}";alg="ed25519";nonce="{NONCE}";tag="{TAG}"' in headers["Signature-Input"]


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", URL, b"abc"),
        ("POST", URL.replace("after=3", "after=4"), b"abc"),
        ("POST", URL.replace("feed", "have"), b"abc"),
        ("POST", URL.partition("?")[0], b"abc"),
        ("POST", URL, b"abd"),
        ("POST", URL, b""),
    ],
)
def test_a_signature_fits_no_other_request(method: str, url: str, body: bytes) -> None:
    with pytest.raises(SignatureBad):
        verify_request(key_of, method, url, signed(), body)


def without(name: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {key: value for key, value in headers.items() if key != name}


def replaced(name: str, old: str, new: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {**headers, name: headers[name].replace(old, new)}


@pytest.mark.parametrize(
    "change",
    [
        without("Signature"),
        without("Signature-Input"),
        without("Content-Digest"),
        replaced("Signature-Input", NONCE, NONCE[::-1]),
        replaced("Signature-Input", SIGNER.kid, OTHER.kid),
        replaced("Signature-Input", SIGNER.kid, "f" * 16),
        replaced("Signature-Input", TAG, "another"),
        replaced("Signature-Input", '"@query" ', ""),
        replaced("Signature-Input", ' "content-digest"', ""),
        replaced("Signature-Input", "ed25519", "hmac-sha256"),
        replaced("Content-Digest", "ungW", "ungX"),
        replaced("Signature", "testimony=:", "testimony=:AAAA"),
        lambda headers: {},
        lambda headers: dict.fromkeys(headers, "garbage"),
    ],
)
def test_what_was_changed_does_not_verify(change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    with pytest.raises(SignatureBad):
        verify_request(key_of, "POST", URL, change(signed()), b"abc")


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_any_headers_at_all_are_refused_in_one_way(digest: str, given_input: str, signature: str, path: str) -> None:
    headers = {"Content-Digest": digest, "Signature-Input": given_input, "Signature": signature}
    with pytest.raises(SignatureBad):
        verify_request(key_of, "POST", f"http://station/{path}", headers, b"")


def test_a_signature_that_covers_less_is_refused_even_when_it_is_true() -> None:
    from http_message_signatures import HTTPMessageSigner

    from testimony.sync.wire.signatures import _Ed25519, _Keys, _Message

    message = _Message("POST", URL, {})
    HTTPMessageSigner(signature_algorithm=_Ed25519, key_resolver=_Keys(signer=SIGNER)).sign(
        message, key_id=SIGNER.kid, nonce=NONCE, tag=TAG, covered_component_ids=COVERED[:2], body=b"abc"
    )
    with pytest.raises(SignatureBad):
        verify_request(key_of, "POST", URL, message.headers, b"abc")


@pytest.mark.parametrize("year", [1971, 2106])
def test_the_senders_clock_decides_nothing(year: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Clock:
            return cls(year, 1, 1, tzinfo=tz)

    with monkeypatch.context() as patch:
        patch.setattr("http_message_signatures.signatures.datetime.datetime", Clock)
        headers = signed()
    assert verify_request(key_of, "POST", URL, headers, b"abc") == (SIGNER.kid, NONCE)
