"""The withdrawal code: 24 digits and a check digit in the witness's hand, which anybody can sign with and nobody forge."""

from __future__ import annotations

from testimony.sealing.signing import Signer


def new_code() -> str:
    """24 random digits and their Damm check digit."""
    raise NotImplementedError


def require_code(code: str) -> str:
    """The 25 digits of `code` (spaces and dashes allowed, any script's digits). Raises `WithdrawalCodeWrong`."""
    raise NotImplementedError


def key_of(code: str, root_fingerprint: str) -> Signer:
    """The code's Ed25519 key: Argon2id (64 MiB, t=3, p=1), salted by the organisation's root. Raises `WithdrawalCodeWrong`."""
    raise NotImplementedError
