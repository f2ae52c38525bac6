"""A node's share keys for drafts on phones: their owners and dates. The keys themselves are outside the database."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Day, Id


class ShareKeyRow(Base):
    """One key. Its seed is in `share.keys` under the same id: deleted rows can be recovered, that file cannot."""

    __tablename__ = "share_keys"

    id: Mapped[Id] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(64))
    handset: Mapped[Id | None]  # the phone itself, whoever's; unknown for keys from before it said so
    made: Mapped[Day]
    aged: Mapped[Day | None]  # the first day on which it was found too old; only the next such day destroys it


class HandsetRow(Base):
    """A phone, by the random id that it gave itself, and a device of the roster whose keys were used on it."""

    __tablename__ = "handsets"

    handset: Mapped[Id] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)


class LostDeviceRow(Base):
    """A phone that was said to be lost: it is given no keys any more."""

    __tablename__ = "lost_devices"

    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[Day]
