"""Maps withdrawal codes to testimonies: the code's public key, as the manifest names it."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Id, Sha256


class CodeRow(Base):
    """The manifest `record` of the testimony `tid` names `key` (64 hex). It stays when the testimony is shredded: the
    withdrawal, which stays too, says no less."""

    __tablename__ = "codes"

    record: Mapped[Sha256] = mapped_column(primary_key=True)
    key: Mapped[Sha256]
    tid: Mapped[Id]

    __table_args__ = (Index(None, "key"),)
