"""What all tables have in common: the metadata, the column types of hashes and ids."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

Sha256 = Annotated[str, mapped_column(String(64))]
"""A SHA-256 in lower-case hex: the name of a record, head or body."""

Id = Annotated[str, mapped_column(String(32))]
"""32 random hex digits: the id of a testimony or an annex."""

Kid = Annotated[str, mapped_column(String(16))]
"""The short name of a signature key."""

Day = Annotated[str, mapped_column(String(10))]
"""YYYY-MM-DD."""

Bytes = Annotated[bytes, mapped_column(LargeBinary)]


class Base(DeclarativeBase):
    """Every hot unique key of a table contains a hash, so that rows can be spread over machines by it."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )
