"""Register and verify security keys and passkeys (WebAuthn, level 2)."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from testimony.errors import SettingUnusable
from testimony.services.accounts.errors import CredentialRefused
from testimony.settings import Settings

ALGORITHMS: Final = (-7, -8, -257)  # ES256, EdDSA, RS256
TIMEOUT_MS: Final = 120_000
"""Milliseconds that a browser waits for the key."""
LABEL: Final = "testimony/1/administrators/challenge"


@dataclass(frozen=True)
class Place:
    """Where accounts are used: the origin, and its host name, to which keys are bound."""

    origin: str
    rp: str

    @property
    def host(self) -> str:
        """The host as browsers send it in `Host`."""
        return urlsplit(self.origin).netloc


@dataclass(frozen=True)
class Registered:
    """`name`: SHA-256 of the credential's id, in hex. `public`: its key in COSE."""

    name: str
    public: bytes
    counter: int


def place_of(settings: Settings) -> Place:
    """`public_url` without a path, or this machine. Raises `SettingUnusable` where no browser offers WebAuthn."""
    if not settings.public_url:
        return Place(f"http://localhost:{settings.port}", "localhost")
    parts = urlsplit(settings.public_url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")
    if not secure or not parts.hostname or parts.path not in {"", "/"} or parts.username or parts.query:
        raise SettingUnusable(setting="public_url")
    return Place(f"{parts.scheme}://{parts.netloc.lower()}", parts.hostname)


def challenge(nonce: str, session: str, purpose: str) -> bytes:
    """32 bytes bound to a nonce of the station, to the browser with the cookie `session`, and to one purpose."""
    return hashlib.sha256("\0".join((LABEL, purpose, nonce, session)).encode()).digest()


def to_create(place: Place, *, account: str, name: str, station: str, challenge: bytes) -> dict[str, Any]:
    """Options for `navigator.credentials.create`; bytes in base64url. `account`: 32 hex digits."""
    return {
        "challenge": text(challenge),
        "rp": {"id": place.rp, "name": station},
        "user": {"id": text(bytes.fromhex(account)), "name": name, "displayName": name},
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
        "timeout": TIMEOUT_MS,
        "attestation": "none",
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
    }


def to_get(place: Place, *, challenge: bytes) -> dict[str, Any]:
    """Options for `navigator.credentials.get`. They name no key, so that nobody learns who has one."""
    return {"challenge": text(challenge), "rpId": place.rp, "timeout": TIMEOUT_MS, "userVerification": "required"}


def registered(place: Place, given: Mapping[str, Any], challenge: bytes) -> Registered:
    """Verify the browser's `given` (RegistrationResponseJSON). Raises `CredentialRefused`."""
    from webauthn import verify_registration_response
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    try:
        found = verify_registration_response(
            credential=dict(given),
            expected_challenge=challenge,
            expected_rp_id=place.rp,
            expected_origin=place.origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(alg) for alg in ALGORITHMS],
        )
    except Exception as error:  # hostile CBOR and keys fail in many ways, and each of them is a refusal
        raise CredentialRefused from error
    return Registered(hashlib.sha256(found.credential_id).hexdigest(), found.credential_public_key, found.sign_count)


def named(given: Mapping[str, Any]) -> str:
    """SHA-256 of the credential's id in `given`. Raises `CredentialRefused`."""
    from webauthn.helpers import base64url_to_bytes

    if not isinstance(given.get("id"), str):
        raise CredentialRefused
    try:
        return hashlib.sha256(base64url_to_bytes(given["id"])).hexdigest()
    except ValueError as error:
        raise CredentialRefused from error


def asserted(place: Place, given: Mapping[str, Any], challenge: bytes, *, account: str, public: bytes) -> int:
    """The counter in the browser's `given` (AuthenticationResponseJSON), made by the key `public` of `account`.

    Raises `CredentialRefused`. The caller checks that the counter increased.
    """
    from webauthn import verify_authentication_response

    response = given.get("response")
    if not isinstance(response, dict) or response.get("userHandle") != text(bytes.fromhex(account)):
        raise CredentialRefused
    try:
        found = verify_authentication_response(
            credential=dict(given),
            expected_challenge=challenge,
            expected_rp_id=place.rp,
            expected_origin=place.origin,
            credential_public_key=public,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise CredentialRefused from error
    return found.new_sign_count


def text(data: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()
