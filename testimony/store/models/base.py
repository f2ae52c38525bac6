"""Common parts of all tables: the metadata, and the column types of hashes and ids."""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

from sqlalchemy import CheckConstraint, LargeBinary, MetaData, SmallInteger, String, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

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


ONLY: Final = 1
"""The id of the row of a table that has one row."""


class Singleton:
    """Mixed into the class of a table that has one row: what a station knows once."""

    __tablename__: str

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=ONLY)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[CheckConstraint]:
        return (CheckConstraint(f"id = {ONLY}", name=f"ck_{cls.__tablename__}_id"),)


Row = TypeVar("Row", bound=Base)


def row_or_blank(session: Session, blank: Row) -> Row:
    """The row with the key of `blank`; where there is none, `blank` itself, which is not stored and says nothing."""
    return session.get(type(blank), inspect(blank).mapper.primary_key_from_instance(blank)) or blank


def row_to_edit(session: Session, blank: Row) -> Row:
    """The row with the key of `blank`, to be changed; where there is none, `blank` becomes it."""
    row = row_or_blank(session, blank)
    if row is blank:
        session.add(row)
        session.flush()
    return row


def is_stored(session: Session, row: Row) -> bool:
    """Whether the row with the key of `row` says just what `row` says in each column."""
    mapper = inspect(row).mapper
    held = session.get(type(row), mapper.primary_key_from_instance(row))
    return held is not None and all(getattr(held, one.key) == getattr(row, one.key) for one in mapper.column_attrs)
