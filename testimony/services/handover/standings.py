"""How each hand-over stands, in both directions, from all that lawyers wrote down about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.handover.acts import KIND, OURS, Act, Entry
from testimony.domain.roles import Role
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import handover
from testimony.sealing.statements.handover import DESTROYED, NEVER, Answer, Ended, Offer
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import usable
from testimony.services.handover.errors import HandoverRefused
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.review.cases import READERS
from testimony.station.station import Station

T = TypeVar("T")
Sigs = tuple[Mapping[str, str], ...]
SHORT = 8
"""Digits of the name of an offer that are enough to point at it."""


class State(StrEnum):
    """Of what this organisation gives, then of what it was given."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DROPPED = "dropped"
    SENT = "sent"
    TAKEN = "taken"
    REFUSED = "refused"
    DUE = "due"
    TOLD = "told"
    ENDED = "ended"
    RECEIVED = "received"
    DECLINED = "declined"
    WITHDRAW = "withdraw now"
    WITHDRAWN = "withdrawn"


OFFERED: Final = frozenset({State.PROPOSED, State.AGREED, State.SENT, State.TAKEN, State.DUE})
"""Offers that stand: the same testimony is not offered again to the same organisation."""
OPEN: Final = OFFERED | {State.TOLD, State.RECEIVED, State.WITHDRAW}
"""Hand-overs of which one side must still hear from the other."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One hand-over. `id`: the name of its offer. `tid`: its testimony here. `by`: who proposed or answered it.

    `copies`: each testimony that a desk sealed of it; two desks that had not exchanged may both have taken it in.
    `sigs`: the signatures of the lawyer who proposed it. `agreed`: the lawyer who agreed, and their signatures.
    `sent`, `told`: the day; `answer`, `done`: what came back.
    """

    id: str
    tid: str
    offer: Offer
    record: SignedRecord
    state: State
    by: str
    day: date
    copies: tuple[str, ...] = ()
    sigs: Sigs = ()
    agreed: tuple[str, Sigs] | None = None
    sent: date | None = None
    answer: Answer | None = None
    told: date | None = None
    done: Ended | None = None
    reason: str = ""

    @property
    def ours(self) -> bool:
        """Whether this organisation gives."""
        return self.state not in (State.RECEIVED, State.DECLINED, State.WITHDRAW, State.WITHDRAWN)

    @property
    def other(self) -> str:
        """The fingerprint of the other organisation."""
        return self.offer.to if self.ours else self.offer.organisation


@dataclass(frozen=True, kw_only=True)
class Standings:
    """All hand-overs, the newest first. `unread`: how many annexes of this kind cannot be read.

    `ends`: (fingerprint, name of an offer) where that organisation said that the consent ended, whether it came or not,
    with the lawyers who heard of that, by their ids in the roster.
    """

    each: tuple[Standing, ...]
    ends: Mapping[tuple[str, str], frozenset[str]]
    unread: int

    def find(self, id: str) -> Standing:
        """By its id or the first digits of it. Raises `HandoverRefused("unknown")`."""
        found = [one for one in self.each if one.id.startswith(id)]
        if len(found) != 1 or len(id) < SHORT:
            raise HandoverRefused("unknown")
        return found[0]


Signed = tuple[Entry, str, str]
"""What somebody wrote down, about which testimony, and who, by the id in the roster."""


def read(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> Standings:
    """From all annexes, by the consent at `at`. Raises `HandoverRefused("role")`."""
    if reader.role is not Role.LAWYER:
        raise HandoverRefused("role")
    annexes.refresh(station, session, reader)
    about: dict[str, list[Signed]] = {}
    said, unread = lawyer_annexes.read(station.chain, annexes.of_kind(KIND), Entry.parse)
    for one in said:
        about.setdefault(one.what.id, []).append((one.what, one.annex.tid, one.signer))
    each = []
    for signed in about.values():
        signed.sort(key=lambda one: (one[0].day, one[2], str(one[0].act), one[0].statement))
        found = _standing(signed, station.chain.fingerprint)
        each += [] if found is None else [_today(station, session, reader, found, annexes, at)]
    ends: dict[tuple[str, str], frozenset[str]] = {}
    for signed in about.values():
        for heard in signed:
            for end in _parsed([heard], Act.END, handover.parse_end):
                of = end.organisation, end.handover
                ends[of] = ends.get(of, frozenset()) | {heard[2]}
    each.sort(key=lambda one: (one.day, one.id), reverse=True)
    return Standings(each=tuple(each), ends=ends, unread=unread)


def stands(
    station: Station, session: Session, reader: Reader, tid: str, recipient: str, annexes: AnnexIndex, *, at: date
) -> bool:
    """Whether the witness agrees at `at` that the testimony is handed over to this recipient."""
    found = usable.one_of(station, session, reader, tid, annexes, at=at)
    return found is not None and Key(Purpose.HANDOVER, recipient) in found.usable


def keep(
    station: Station,
    reader: Reader,
    tid: str,
    entry: Entry,
    *,
    beside: Sequence[Incoming] = (),
    said: Sequence[tuple[str, str]] = (),
) -> None:
    """Write it down for all lawyers, and store `beside` with it. `said`: (kind, name) more for this desk's log.

    Opens a transaction. Raises `StationKeyless`.
    """
    Entry.parse(entry.to_value())  # every other desk can read it
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, tid, entry.to_value(), day=entry.day, audiences=READERS
    )
    consent_acts.keep(station, reader, [*beside, *items], [*said, ("said", record.id)], entry.day)


