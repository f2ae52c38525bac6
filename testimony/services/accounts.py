"""Signing in at a station: locked seeds, nonces that count once, signatures, sessions on the server's side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from testimony.services.station import Station


@dataclass(frozen=True)
class SignedIn:
    """Who a session belongs to, as the roster in force says it."""

    person: str
    role: str
    kid: str


def add_locked(session: Session, person: str, locked: Mapping[str, Any]) -> None:
    """Keep (or replace: reissue) the locked seeds of `person`, `sealing/locked.py`'s JSON shape."""
    raise NotImplementedError


def find_locked(station: Station, session: Session, name: str) -> dict[str, Any]:
    """The locked seeds of the person `name`; for an unknown name a dummy, always the same for the same name."""
    raise NotImplementedError


def new_nonce(station: Station) -> str:
    """32 hex digits that `sign_in` (or a signed request) may use once, in this process, within ten minutes."""
    raise NotImplementedError


def spend_nonce(station: Station, nonce: str) -> None:
    """Raises `NonceSpent` for one that was not given out, was used, or is too old."""
    raise NotImplementedError


def sign_in(station: Station, session: Session, *, kid: str, nonce: str, sig: str) -> str:
    """A new session's token for the active person whose key `kid` made `sig` (hex, Ed25519) over
    L("testimony/1/sign-in", nonce in ASCII). Raises `SignInRefused`, `NonceSpent`."""
    raise NotImplementedError


def session_of(station: Station, session: Session, token: str) -> SignedIn | None:
    """Who signed in with `token`; None when nobody, signed out, too old, or no longer active in the roster."""
    raise NotImplementedError


def sign_out(session: Session, token: str) -> None:
    """End the session of `token`, if there is one."""
    raise NotImplementedError
