"""Send missing pieces of media to a reader's desk that asks for them, or say by which rule they are not sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.roles import Audience
from testimony.services.records import bulk_read
from testimony.services.records.media_counts import Piece
from testimony.services.records.types import Status
from testimony.store.models.records import Held, ObjectRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.station.station import Station

AUDIENCE: Final = Audience.LAWYERS
"""Code, not the roster, keeps recordings and pictures from everybody else."""
GONE: Final = frozenset({Held.WITHDRAWN, Held.SUSPENDED, Held.DROPPED})


@dataclass(frozen=True, kw_only=True)
class Given:
    """The answer for one piece: its head and then its body, or the rule by which they are not sent."""

    objects: tuple[bytes, ...] = ()
    status: Status | None = None


def give(station: Station, session: Session, wanted: Sequence[Piece]) -> Iterator[Given]:
    """For each piece in turn, what a lawyer's desk may have; it is read from the disk when it is its turn."""
    records = {piece.record for piece in wanted}
    stones = select(TombstoneRow.subject)
    buried = ObjectRow.subject.in_(stones)
    columns = (ObjectRow.record, ObjectRow.part, ObjectRow.name, ObjectRow.audience, ObjectRow.held, buried)
    for_lawyers = ObjectRow.audience.is_(None) | (ObjectRow.audience == AUDIENCE)
    held: dict[Piece, dict[str, int]] = {}
    bodies: dict[Piece, str] = {}
    asked = select(*columns).where(ObjectRow.media, for_lawyers, ObjectRow.record.in_(records))
    for record, part, name, audience, state, withdrawn in session.execute(asked):
        piece = Piece(record, part)
        held.setdefault(piece, {})[name] = Held.WITHDRAWN if withdrawn else state
        if audience is None:
            bodies[piece] = name
    for piece in wanted:
        yield _answer_piece(station, session, piece, bodies.get(piece, ""), held.get(piece, {}))


def _answer_piece(station: Station, session: Session, piece: Piece, body: str, held: dict[str, int]) -> Given:
    """The answer for one piece. Statuses carry the name of the body, as everywhere."""
    rule = _rule(set(held.values()))
    if rule == "withdrawn":
        return Given(status=Status(body, "withdrawn"))
    if rule:
        return Given(status=Status(body, "refused", rule))
    objects = [data for _, data in bulk_read.sealed_objects(station, session, piece.record, held.keys())]
    if len(objects) < len(held) or None in objects:
        return Given(status=Status(body, "refused", "damaged.here"))
    return Given(objects=tuple(data for data in objects if data is not None))


def _rule(held: set[int]) -> str:
    """The rule by which this head and body are not sent; "" if they are."""
    if not held:
        return "not.named"
    if held & GONE:
        return "withdrawn"
    return "not.held" if held != {Held.HELD} else ""
