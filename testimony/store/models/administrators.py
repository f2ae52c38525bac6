"""Administrators of central's pages. Secrets are stored as hashes, or sealed with a key that is not stored here."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Float, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Bytes, Day, Id, Sha256


class AccountRow(Base):
    """A person with a role at central. Without a key of `KeyRow` and without a password nobody can sign in as them."""

    __tablename__ = "admin_accounts"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    made: Mapped[Day]
    password: Mapped[bytes | None] = mapped_column(LargeBinary)  # 16 bytes of salt, 32 of Argon2id
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)  # nonce and AES-256-GCM of the 20 bytes
    step: Mapped[int] = mapped_column(BigInteger)  # the last one whose code counted


class KeyRow(Base):
    """A security key or passkey of an account (WebAuthn)."""

    __tablename__ = "admin_keys"

    name: Mapped[Sha256] = mapped_column(primary_key=True)  # of the credential's id
    account: Mapped[Id] = mapped_column(index=True)
    public: Mapped[Bytes]  # COSE
    counter: Mapped[int] = mapped_column(BigInteger)
    added: Mapped[Day]


class LinkRow(Base):
    """A link with which the person of an account registers what they sign in with: once, within a day."""

    __tablename__ = "admin_links"

    name: Mapped[Sha256] = mapped_column(primary_key=True)  # of the token behind the #
    account: Mapped[Id] = mapped_column(index=True)
    made: Mapped[int] = mapped_column(BigInteger)  # seconds since 1970


class PageSessionRow(Base):
    """A session at central's pages, on a clock that does not jump where the machine has one."""

    __tablename__ = "admin_sessions"

    token: Mapped[Sha256] = mapped_column(primary_key=True)  # of the cookie
    handle: Mapped[Id]  # by which it is ended
    account: Mapped[Id] = mapped_column(index=True)  # empty: the token that was printed at start
    link: Mapped[str] = mapped_column(String(64))  # `LinkRow.name` of who is registering and is not signed in yet
    day: Mapped[Day]
    boot: Mapped[str] = mapped_column(String(64))
    started: Mapped[float] = mapped_column(Float)
    used: Mapped[float] = mapped_column(Float)


class TryRow(Base):
    """How often in a row a password and code were wrong for a name, whether there is such an account or not."""

    __tablename__ = "admin_tries"

    name: Mapped[Sha256] = mapped_column(primary_key=True)  # a code over the name that only this station can make
    known: Mapped[bool] = mapped_column(Boolean)
    failures: Mapped[int] = mapped_column(Integer)
    boot: Mapped[str] = mapped_column(String(64))
    since: Mapped[float] = mapped_column(Float)


class ActRow(Base):
    """What was done about accounts. Each is chained to the one before; none is ever changed."""

    __tablename__ = "admin_acts"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(17))  # YYYY-MM-DDTHH:MMZ
    by: Mapped[str] = mapped_column(String(32))
    act: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(String(64))
    name: Mapped[Sha256]
