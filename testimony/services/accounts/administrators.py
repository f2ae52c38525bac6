"""Manage administrator accounts at central, and the links with which people register their credentials."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from testimony.domain.administrators import NAME, ROLES
from testimony.services.accounts import audit, sessions
from testimony.services.accounts import password as account_password
from testimony.services.accounts.errors import AccountRefused, AccountUnknown, LinkRefused
from testimony.store.models.administrators import AccountRow, KeyRow, LinkRow

if TYPE_CHECKING:
    from testimony.station.station import Station

DAY = 24 * 3600
AHEAD = 300
"""Seconds by which the clock of another server of this central may be ahead."""
ADMINISTRATOR = ROLES[0]


@dataclass(frozen=True)
class Account:
    """`keys`: how many are registered. `password`: whether a password with codes is registered. `invited`: whether a
    link is open.
    """

    id: str
    name: str
    role: str
    made: str
    keys: int
    password: bool
    invited: bool

    @property
    def can_sign_in(self) -> bool:
        return bool(self.keys) or self.password


@dataclass(frozen=True)
class Ways:
    """How an account can sign in. `keys`: name and day of registration of each, oldest first."""

    keys: tuple[tuple[str, str], ...]
    password: bool

    @property
    def number(self) -> int:
        return len(self.keys) + self.password


@dataclass(frozen=True)
class Acting:
    """Who acts, and when. `by`: an account's name, or one of the two other names in `domain.administrators`."""

    by: str
    now: int  # seconds since 1970
    day: str  # YYYY-MM-DD


def add(session: Session, name: str, role: str, acting: Acting) -> str:
    """Add an account. Returns the token of its link. Raises `AccountRefused`."""
    if not NAME.fullmatch(name) or role not in ROLES:
        raise AccountRefused("name")
    if session.execute(select(AccountRow).where(AccountRow.name == name)).scalar() is not None:
        raise AccountRefused("taken")
    row = AccountRow(id=secrets.token_hex(16), name=name, role=role, made=acting.day, step=0)
    session.add(row)
    session.flush()
    audit.note(session, "add", by=acting.by, about=f"{name} {role}", now=acting.now)
    return _invite(session, row, acting)


def reset(session: Session, account: str, acting: Acting) -> str:
    """Forget how the account signs in, end its sessions, return a new link's token. Raises `AccountUnknown`."""
    row = _row(session, account)
    _forget(session, row)
    audit.note(session, "reset", by=acting.by, about=row.name, now=acting.now)
    return _invite(session, row, acting)


def another(session: Session, account: str, acting: Acting) -> str:
    """Return the token of a link to register another credential; the others stay valid. Raises `AccountUnknown`."""
    row = _row(session, account)
    audit.note(session, "another", by=acting.by, about=row.name, now=acting.now)
    return _invite(session, row, acting)


def ways(session: Session, account: str) -> Ways:
    """Raises `AccountUnknown`."""
    row = _row(session, account)
    keys = session.execute(select(KeyRow).where(KeyRow.account == row.id).order_by(KeyRow.added, KeyRow.name)).scalars()
    return Ways(tuple((key.name, key.added) for key in keys), row.password is not None)


def forget_key(session: Session, account: str, key: str, acting: Acting, *, but: str) -> None:
    """Remove a key, unless it is the only credential. Ends the account's sessions except the one with the handle `but`.

    Raises `AccountUnknown`, also if the key is not this account's; `AccountRefused("only")`.
    """
    row, kept = _row(session, account), session.get(KeyRow, key)
    if kept is None or kept.account != row.id:
        raise AccountUnknown
    _require_another_way(session, row)
    session.delete(kept)
    _end_others(session, row, "forget-key", acting, but)


def forget_password(session: Session, account: str, acting: Acting, *, but: str) -> None:
    """As `forget_key`, for the password and its codes."""
    row = _row(session, account)
    if row.password is None:
        raise AccountUnknown
    _require_another_way(session, row)
    row.password = row.totp = None
    _end_others(session, row, "forget-password", acting, but)


def change_role(session: Session, account: str, role: str, acting: Acting, *, careful: bool) -> None:
    """Change the role and end the account's sessions. `careful`: refuse for the last administrator.

    Raises `AccountUnknown`, `AccountRefused`.
    """
    row = _row(session, account)
    if role not in ROLES:
        raise AccountRefused("name")
    _require_another(session, row, careful and role != ADMINISTRATOR)
    row.role = role
    sessions.end_all(session, row.id)
    audit.note(session, "role", by=acting.by, about=f"{row.name} {role}", now=acting.now)


