"""Daily use per station and reader at central, counted against their quotas."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, String, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import Base, Day, Kid

UPLOAD, WITHDRAWAL, QUESTION = "upload", "withdrawal", "question"


class QuotaRow(Base):
    """What `kid` did on `day`, the last on which it did something of this `kind`.

    `number`: records that were stored, withdrawals that wait for their testimony, or questions. `size`: bytes, of
    uploads alone.
    """

    __tablename__ = "quotas"

    kid: Mapped[Kid] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[Day]
    number: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)


_OF_DAY: Final = select(QuotaRow.number, QuotaRow.size).where(
    QuotaRow.kid == bindparam("kid"), QuotaRow.kind == bindparam("kind"), QuotaRow.day == bindparam("day")
)

_KEPT: Final = (
    update(QuotaRow)
    .where(QuotaRow.kid == bindparam("of_kid"), QuotaRow.kind == bindparam("of_kind"))
    .values(day=bindparam("day"), number=bindparam("number"), size=bindparam("size"))
)
_BEGUN: Final = insert(QuotaRow)


def used(session: Session, kid: str, kind: str, day: str) -> tuple[int, int]:
    """(number, bytes) of this `kind` that `kid` used on `day`."""
    row = session.execute(_OF_DAY, {"kid": kid, "kind": kind, "day": day}).first()
    return (0, 0) if row is None else (row.number, row.size)


def keep(session: Session, kid: str, kind: str, day: str, number: int, size: int = 0) -> None:
    """Write what `kid` has used of this `kind` on `day`, in the place of an earlier count."""
    whose = {"of_kid": kid, "of_kind": kind}
    count = {"day": day, "number": number, "size": size}
    connection = session.connection()
    if not connection.execute(_KEPT, whose | count).rowcount:
        connection.execute(_BEGUN, {"kid": kid, "kind": kind} | count)
