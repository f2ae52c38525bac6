"""Sign administrators in at central, by security key or by password and code. All failures get the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from testimony.domain.administrators import NAME
from testimony.services.accounts import audit, lockout, sessions, webauthn
from testimony.services.accounts import password as account_password
from testimony.services.accounts.errors import CredentialRefused, TooFast
from testimony.store.models.administrators import AccountRow, KeyRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from testimony.station.station import Station

WHEN = lockout.FREE_TRIES
"""Failures in a row that are logged once: somebody is trying the account."""


def by_password(station: Station, name: str, password: str, code: str, *, now: int, day: str) -> str:
    """Sign in with a password and a code. Returns the token of a new session. Opens transactions.

    Raises `CredentialRefused`, `TooFast`. An attempt counts as a failure before the password is checked, so that many
    at once cannot get around the delay.
    """
    with station.database.transaction() as session:
        row = _find(session, name)
        wait, failures = lockout.take(station, session, name, known=row is not None)
        if row is not None and not wait and failures == WHEN:
            audit.note(session, "wrong", by="", about=row.name, now=now)
    if wait:
        raise TooFast(wait)
    stored = row.password if row is not None else None
    right = account_password.is_right(station, stored, password)
    with station.database.transaction() as session:
        row = _find(session, name)
        if row is None or row.totp is None or row.password != stored or not right:
            raise CredentialRefused
        secret = account_password.opened(station, row.totp, row.id)
        step = account_password.accepted(secret, code, now=now, after=row.step)
        if step is None:
            raise CredentialRefused
        row.step = step
        lockout.forgive(station, session, name)
        return _begin(station, session, row, now=now, day=day)


def by_key(station: Station, given: Mapping[str, Any], nonce: str, browser: str, *, now: int, day: str) -> str:
    """As `by_password`, for the browser with the cookie `browser`, whose key answered the challenge of `nonce`.

    Raises `CredentialRefused`, `NonceSpent`.
    """
    name, wanted = webauthn.named(given), webauthn.challenge(nonce, browser, "get")
    with station.database.reading() as reading:
        key = reading.get(KeyRow, name)
    if key is None:
        raise CredentialRefused
    place = webauthn.place_of(station.settings)
    counter = webauthn.asserted(place, given, wanted, account=key.account, public=key.public)
    station.nonces.spend(nonce, name[:16])
    with station.database.transaction() as session:
        kept, row = session.get(KeyRow, name), session.get(AccountRow, key.account)
        if kept is None or row is None:
            raise CredentialRefused
        went_on = counter > kept.counter or counter == kept.counter == 0
        if went_on:
            kept.counter = counter
            return _begin(station, session, row, now=now, day=day)
        audit.note(session, "counter", by=row.name, about=row.name, now=now)
    raise CredentialRefused  # two keys use this one's secret: somebody copied it


def _find(session: Session, name: str) -> AccountRow | None:
    """None also for impossible account names: PostgreSQL refuses U+0000, even in a query."""
    if not NAME.fullmatch(name):
        return None
    return session.execute(select(AccountRow).where(AccountRow.name == name)).scalar()


def _begin(station: Station, session: Session, row: AccountRow, *, now: int, day: str) -> str:
    audit.note(session, "sign-in", by=row.name, about=row.name, now=now)
    return sessions.begin(station, session, day=day, account=row.id)
