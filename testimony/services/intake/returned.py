"""Take back at central what it lost with a backup: a reader's desk holds the parts for its own audience alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from testimony.services.records.types import HeldObject
from testimony.store.models.records import Held, ObjectRow

KINDS: Final = (
    "manifest",
    "annex",
    "grant",
    "contest",
    "refusal",
    "shredded",
    "keep",
    "question",
    "answer",
    "ceremony",
    "stamp",
    "cosigned",
)
"""What desks give back. Withdrawals need no proof, and rosters go by another way."""
MayHave = Callable[[HeldObject, dict[str, set[str]]], bool]
"""Whether the reader may have a head or a body, given the audiences that have a head of each part."""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What a reader's desk gives back.

    `records`: those that are proved to be in a log of this central from before it was restored. `media`: whether the
    reader may have recordings and pictures.
    """

    records: frozenset[str]
    may_have: MayHave
    media: bool


def note_lost(session: Session, returned: Returned) -> set[str]:
    """Mark what this reader may not have, and is not here, as lost: the rest counts as complete without it.

    Pieces of media are still to come until a lawyer gives the testimony back. Returns the records that are concerned.
    """
    lost: list[tuple[str, str]] = []
    for rows in _rows(session, returned.records).values():
        parts = _audiences(rows)
        lost += [
            (row.record, row.name)
            for row in rows
            if row.held == Held.EXPECTED and (returned.media or not row.media) and not _may_have(returned, row, parts)
        ]
    for record, name in lost:
        of_object = (ObjectRow.record == record, ObjectRow.name == name)
        session.execute(update(ObjectRow).where(*of_object).values(held=Held.LOST))
    return {record for record, _ in lost}


_LOST = (
    select(ObjectRow.record)
    .where(ObjectRow.record.in_(bindparam("records", expanding=True)), ObjectRow.held == Held.LOST)
    .distinct()
)


def unfinished(session: Session, records: Collection[str], returned: Returned | None) -> frozenset[str]:
    """Those of `records` of which something is lost here that the sender may hold, so that a receipt would lack it.

    A node may hold everything; a reader's desk what its reader may have.
    """
    names = set(session.scalars(_LOST, {"records": list(records)})) if records else set()
    if returned is None or not names:
        return frozenset(names)
    found: set[str] = set()
    for record, rows in _rows(session, names).items():
        parts = _audiences(rows)
        if any(row.held == Held.LOST and _may_have(returned, row, parts) for row in rows):
            found.add(record)
    return frozenset(found)


def _rows(session: Session, records: Collection[str]) -> Mapping[str, list[Any]]:
    """By record, (name, record, part, audience, held, media) of what it names, as the database has it now."""
    columns = (ObjectRow.name, ObjectRow.record, ObjectRow.part, ObjectRow.audience, ObjectRow.held, ObjectRow.media)
    found: dict[str, list[Any]] = {}
    for row in session.execute(select(*columns).where(ObjectRow.record.in_(list(records)))):
        found.setdefault(row.record, []).append(row)
    return found


def _audiences(rows: Collection[Any]) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = {}
    for row in rows:
        if row.audience is not None:
            parts.setdefault(row.part, set()).add(row.audience)
    return parts


def _may_have(returned: Returned, row: Any, parts: dict[str, set[str]]) -> bool:
    return returned.may_have(HeldObject(row.name, row.record, row.part, row.audience, row.held == Held.HELD), parts)
