"""Count the pieces of a testimony's media that are here, and those that a desk still lacks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from testimony.store.models.records import Held, ObjectRow, RecordRow, TombstoneRow

HERE = (Held.HELD, Held.SUSPENDED)


@dataclass(frozen=True)
class Piece:
    """A part of a testimony's media, by the manifest that names it."""

    record: str
    part: str


@dataclass(frozen=True)
class Pieces:
    """The pieces of one testimony's media: all that the manifest names, those that are `here`, those that are `there`.

    `there`: at headquarters, as last reported; for display, it proves nothing.
    """

    all: int
    here: int
    there: int = 0

    @property
    def lacking(self) -> int:
        return self.all - self.here

    @property
    def left(self) -> int:
        """Those that headquarters has not reported to hold."""
        return self.all - self.there


def number_of(part: str) -> int:
    """7 for media-007."""
    return int(part.rpartition("-")[2])


def count(session: Session, records: Collection[str] | None = None) -> dict[str, Pieces]:
    """By manifest, for those of `records` (None: all) that have media. A piece is here if nothing of it is missing."""
    if records is not None and not records:
        return {}
    lacking = case((ObjectRow.held == Held.EXPECTED, ObjectRow.part))
    columns = (ObjectRow.record, func.count(distinct(ObjectRow.part)), func.count(distinct(lacking)))
    wanted = select(*columns).where(ObjectRow.media).group_by(ObjectRow.record)
    if records is not None:
        wanted = wanted.where(ObjectRow.record.in_(records))
    return {record: Pieces(total, total - lacks) for record, total, lacks in session.execute(wanted)}


def named(session: Session, record: str) -> dict[str, set[str]]:
    """The names held here, by piece, for the pieces of `record` that are complete here."""
    columns = (ObjectRow.part, ObjectRow.name, ObjectRow.held)
    found: dict[str, set[str]] = {}
    broken = set()
    for part, name, held in session.execute(select(*columns).where(ObjectRow.media, ObjectRow.record == record)):
        if held == Held.HELD:
            found.setdefault(part, set()).add(name)
        elif held == Held.EXPECTED:
            broken.add(part)
    return {part: found[part] for part in sorted(found) if part not in broken}


def lacking(session: Session, audience: str) -> dict[Piece, set[str]]:
    """The pieces of which a desk of `audience` lacks head or body, in order of arrival and of piece, with both names.
    Withdrawn and suspended ones are left out.
    """
    stones = select(TombstoneRow.subject)
    open_here = (ObjectRow.media, ObjectRow.subject.not_in(stones))
    lacks = ObjectRow.audience.is_(None) | (ObjectRow.audience == audience)
    incomplete = select(ObjectRow.record, ObjectRow.part).where(*open_here, lacks, ObjectRow.held == Held.EXPECTED)
    parts = {(record, part) for record, part in session.execute(incomplete.distinct())}
    columns = (ObjectRow.record, ObjectRow.part, ObjectRow.name)
    wanted = select(*columns).join(RecordRow, RecordRow.name == ObjectRow.record)
    wanted = wanted.where(*open_here, lacks, ObjectRow.record.in_({record for record, _ in parts}))
    rows = session.execute(wanted.order_by(RecordRow.arrival, ObjectRow.part)).all() if parts else []
    names: dict[Piece, set[str]] = {}
    for record, part, name in rows:
        if (record, part) in parts:
            names.setdefault(Piece(record, part), set()).add(name)
    return names
