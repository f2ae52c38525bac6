"""Clear testimonies at coordinators' desks when no lawyer can open them: two coordinators check the coded record."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from datetime import date

from testimony.domain.errors import EventUnreadable
from testimony.domain.review import clearance
from testimony.domain.review.clearance import Act, Clearing, ClearingEvent, Signed
from testimony.domain.roles import Role
from testimony.sealing.roster.chain import RosterChain
from testimony.services.coding.eligibility import Account
from testimony.services.coding.errors import ClearingRefused
from testimony.services.consent import acts as consent_acts
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station


def clearance_of(chain: RosterChain, annexes: AnnexIndex, tid: str, without: Collection[str] = ()) -> Clearing:
    """The clearance of the testimony `tid`, from all that `annexes` (refreshed before) hold. `without`: these records.

    It only counts if no lawyer can open the testimony (`Account.alone`), which is not checked here.
    """
    signed: list[Signed] = []
    for annex in annexes.about(tid):
        if annex.code is None and annex.content.get("kind") == clearance.KIND and annex.name not in without:
            signed += _signed(chain, annex)
    return clearance.fold(signed)


def clear(station: Station, reader: Reader, annexes: AnnexIndex, account: Account, *, day: date) -> str:
    """Record that it may be released, judging by its coded record. Returns the name of the record.

    Raises `ClearingRefused`: role, gone, closed, lawyer (one of them can open it), twice. `StationKeyless`.
    """
    if reader.role is not Role.COORDINATOR:
        raise ClearingRefused("role")
    if account.gone or account.line is None:
        raise ClearingRefused("gone" if account.gone else "closed")
    if not account.alone:
        raise ClearingRefused("lawyer")
    if reader.id in clearance_of(station.chain, annexes, account.tid).cleared_by:
        raise ClearingRefused("twice")
    return _say(station, reader, annexes, account.tid, Act.CLEAR, day)


def take_back(station: Station, reader: Reader, annexes: AnnexIndex, tid: str, *, day: date) -> str:
    """Record that it may not be released, whoever cleared it. Returns the record's name. Raises
    `ClearingRefused("role")`.
    """
    if reader.role is not Role.COORDINATOR:
        raise ClearingRefused("role")
    return _say(station, reader, annexes, tid, Act.TAKE_BACK, day)


def _say(station: Station, reader: Reader, annexes: AnnexIndex, tid: str, act: Act, day: date) -> str:
    event = ClearingEvent(
        id=os.urandom(16).hex(), act=act, day=day, after=clearance_of(station.chain, annexes, tid).seen
    )
    record, items = consent_acts.seal_content(station.chain.latest, reader, tid, clearance.content_of(event), day=day)
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return record.id


def _signed(chain: RosterChain, annex: OpenedAnnex) -> Iterable[Signed]:
    """The signer, by the newest roster that knows the key; nothing if the annex cannot be read."""
    entry, now = chain.signer(annex.by), chain.latest.signer(annex.by)
    try:
        events = clearance.events_of(annex.content)
    except EventUnreadable:
        return []
    return [
        Signed(
            event=event,
            signer=entry.id if entry else annex.by,
            role=entry.role if entry else "",
            active=now is not None and now.active,
        )
        for event in events
    ]