def _standing(signed: list[Signed], own: str) -> Standing | None:
    """None where what was offered is not known: it does not open here. `own`: the fingerprint of the first root."""
    offered = ((one, found) for one in signed if (found := _offered(one, own)) is not None)
    first, known = next(offered, (None, None))
    if first is None or known is None:
        return None
    record, offer = known
    entry, tid, by = first
    if entry.act in OURS:
        proposed = Standing(
            id=entry.id,
            tid=tid,
            offer=offer,
            record=record,
            state=State.PROPOSED,
            by=by,
            day=entry.day,
            sigs=entry.sigs,
        )
        return _given(signed, proposed)
    taken = [one for one in signed if one[0].act is Act.TAKE]
    state = State.RECEIVED if taken else State.DECLINED
    entry, tid, by = taken[0] if taken else first
    ends = _parsed(signed, Act.END, handover.parse_end)
    if taken and any(one.organisation == offer.organisation for one in ends):
        state = State.WITHDRAWN
    return Standing(
        id=entry.id,
        tid=tid,
        offer=offer,
        record=record,
        state=state,
        by=by,
        day=entry.day,
        copies=tuple(dict.fromkeys(tid for _, tid, _ in taken)),
        reason=entry.reason,
    )


def _given(signed: list[Signed], proposed: Standing) -> Standing:
    """What is given: a second lawyer's agreement counts, a yes before a refusal, and of what was done the most.

    Two desks there may answer before they exchange. "Never taken in" does not count beside a yes.
    """
    last = {act: one for one, _, _ in reversed(signed) for act in [one.act]}
    agreed = next(
        ((by, one.sigs) for one, _, by in signed if one.act is Act.AGREE and one.sigs and by != proposed.by), None
    )
    answer = min(_parsed(signed, Act.ANSWERED, handover.parse_answer), key=lambda one: not one.taken, default=None)
    done = _parsed(signed, Act.DONE, handover.parse_ended)
    if answer is not None and answer.taken:
        done = [one for one in done if one.state != NEVER]
    done.sort(key=lambda one: one.state != DESTROYED)
    sent, told = last.get(Act.SEND), last.get(Act.TELL)
    if done:
        state = State.ENDED
    elif told is not None:
        state = State.TOLD
    elif answer is not None:
        state = State.TAKEN if answer.taken else State.REFUSED
    elif sent is not None:
        state = State.SENT
    elif Act.DROP in last:
        state = State.DROPPED
    else:
        state = State.PROPOSED if agreed is None else State.AGREED
    return replace(
        proposed,
        state=state,
        agreed=agreed,
        sent=sent.day if sent else None,
        answer=answer,
        told=told.day if told else None,
        done=done[0] if done else None,
    )


def _today(
    station: Station, session: Session, reader: Reader, one: Standing, annexes: AnnexIndex, at: date
) -> Standing:
    """`one`, which is due if its consent does not stand and the other organisation may have the testimony, after
    a refusal too: another desk there may have taken it in.

    One that has ended is to be withdrawn while a copy is open: a desk took it in before it heard of the end.
    """
    if one.state is State.WITHDRAWN and any(record_queries.is_served(session, tid) for tid in one.copies):
        return replace(one, state=State.WITHDRAW)
    if one.state not in (State.SENT, State.TAKEN, State.REFUSED):
        return one
    if stands(station, session, reader, one.tid, one.offer.recipient, annexes, at=at):
        return one
    return replace(one, state=State.DUE)


def _offered(one: Signed, own: str) -> tuple[SignedRecord, Offer] | None:
    """The offer that a lawyer proposed, took in or refused: its bytes alone, or the whole record that came.

    What is proposed must name the own organisation and the testimony about which it is written: a second lawyer signs
    what they see.
    """
    entry, tid, _ = one
    if entry.act not in (Act.PROPOSE, Act.TAKE, Act.REFUSE):
        return None
    data, proposed = entry.statement.encode(), entry.act is Act.PROPOSE
    try:
        record = SignedRecord(data, ()) if proposed else SignedRecord.decode(data)
        offer = handover.parse_offer(record)
    except (NotCanonical, Refused):
        return None
    if record.id != entry.id or (proposed and (offer.organisation, offer.tid) != (own, tid)):
        return None
    return record, offer


def _parsed(signed: list[Signed], act: Act, parse: Callable[[SignedRecord], T]) -> list[T]:
    """The statements of one kind of act, without those that cannot be read."""
    found = []
    for entry, _, _ in signed:
        if entry.act is act:
            with suppress(NotCanonical, Refused):
                found.append(parse(SignedRecord.decode(entry.statement.encode())))
    return found
