"""Sessions at central's pages, in the database: all servers of this central share them and can end them at once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from testimony.station.clock import Moment, moment
from testimony.store.models.administrators import AccountRow, PageSessionRow

if TYPE_CHECKING:
    from testimony.station.station import Station

IDLE = 30 * 60.0  # seconds
ABSOLUTE = 12 * 3600.0
ENROLLING = 30 * 60.0
"""From opening an enrolment link to registering a credential."""
FRESH = 10 * 60.0
"""After signing in: how long the person at the screen counts as the one who signed in when accounts change."""
STALE = 60.0
"""Seconds after which the use of a session is written again."""


@dataclass(frozen=True)
class Holder:
    """The owner of a session. `role` is empty for the token printed at start, and for somebody registering by `link`.

    `fresh`: it began within the last `FRESH` seconds.
    """

    handle: str
    account: str
    name: str
    role: str
    link: str
    stale: bool
    fresh: bool


@dataclass(frozen=True)
class Listed:
    """A session in a list. `name` is empty for the token printed at start."""

    handle: str
    name: str
    day: str
    minutes: int  # since it was last used


def begin(station: Station, session: Session, *, day: str, account: str = "", link: str = "") -> str:
    """Begin a session. Returns its token: 256 random bits. Deletes ended ones; a link has one session at a time."""
    at, token = moment(station, session), secrets.token_urlsafe(32)
    for row in session.execute(select(PageSessionRow)).scalars().all():
        if not _lives(row, at) or (link and row.link == link):
            session.delete(row)
    session.add(
        PageSessionRow(
            token=_hash(token),
            handle=secrets.token_hex(16),
            account=account,
            link=link,
            day=day,
            boot=at.boot,
            started=at.seconds,
            used=at.seconds,
        )
    )
    session.flush()
    return token


def holder(station: Station, session: Session, token: str) -> Holder | None:
    """The owner of the session of `token`; None if it is unknown or ended, or if the account was removed."""
    row = session.get(PageSessionRow, _hash(token))
    if row is None:
        return None
    at = moment(station, session)
    account = session.get(AccountRow, row.account) if row.account else None
    if not _lives(row, at) or (row.account and account is None):
        return None
    role = account.role if account and not row.link else ""
    stale = at.seconds - row.used > STALE
    age = at.since(row.boot, row.started)
    fresh = age is not None and age <= FRESH
    return Holder(row.handle, row.account, account.name if account else "", role, row.link, stale, fresh)


def touch(station: Station, session: Session, token: str) -> None:
    """Record that it was used now."""
    row = session.get(PageSessionRow, _hash(token))
    if row is not None:
        row.used = moment(station, session).seconds


def end(session: Session, token: str) -> None:
    """Sign out."""
    session.execute(delete(PageSessionRow).where(PageSessionRow.token == _hash(token)))


def end_all(session: Session, account: str, *, but: str = "") -> None:
    """End all sessions of an account (empty: of the token printed at start), except the one with the handle `but`."""
    of = (PageSessionRow.account == account, PageSessionRow.handle != but)
    session.execute(delete(PageSessionRow).where(*of))


def end_one(session: Session, handle: str, *, account: str | None) -> str | None:
    """End one session. Returns the account's id, or empty; None if `account` (None: anybody) has no such session."""
    wanted = delete(PageSessionRow).where(PageSessionRow.handle == handle)
    if account is not None:
        wanted = wanted.where(PageSessionRow.account == account)
    return session.execute(wanted.returning(PageSessionRow.account)).scalar()


def listed(station: Station, session: Session, *, account: str | None) -> list[Listed]:
    """The active sessions of `account` (None: of everybody), most recently used first."""
    at = moment(station, session)
    names = {row.id: row.name for row in session.execute(select(AccountRow)).scalars()}
    rows = [row for row in session.execute(select(PageSessionRow)).scalars() if _lives(row, at) and not row.link]
    mine = [row for row in rows if account is None or row.account == account]
    mine.sort(key=lambda row: row.used, reverse=True)
    return [Listed(row.handle, names.get(row.account, ""), row.day, int((at.seconds - row.used) // 60)) for row in mine]


def _lives(row: PageSessionRow, at: Moment) -> bool:
    age, idle = at.since(row.boot, row.started), at.since(row.boot, row.used)
    if age is None or idle is None:
        return False
    return age <= (ENROLLING if row.link else ABSOLUTE) and idle <= IDLE


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
