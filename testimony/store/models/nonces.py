"""Used nonces, shared by all servers of one station."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Kid, Sha256


class UsedNonceRow(Base):
    """One that came with a good signature of the key `by`. Kept for as long as it might be tried again."""

    __tablename__ = "used_nonces"

    name: Mapped[Sha256] = mapped_column(primary_key=True)  # of the nonce
    by: Mapped[Kid] = mapped_column(index=True)
    used: Mapped[int] = mapped_column(BigInteger, index=True)  # microseconds on the database server's clock
