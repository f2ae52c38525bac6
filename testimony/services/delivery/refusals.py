"""Remember what central refused of this station's records: record, rule and day, until a receipt comes or it is gone.

People and monitors see it. Nothing is deleted or held back because of it: each sync offers the record again, and the
entry shows the answer of the last one.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.errors import N_, REFUSAL_RULES, TestimonyError
from testimony.services.delivery.outbox import ready
from testimony.services.withdrawal import codes
from testimony.store.models import outbox
from testimony.store.models.outbox import UNAWAITED, OutboxRefusalRow, OutboxRow
from testimony.store.models.records import ObjectRow, RecordRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.station.station import Station

STRIDE: Final = 500
UNKNOWN: Final = "not.named"
"""The rule by which central refuses an annex by a code of which it has no testimony."""
OTHER: Final = "other"
"""Stands for a rule that this program does not know, since a newer central has more of them."""
REASONS: Final = REFUSAL_RULES | {
    "kind.unknown": N_("Headquarters does not know this kind of record. Its program must be updated."),
    "version.newer": N_("The record was made by a newer program than headquarters has. It must be updated there."),
    "roster.unknown": N_("The record names a roster that headquarters does not hold. It must be brought there."),
    "conflict": N_("Headquarters holds another record with the same number."),
    "waiting.full": N_("Too many withdrawals wait at headquarters for a testimony that has not come."),
    OTHER: N_("Headquarters gives a reason that this program does not know. Update this station."),
}
"""The rules in words, about headquarters; the sentences of a station that refuses say "here" instead."""
log = logging.getLogger("testimony.sync")


@dataclass(frozen=True)
class Refusal:
    """A `record` that waits here, the `rule` by which central refused it, and the first `day` of the refusal.

    `subject`: the testimony that it is about, or an id of the record's own.
    """

    record: str
    rule: str
    day: str
    subject: str | None = None


@dataclass(frozen=True)
class Counted:
    """How many records were refused by this rule, since `day`."""

    rule: str
    number: int
    day: str


def note(station: Station, refused: Mapping[str, str], *, whole: bool = False, media: bool = True) -> None:
    """Store the rules, by name, of what central `refused`: records or their objects. Opens a transaction.

    `whole`: everything waiting was offered, so records not listed are no longer refused; without `media` that holds for
    text only. If the disk accepts no writes, nothing is stored, so that sync is not blocked.
    """
    try:
        _stop_waiting(station, refused)
        with station.database.reading() as session:
            told = _by_record(session, refused)
            known = {one.record: one for one in _known(session)}
            over = _over(session, known.keys() - told.keys(), media=media) if whole else set()
        news = {name: rule for name, rule in told.items() if name not in known or known[name].rule != rule}
        if news or over:
            with station.database.transaction() as session:
                forget(session, over)
                for name, rule in news.items():
                    outbox.keep_refusal(session, name, station.today(), rule)
    except TestimonyError as error:
        log.warning("what central refused was not kept: %s", error.code)


def _stop_waiting(station: Station, refused: Mapping[str, str]) -> None:
    """For no receipt of what a code signed, if central does not know the code and never may."""
    unknown = [name for name, rule in refused.items() if rule == UNKNOWN]
    if not unknown:
        return
    with station.database.reading() as session:
        found = set(codes.annexes_unheard(session, unknown)) - outbox.unawaited(session)
    if found:
        with station.database.transaction() as session:
            outbox.stop_waiting(session, found)


def awaited(session: Session, refused: Mapping[str, str]) -> dict[str, str]:
    """Those of `refused`, records and objects by name, whose receipt somebody waits for."""
    records = outbox.unawaited(session) if refused else set()
    objects = set(session.scalars(select(ObjectRow.name).where(ObjectRow.record.in_(records)))) if records else set()
    return {name: rule for name, rule in refused.items() if name not in records and name not in objects}


def forget(session: Session, records: Collection[str]) -> None:
    """Central signed for these, or no longer refuses them."""
    names = list(records)
    for start in range(0, len(names), STRIDE):
        outbox.remove_refusals(session, names[start : start + STRIDE])


def standing(session: Session) -> list[Refusal]:
    """The refusals of what waits here now, by name of the record."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    wanted = (
        select(OutboxRefusalRow, RecordRow.subject)
        .join_from(OutboxRow, OutboxRefusalRow, OutboxRefusalRow.record == OutboxRow.record)
        .join(RecordRow, RecordRow.name == OutboxRow.record)
        .where(OutboxRow.delivered.is_(False), OutboxRow.urgency != UNAWAITED, ready())
        .where((RecordRow.kind == "withdraw") | ~stone.exists())
        .order_by(OutboxRow.record)
    )
    return [Refusal(row.record, row.rule, row.day, subject) for row, subject in session.execute(wanted)]


def counted(refusals: Iterable[Refusal]) -> list[Counted]:
    """By rule, most frequent first."""
    days: dict[str, list[str]] = {}
    for one in refusals:
        days.setdefault(one.rule, []).append(one.day)
    found = [Counted(rule, len(said), min(said)) for rule, said in days.items()]
    return sorted(found, key=lambda one: (-one.number, one.rule))


def _known(session: Session) -> list[Refusal]:
    return [Refusal(row.record, row.rule, row.day) for row in outbox.refusals(session)]


def _by_record(session: Session, refused: Mapping[str, str]) -> dict[str, str]:
    """The rule of each record in the outbox; if the record itself was not refused, the rule of its first refused
    object.
    """
    found: dict[str, str] = {}
    names = sorted(refused)
    for start in range(0, len(names), STRIDE):
        share = names[start : start + STRIDE]
        waiting = select(OutboxRow.record).where(OutboxRow.delivered.is_(False), OutboxRow.urgency != UNAWAITED)
        records = session.scalars(waiting.where(OutboxRow.record.in_(share)))
        objects = select(ObjectRow.record, ObjectRow.name).where(ObjectRow.name.in_(share))
        of_objects = objects.where(ObjectRow.record.in_(waiting)).order_by(ObjectRow.name)
        for record, name in session.execute(of_objects):
            found.setdefault(record, _rule(refused[name]))
        found |= {name: _rule(refused[name]) for name in records}
    return found


def _rule(said: str) -> str:
    return said if said in REFUSAL_RULES else OTHER


def _over(session: Session, records: Collection[str], *, media: bool) -> set[str]:
    """Those of `records` whose earlier refusal is over. Without `media` their media were not offered."""
    if media or not records:
        return set(records)
    of_media = select(OutboxRow.record).where(OutboxRow.delivered.is_(False), OutboxRow.text_delivered.is_(True))
    return set(records) - set(session.scalars(of_media))