def remove(session: Session, account: str, acting: Acting, *, careful: bool) -> None:
    """Remove the account with all its data, and end its sessions. `careful` and errors: as `change_role`."""
    row = _row(session, account)
    _require_another(session, row, careful)
    _forget(session, row)
    session.delete(row)
    audit.note(session, "remove", by=acting.by, about=row.name, now=acting.now)


def listed(session: Session) -> list[Account]:
    """All accounts, by name."""
    keys = list(session.execute(select(KeyRow.account)).scalars())
    links = set(session.execute(select(LinkRow.account)).scalars())
    rows = session.execute(select(AccountRow).order_by(AccountRow.name)).scalars()
    return [
        Account(row.id, row.name, row.role, row.made, keys.count(row.id), row.password is not None, row.id in links)
        for row in rows
    ]


def id_of(session: Session, name: str) -> str:
    """Raises `AccountUnknown`."""
    found = session.execute(select(AccountRow.id).where(AccountRow.name == name)).scalar()
    if found is None:
        raise AccountUnknown
    return found


def has_administrator(session: Session) -> bool:
    """Whether at least one administrator can sign in."""
    return any(one.role == ADMINISTRATOR and one.can_sign_in for one in listed(session))


def open_link(station: Station, session: Session, token: str, acting: Acting) -> str:
    """Open a link. Returns the token of a session for registering; the link stays valid until then. Raises
    `LinkRefused`.
    """
    link = _link(session, _hash(token), acting)
    return sessions.begin(station, session, day=acting.day, account=link.account, link=link.name)


def enrol_password(station: Station, session: Session, link: str, password: bytes, code: str, acting: Acting) -> None:
    """Store `password` (from `password.hashed`) with the secret that the link offered, and use up the link.

    Raises `LinkRefused`, `AccountRefused("code")`.
    """
    row = _spend(session, link, acting)
    secret = account_password.offered(station, link)
    step = account_password.accepted(secret, code, now=acting.now, after=row.step)
    if step is None:
        raise AccountRefused("code")
    row.password, row.totp, row.step = password, account_password.sealed(station, secret, row.id), step
    audit.note(session, "enrol-password", by=row.name, about=row.name, now=acting.now)


def enrol_key(session: Session, link: str, *, name: str, public: bytes, counter: int, acting: Acting) -> None:
    """Store a security key (from `webauthn.registered`), and use up the link. Raises `LinkRefused`."""
    row = _spend(session, link, acting)
    if session.get(KeyRow, name) is not None:
        raise LinkRefused
    session.add(KeyRow(name=name, account=row.id, public=public, counter=counter, added=acting.day))
    audit.note(session, "enrol-key", by=row.name, about=row.name, now=acting.now)


def _invite(session: Session, row: AccountRow, acting: Acting) -> str:
    token = secrets.token_urlsafe(32)
    session.execute(delete(LinkRow).where(LinkRow.account == row.id))
    session.add(LinkRow(name=_hash(token), account=row.id, made=acting.now))
    session.flush()
    return token


def _link(session: Session, name: str, acting: Acting) -> LinkRow:
    """Raises `LinkRefused` if it is unknown, older than a day, or dated in the future."""
    link = session.get(LinkRow, name)
    if link is None or not -DAY <= link.made - acting.now <= AHEAD:
        raise LinkRefused
    return link


def _spend(session: Session, name: str, acting: Acting) -> AccountRow:
    link = _link(session, name, acting)
    row = _row(session, link.account)
    session.delete(link)
    sessions.end_all(session, row.id)
    return row


def _forget(session: Session, row: AccountRow) -> None:
    row.password = row.totp = None
    row.step = 0  # the next secret is a new one
    for table in (KeyRow, LinkRow):
        session.execute(delete(table).where(table.account == row.id))
    sessions.end_all(session, row.id)


def _require_another_way(session: Session, row: AccountRow) -> None:
    if ways(session, row.id).number < 2:
        raise AccountRefused("only")


def _end_others(session: Session, row: AccountRow, act: str, acting: Acting, but: str) -> None:
    sessions.end_all(session, row.id, but=but)
    audit.note(session, act, by=acting.by, about=row.name, now=acting.now)


def _require_another(session: Session, row: AccountRow, careful: bool) -> None:
    able = [one.id for one in listed(session) if one.role == ADMINISTRATOR and one.can_sign_in]
    if careful and able == [row.id]:
        raise AccountRefused("last")


def _row(session: Session, account: str) -> AccountRow:
    row = session.get(AccountRow, account)
    if row is None:
        raise AccountUnknown
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
