"""Sign interviewers in at a station: locked seeds, one-time nonces, signatures and server-side sessions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.errors import SignatureBad
from testimony.sealing.keys import locked_seeds
from testimony.sealing.records import signatures
from testimony.services.accounts.errors import SignInRefused
from testimony.station.clock import boot as _boot
from testimony.station.clock import running as _running
from testimony.store.models.accounts import LockedSeedsRow
from testimony.store.models.sessions import SessionRow

if TYPE_CHECKING:
    from testimony.station.station import Station

LABEL = "testimony/1/sign-in"
SESSION_SECONDS = 12 * 3600.0


@dataclass(frozen=True)
class SignedIn:
    """The owner of a session, as in the roster in force."""

    person: str
    role: str
    kid: str


def add_locked(session: Session, person: str, locked: Mapping[str, Any]) -> None:
    """Store (or replace, in a reissue) the locked seeds of `person`, in the JSON format of
    `sealing/keys/locked_seeds.py`.
    """
    session.merge(LockedSeedsRow(person=person, data=canonical.encode(dict(locked))))


def find_locked(station: Station, session: Session, name: str) -> dict[str, Any]:
    """The locked seeds of the person `name`. An unknown name gets a dummy, always the same for the same name."""
    row = session.get(LockedSeedsRow, name)
    return _dummy(station, name) if row is None else canonical.decode_object(row.data)


def new_nonce(station: Station) -> str:
    """Issue 32 hex digits that `sign_in` or a signed request may use once, in this process, within ten minutes."""
    return station.nonces.new()


def spend_nonce(station: Station, nonce: str, by: str) -> None:
    """Use up a nonce. Raises `NonceSpent` if it was not issued, was used, or is too old. `by`: the kid that signed for
    it.
    """
    station.nonces.spend(nonce, by)


def sign_in(station: Station, session: Session, *, kid: str, nonce: str, sig: str) -> str:
    """Sign in the active interviewer whose key `kid` made `sig` (hex, Ed25519) over L("testimony/1/sign-in", nonce in
    ASCII).

    Returns the token of a new session. Raises `SignInRefused`, `NonceSpent`.
    """
    who = _interviewer(station, kid)
    if who is None:
        raise SignInRefused
    key = next(key for key in station.chain.latest.signer(kid).keys if key.kid == kid)  # type: ignore[union-attr]
    try:
        signatures.verify(LABEL, nonce.encode(), [{"alg": key.alg, "kid": kid, "sig": sig}], [key])
    except SignatureBad as error:
        raise SignInRefused from error
    spend_nonce(station, nonce, kid)
    token = secrets.token_urlsafe(32)
    session.add(SessionRow(token=_hash(token), person=who.person, kid=kid, boot=_boot(), started=_running()))
    return token


def session_of(station: Station, session: Session, token: str) -> SignedIn | None:
    """Who signed in with `token`; None if nobody did, or if they signed out, the session expired, or they are no longer
    active in the roster.
    """
    row = session.get(SessionRow, _hash(token))
    if row is None or row.boot != _boot() or _running() - row.started > SESSION_SECONDS:
        return None
    return _interviewer(station, row.kid)


def sign_out(session: Session, token: str) -> None:
    """End the session of `token`, if there is one, and delete those from before the machine restarted."""
    session.execute(delete(SessionRow).where(SessionRow.token == _hash(token)))
    session.execute(delete(SessionRow).where(SessionRow.boot != _boot()))


def _interviewer(station: Station, kid: str) -> SignedIn | None:
    entry = station.chain.latest.signer(kid)
    if entry is None or entry.status != "active" or entry.role != "interviewer":
        return None
    return SignedIn(person=entry.id, role=entry.role, kid=kid)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _dummy(station: Station, name: str) -> dict[str, Any]:
    """Seeds that no passphrase unlocks, derived from the station's secret and the name, so that asking reveals
    nothing.
    """
    secret = hashlib.sha256(b"testimony dummy seeds\0" + station.signer.seed).digest()

    def draw(what: str, size: int) -> bytes:
        return hmac.digest(secret, f"{what}\0{name}".encode(), "sha512")[:size]

    phones = sorted(device.id for device in station.chain.latest.devices if device.kind == "phone") or ["phone-1"]
    first, second = draw("ct 1", 64), draw("ct 2", locked_seeds.TAG_BYTES)
    return {
        "v": locked_seeds.VERSION,
        "person": name,
        "device": phones[int.from_bytes(draw("device", 8)) % len(phones)],
        "argon2id": {**locked_seeds.COSTS, "salt": draw("salt", 16).hex()},
        "nonce": draw("nonce", locked_seeds.NONCE_BYTES).hex(),
        "ct": (first + second).hex(),
    }
