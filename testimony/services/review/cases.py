"""Cases at a lawyer's desk: list the cases of a testimony from the annexes that open here, add it or remove it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from testimony.domain.consent.purposes import Key
from testimony.domain.review import case
from testimony.domain.review.case import Act, CaseEvent, Signed
from testimony.domain.roles import Audience, Role
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.services.review.errors import CaseRefused
from testimony.station.station import Station

READERS: Final = (Audience.LAWYERS, Audience.RECOVERY)


@dataclass(frozen=True, kw_only=True)
class Cases:
    """The cases that `tid` is in, who added it, and how many annexes of this kind are not valid."""

    tid: str
    within: frozenset[Key]
    said: tuple[Signed, ...]
    unread: int


def cases_of(station: Station, annexes: AnnexIndex, tid: str) -> Cases:
    """The cases of the testimony `tid`, from all that `annexes` (refreshed before) hold."""
    return _fold(station, tid, [one for one in annexes.about(tid) if one.content.get("kind") == case.KIND])


def within(station: Station, annexes: AnnexIndex) -> dict[str, frozenset[Key]]:
    """The testimonies that are in some case, and in which."""
    found: dict[str, list[OpenedAnnex]] = {}
    for one in annexes.of_kind(case.KIND):
        found.setdefault(one.tid, []).append(one)
    folded = {tid: _fold(station, tid, said).within for tid, said in found.items()}
    return {tid: cases for tid, cases in folded.items() if cases}


def said_of(station: Station, annexes: AnnexIndex, one: Key) -> list[tuple[str, Signed]]:
    """(testimony, act) of all that was said about the case `one`."""
    tids = sorted({annex.tid for annex in annexes.of_kind(case.KIND)})
    return [(tid, act) for tid in tids for act in cases_of(station, annexes, tid).said if act.event.case == one]


def take(station: Station, reader: Reader, held: Cases, one: Key, *, usable: frozenset[Key], day: date) -> str:
    """Add it to the case `one`. Returns the name of the record.

    `usable`: what the witness's consent allows today. Raises `CaseRefused`, `StationKeyless`.
    """
    if one not in usable:
        raise CaseRefused("consent")
    if one in held.within:
        raise CaseRefused("there")
    return _say(station, reader, held, Act.TAKE, one, day)


def leave(station: Station, reader: Reader, held: Cases, one: Key, *, day: date) -> str:
    """Remove it again, whatever the consent says by now. Raises as `take`."""
    if one not in held.within:
        raise CaseRefused("there")
    return _say(station, reader, held, Act.LEAVE, one, day)


def _say(station: Station, reader: Reader, held: Cases, act: Act, one: Key, day: date) -> str:
    if reader.role is not Role.LAWYER or one.purpose not in case.CASES:
        raise CaseRefused("role")
    seen = frozenset(each.event.id for each in held.said)
    content = CaseEvent(id=os.urandom(16).hex(), act=act, case=one, day=day, after=seen).to_value()
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, held.tid, content, day=day, audiences=READERS
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return record.id


def _fold(station: Station, tid: str, said: Iterable[OpenedAnnex]) -> Cases:
    read, unread = lawyer_annexes.read(station.chain, said, CaseEvent.parse)
    signed = [Signed(event=one.what, signer=one.signer) for one in read]
    sound = case.alone(signed)
    unread += len(set(signed)) - len(sound)
    return Cases(tid=tid, within=case.standing(sound), said=tuple(sound), unread=unread)
