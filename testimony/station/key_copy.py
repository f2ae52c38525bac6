"""Keep one copy of the shred keys next to a backup, overwrite it each time, and refuse to replace it with fewer keys.

A station that lost the file of the keys, or a part of it, and backs up that night must not lose the copy as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from testimony.store.files import durable
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow

if TYPE_CHECKING:
    from testimony.station.station import Station

HERE = (Held.HELD, Held.SUSPENDED)


def keep(station: Station, file: Path, data: Callable[[], bytes]) -> int:
    """Write `data()` over `file`, unless keys are missing here that an older copy may have. Returns how many are
    missing.

    Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    lack = lacking(station)
    with durable.named_errors(file.parent):
        if not (lack and file.exists()):
            durable.replace_file(file, data())
    return lack


def lacking(station: Station) -> int:
    """For how many testimonies and annexes heads are here without their key.

    Those that central signed for do not count: when a node drops them, the key is deleted before the heads, and a power
    cut may come in between.
    """
    unkeyed = [subject for subject in _with_heads(station) if station.shred_keys.find(subject) is None]
    return len(_with_heads(station, unkeyed)) if unkeyed else 0  # asked again: some may have been withdrawn meanwhile


def _with_heads(station: Station, among: Collection[str] | None = None) -> list[str]:
    delivered = select(OutboxRow.record).where(OutboxRow.delivered.is_(True))
    heads = (ObjectRow.audience.is_not(None), ObjectRow.held.in_(HERE), ObjectRow.record.not_in(delivered))
    with station.database.reading() as session:
        found = list(session.scalars(select(ObjectRow.subject).where(*heads).distinct()))
    return found if among is None else sorted(set(found).intersection(among))
