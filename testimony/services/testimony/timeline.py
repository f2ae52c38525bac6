"""The timeline of a testimony, by day: taken, logged, seen by others, fetched, opened, exported, withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import Attestation
from testimony.sealing.verification import Finding
from testimony.services.custody import log as custody_log
from testimony.services.records import queries as record_queries
from testimony.services.witnesses.first_seen import FirstSeen
from testimony.store.models.records import ReceiptRow, RecordRow

ORDER = (
    "taken_down",
    "attested",
    "node",
    "central",
    "stamped",
    "cosigned",
    "fetched",
    "opened",
    "published",
    "exported",
    "withdrawn",
)
"""The kinds of step, in the order for steps of the same day."""
OWN = ("opened", "published", "exported")
"""Entries of this desk's own log about what its reader did."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event. `day`: "" if it has not happened. `by`: an id of the roster, or who else saw the log.

    `position`: of the entry in central's log. `times`: how often on that day. `size`: how many entries others saw.
    """

    kind: str
    day: str
    by: str = ""
    position: int | None = None
    times: int = 1
    size: int = 0


def trail(
    chain: RosterChain,
    session: Session,
    record: SignedRecord,
    attestation: Attestation | None,
    log: Finding,
    seen: Iterable[FirstSeen] = (),
) -> list[Step]:
    """The events by day. `log`: the result for the entry in central's log; `seen`: who else saw that log."""
    manifest = Manifest.parse(record.data)
    steps = [Step(kind="taken_down", day=manifest.day, by=_name(chain, manifest.by))]
    if attestation is not None:
        steps.append(Step(kind="attested", day=attestation.at[:10], by=attestation.person_id))
    steps += _nodes(chain, session, record.id)
    position = log.values.get("position")
    steps.append(
        Step(kind="central", day=str(log.values.get("day", "")), position=None if position is None else int(position))
    )
    steps += [Step(kind=one.kind, day=one.time[:10], by=one.by, size=one.size) for one in seen]
    fetched = session.scalar(select(RecordRow.received).where(RecordRow.name == record.id))
    steps.append(Step(kind="fetched", day=fetched or ""))
    steps += _done_here(session, record.id)
    steps += _withdrawals(chain, session, manifest.tid)
    return sorted(steps, key=lambda one: (one.day or "9999", ORDER.index(one.kind), one.by))


def _nodes(chain: RosterChain, session: Session, record: str) -> Iterator[Step]:
    """Field nodes with receipts here. A receipt has no day, so only the place in the log is known."""
    for data in session.scalars(select(ReceiptRow.data).where(ReceiptRow.record == record)):
        try:
            entry = chain.signer(SignedRecord.decode(data).by)
        except NotCanonical:
            continue
        if entry is not None and entry.role == "node":
            yield Step(kind="node", day="", by=entry.id)


def _done_here(session: Session, record: str) -> list[Step]:
    acts = Counter((one.kind, one.day, one.by) for one in custody_log.said_about(session, record) if one.kind in OWN)
    return [Step(kind=kind, day=day, by=by, times=times) for (kind, day, by), times in acts.items()]


def _withdrawals(chain: RosterChain, session: Session, tid: str) -> Iterator[Step]:
    """A withdrawal with the code names nobody: its key is in no roster."""
    for one in record_queries.records_about(session, tid):
        if one.kind == "withdraw":
            yield Step(kind="withdrawn", day=str(one.value["day"]), by=_name(chain, str(one.value["by"])))


def _name(chain: RosterChain, kid: str) -> str:
    entry = chain.signer(kid)
    return entry.id if entry else ""
