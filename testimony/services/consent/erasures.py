"""Find the withdrawals that were signed to erase a whole testimony: the witness asked for none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose
from testimony.sealing.records.records import SignedRecord
from testimony.services.opening.annexes import OpenedAnnex
from testimony.store.models.records import RecordRow
from testimony.store.models.suspensions import Standing, SuspensionRow

LINK: Final = "withdrawal"
"""The key in an annex's content that names the withdrawal signed in the same act."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """A withdrawal that was signed with the proposal `event`, or with its confirmation. `void`: two roles said that it
    is false.
    """

    withdrawal: str
    event: ConsentEvent
    void: bool


def erases_everything(event: ConsentEvent) -> bool:
    """Whether nothing of the testimony would be left."""
    return event.act is Act.ERASE and event.purpose in (None, Purpose.RECORD)


def link_to(withdrawal: str) -> Mapping[str, Any]:
    """What the annex says beside its events."""
    return {LINK: withdrawal}


def erasures_of(session: Session, annex: OpenedAnnex, events: Iterable[ConsentEvent]) -> list[Erasure]:
    """Those that `annex`, which says `events`, was signed with. Nobody can name a withdrawal of somebody else."""
    erasing = [event for event in events if erases_everything(event)]
    if not erasing or annex.code is not None:
        return []
    name = annex.content[LINK] if LINK in annex.content else _of_that_day(session, annex)
    row = session.get(SuspensionRow, name) if isinstance(name, str) else None
    if row is None or (row.signer, row.subject) != (annex.by, annex.tid):
        return []
    return [Erasure(withdrawal=row.withdrawal, event=event, void=row.standing == Standing.VOID) for event in erasing]


def _of_that_day(session: Session, annex: OpenedAnnex) -> str | None:
    """For an annex of an earlier version, which names none: of one day a person signs one withdrawal of everything."""
    wanted = (
        select(SuspensionRow.withdrawal, RecordRow.data)
        .join(RecordRow, RecordRow.name == SuspensionRow.withdrawal)
        .where(SuspensionRow.subject == annex.tid, SuspensionRow.signer == annex.by, SuspensionRow.whole.is_(True))
        .order_by(SuspensionRow.withdrawal)
    )
    signed = ((name, SignedRecord.decode(data).value["day"]) for name, data in session.execute(wanted))
    return next((name for name, day in signed if day == annex.day), None)
