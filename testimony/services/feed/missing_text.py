"""Find the text objects that a reader's desk lacks, and send them when the desk asks for them by name.

The feed sends a text once. An object that was damaged at central at that moment, or altered on the way, would otherwise
never be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from testimony.domain.roles import Audience
from testimony.services.feed.feed import COORDINATORS_MAY_OPEN, Asker, may_open
from testimony.services.feed.missing_media import Given
from testimony.services.records import bulk_read
from testimony.services.records.types import HeldObject, Status
from testimony.services.records.validation import GRANTED
from testimony.store.models.records import Held, ObjectRow, RecordRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.station.station import Station

LOST: Final = "head.lost"
"""The rule by which central says that nobody has brought this head since it was restored."""


@dataclass(frozen=True)
class Text:
    """A head or a body, media excluded, with the manifest, annex or grant that names it."""

    record: str
    name: str


def lacking(session: Session, audience: str) -> list[Text]:
    """Objects of the records here that a desk of `audience` may have and lacks, in order of arrival of the records.

    The same rule as `feed.may_open`, in one database query. Withdrawn and suspended testimonies are left out.
    """
    head, ours = aliased(ObjectRow), (audience, GRANTED)
    of_part = (head.record == ObjectRow.record, head.part == ObjectRow.part, head.audience.in_(ours))
    body = ObjectRow.audience.is_(None) & select(head.name).where(*of_part).exists()
    stones = select(TombstoneRow.subject)
    wanted = (
        select(ObjectRow.record, ObjectRow.name)
        .join(RecordRow, RecordRow.name == ObjectRow.record)
        .where(ObjectRow.held == Held.EXPECTED, ~ObjectRow.media, ObjectRow.subject.not_in(stones))
        .where(ObjectRow.audience.in_(ours) | body)
    )
    if audience != Audience.LAWYERS:
        wanted = wanted.where(ObjectRow.part.in_(COORDINATORS_MAY_OPEN))
    rows = session.execute(wanted.order_by(RecordRow.arrival, ObjectRow.part, ObjectRow.name))
    return [Text(record, name) for record, name in rows]


def give(station: Station, session: Session, asker: Asker, wanted: Sequence[Text]) -> Iterator[Given]:
    """For each in turn, what this reader may have, or why not; each record is read when it is its turn."""
    for record, of_record in groupby(wanted, key=attrgetter("record")):
        yield from _of_record(station, session, asker, record, [one.name for one in of_record])


def _of_record(station: Station, session: Session, asker: Asker, record: str, names: Sequence[str]) -> Iterator[Given]:
    """Objects that this reader may not open get the same answer as objects that do not exist."""
    states = _open_to(session, asker, record)
    here = [name for name in dict.fromkeys(names) if states.get(name) == Held.HELD]
    found = dict(bulk_read.sealed_objects(station, session, record, here))
    for name in names:
        data = found.get(name)
        if data is not None:
            yield Given(objects=(data,))
        elif name not in states:
            yield Given(status=Status(name, "refused", "not.named"))
        elif name in found:
            yield Given(status=Status(name, "refused", "damaged.here"))
        elif states[name] == Held.LOST:
            yield Given(status=Status(name, "refused", LOST))
        elif states[name] == Held.EXPECTED:
            yield Given(status=Status(name, "refused", "not.held"))
        else:
            yield Given(status=Status(name, "withdrawn"))


def _open_to(session: Session, asker: Asker, record: str) -> dict[str, int]:
    """The names that `record` gives to this reader, media excluded, and the state of each here."""
    columns = (ObjectRow.name, ObjectRow.part, ObjectRow.audience, ObjectRow.held)
    rows = session.execute(select(*columns).where(ObjectRow.record == record, ~ObjectRow.media)).all()
    parts: dict[str, set[str]] = {}
    for _, part, audience, _ in rows:
        if audience is not None:
            parts.setdefault(part, set()).add(audience)
    return {
        name: held
        for name, part, audience, held in rows
        if may_open(asker, HeldObject(name, record, part, audience, True), parts)
    }
