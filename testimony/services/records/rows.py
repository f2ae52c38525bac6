"""Build the database rows of validated records and of the objects that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, insert

from testimony.services.records.validation import WITHDRAWALS, Named, Sound
from testimony.store.models.outbox import ORDINARY, URGENT
from testimony.store.models.records import Held, Progress

Row = dict[str, Any]
_INSERTED: dict[type[Any], Insert] = {}


def write(connection: Connection, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows with one statement, without the unit of work, which would cost more than the rows."""
    if rows:
        connection.execute(_inserted(table), rows)


def _inserted(table: type[Any]) -> Insert:
    """Built once, and of the table alone: the unit of work would look at each value."""
    if table not in _INSERTED:
        _INSERTED[table] = insert(table.__table__)
    return _INSERTED[table]


def of_record(
    name: str, data: bytes, *, kind: str, subject: str | None, signer: str, arrival: int, day: str, progress: Progress
) -> Row:
    """The row of a record. `data` is the envelope as received."""
    return {
        "name": name,
        "kind": kind,
        "subject": subject,
        "signer": signer,
        "arrival": arrival,
        "received": day,
        "progress": progress,
        "data": b"" if progress == Progress.SHREDDED else data,
    }


def of_object(sound: Sound, named: Named, held: Held, sealed: bytes | None) -> Row:
    return {
        "name": named.name,
        "record": sound.record.id,
        "subject": sound.subject or "",
        "part": named.part,
        "audience": named.audience,
        "length": named.length,
        "media": sound.is_piece(named),
        "held": held,
        "sealed": sealed,
    }


def of_outbox(record: Row) -> Row:
    return {
        "record": record["name"],
        "urgency": URGENT if record["kind"] in WITHDRAWALS else ORDINARY,
        "arrival": record["arrival"],
        "delivered": False,
        "dropped": False,
        "text_delivered": False,
        "pieces_there": 0,
    }


def of_code(sound: Sound) -> Row:
    """The row of a manifest that names the key of a code."""
    return {"record": sound.record.id, "key": sound.withdraw, "tid": sound.subject}


def of_refusal(sound: Sound) -> Row:
    return {"id": sound.subject, "day": sound.record.value["day"], "signer": sound.signer, "record": sound.record.id}
