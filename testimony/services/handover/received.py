"""What another organisation hands over: check it, take it in or refuse it, and withdraw it when consent has ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from testimony.domain.handover.acts import Act, Entry
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import handover
from testimony.sealing.statements.handover import DESTROYED, LONGEST_REASON, NEVER, WITHDRAWN, End, Offer
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import contests
from testimony.services.handover import letters, packed, partners, second_seal, standings
from testimony.services.handover.errors import HandoverRefused
from testimony.services.handover.letters import Letter
from testimony.services.handover.packed import Packed
from testimony.services.handover.partners import Partner
from testimony.services.handover.standings import Standing, Standings, State
from testimony.services.imports import sealing as import_sealing
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.withdrawal import shredding
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Offered:
    """An offer whose signatures, proofs and consent hold. `signers`: of the two lawyers, their ids there.

    `held`: what is known of it here already, None before it was answered.
    """

    sender: Partner
    offer: Offer
    record: SignedRecord
    signers: tuple[str, ...]
    packed: Packed
    held: Standing | None


def look(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, letter: Letter, *, day: date
) -> Offered:
    """Check an offer, and change nothing. `letter`: opened by `letters.read`.

    Raises `HandoverRefused`: role, other, newer, signed, addressed, proofs, disagreed, withdrawn, answered.
    """
    held = standings.read(station, session, reader, annexes, at=day)
    try:
        offer, people = handover.verify_offer(letter.statement, letter.sender.chain)
    except Refused as error:
        raise HandoverRefused({"version.newer": "newer", "kind.unknown": "other"}.get(error.rule, "signed")) from error
    except NotCanonical as error:
        raise HandoverRefused("signed") from error
    if offer.organisation != letter.sender.fingerprint:
        raise HandoverRefused("signed")
    if offer.to != station.chain.fingerprint:
        raise HandoverRefused("addressed")
    found = packed.examine(letter.archive, offer, day=day)
    return Offered(
        sender=letter.sender,
        offer=offer,
        record=letter.statement,
        signers=tuple(one.id for one in people),
        packed=found,
        held=next((one for one in held.each if one.id == letter.statement.id), None),
    )


def answered(station: Station, reader: Reader, annexes: AnnexIndex, letter: Letter, *, day: date) -> Standing | None:
    """How an offer that was taken in or refused before stands; None for a new one. Raises `HandoverRefused("role")`."""
    with station.database.reading() as session:
        held = standings.read(station, session, reader, annexes, at=day)
    return next((one for one in held.each if one.id == letter.statement.id and not one.ours), None)


def take(station: Station, reader: Reader, annexes: AnnexIndex, letter: Letter, *, now: datetime) -> Standing:
    """Seal the testimony for the own readers, as an imported one, and keep who gave it. All of it is stored or nothing.

    Raises `HandoverRefused` as `look`, and unseen, ended; `ImportRefused`, `NotEnoughLawyers`, `StationKeyless`.
    """
    day = now.date()
    with partners.current(station, reader, annexes, day) as session:
        found = look(station, session, reader, annexes, letter, day=day)
        held = standings.read(station, session, reader, annexes, at=day)
    _require_unanswered(held, found)
    if (found.offer.organisation, found.record.id) in held.ends:
        raise HandoverRefused("withdrawn")
    roster = station.chain.latest
    import_sealing.require_may(roster, reader)
    sealed = second_seal.sealed(roster, reader, found.packed, found.sender, found.record.id, now=now)
    tid = str(sealed.record.value["tid"])
    entry = Entry(act=Act.TAKE, id=found.record.id, day=day, statement=found.record.encode().decode())
    standings.keep(
        station, reader, tid, entry, beside=import_sealing.incoming(sealed), said=[("imported", sealed.record.id)]
    )
    return _again(station, reader, annexes, found.record.id, day)


def refuse(
    station: Station, reader: Reader, annexes: AnnexIndex, letter: Letter, reason: str, *, day: date
) -> Standing:
    """Refuse an offer, and keep why. Raises `HandoverRefused` as `look`, and reason."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise HandoverRefused("reason")
    with station.database.reading() as session:
        found = look(station, session, reader, annexes, letter, day=day)
        _require_unanswered(standings.read(station, session, reader, annexes, at=day), found)
    said = found.record.encode().decode()
    entry = Entry(act=Act.REFUSE, id=found.record.id, day=day, statement=said, reason=reason)
    standings.keep(station, reader, NOWHERE, entry)
    return _again(station, reader, annexes, found.record.id, day)


def answer(station: Station, reader: Reader, annexes: AnnexIndex, id: str, partner: Partner, *, day: date) -> bytes:
    """The file that says that the offer was taken in or refused. `partner`: its sender, with the readers of its file.

    Raises `HandoverRefused`: role, unknown, signed.
    """
    one = _again(station, reader, annexes, id, day)
    if one.ours:
        raise HandoverRefused("unknown")
    if one.offer.organisation != partner.fingerprint:
        raise HandoverRefused("signed")
    said = handover.answer(
        handover=one.id,
        organisation=station.chain.fingerprint,
        taken=one.state is not State.DECLINED,
        reason=one.reason,
        day=day.isoformat(),
        signer=consent_acts.signer_of(reader),
    )
    return letters.write(station, partner, said)


def end(station: Station, reader: Reader, annexes: AnnexIndex, letter: Letter, *, day: date) -> End:
    """Withdraw what was taken in, since its consent has ended there. What was not taken in yet never will be.

    It is held back at once and destroyed like every withdrawal that a lawyer writes down. Raises `HandoverRefused`:
    role, other, signed, addressed.
    """
    partners.require_lawyer(reader)
    try:
        said = handover.parse_end(letter.statement)
        handover.verify_one(letter.statement, letter.sender.chain)
    except Refused as error:
        raise HandoverRefused("other" if error.rule == "kind.unknown" else "signed") from error
    except NotCanonical as error:
        raise HandoverRefused("signed") from error
    if said.organisation != letter.sender.fingerprint:
        raise HandoverRefused("signed")
    if said.to != station.chain.fingerprint:
        raise HandoverRefused("addressed")
    with station.database.reading() as session:
        held = standings.read(station, session, reader, annexes, at=day)
        one = next((one for one in held.each if one.id == said.handover), None)
        if one is not None and one.offer.organisation != said.organisation:
            raise HandoverRefused("signed")
        told = held.ends.get((said.organisation, said.handover), frozenset())
        left = [] if one is None else _to_withdraw(station, session, reader, one.copies, told, day)
    for tid in left:
        consent_acts.withdraw_all(station, reader, tid, day=day)
    if not told or left:
        statement = letter.statement.encode().decode()
        tid = one.tid if one is not None else NOWHERE
        standings.keep(station, reader, tid, Entry(act=Act.END, id=said.handover, day=day, statement=statement))
    return said


def confirm(
    station: Station, reader: Reader, annexes: AnnexIndex, id: str, partner: Partner, *, day: date
) -> tuple[str, bytes]:
    """How the testimony of an offer stands here after its end, and the file that says so. `id`: of the offer, in full.
    `partner`: who gave it.

    Raises `HandoverRefused`: role, unknown.
    """
    with station.database.reading() as session:
        held = standings.read(station, session, reader, annexes, at=day)
        giver = partner.fingerprint
        if (giver, id) not in held.ends:
            raise HandoverRefused("unknown")
        one = next((one for one in held.each if (one.offer.organisation, one.id) == (giver, id)), None)
        state = NEVER
        if one is not None and one.copies:
            gone = all(shredding.is_shredded(session, tid) for tid in one.copies)
            state = DESTROYED if gone else WITHDRAWN
    said = handover.ended(
        handover=id,
        organisation=station.chain.fingerprint,
        state=state,
        day=day.isoformat(),
        signer=consent_acts.signer_of(reader),
    )
    return state, letters.write(station, partner, said)


def _to_withdraw(
    station: Station, session: Session, reader: Reader, copies: Sequence[str], told: Collection[str], day: date
) -> list[str]:
    """Those of `copies` that are not destroyed, and that nobody of `told`, who heard of this end, withdrew.

    What else suspends a copy may turn out to be false.
    """

    def is_withdrawn(tid: str) -> bool:
        own = consent_acts.withdrawal_of(reader, tid, day=day).id
        held = contests.suspensions(station, session, tid)
        return any(one.whole and one.due and (one.signer in told or one.withdrawal == own) for one in held)

    return [tid for tid in copies if not shredding.is_shredded(session, tid) and not is_withdrawn(tid)]


def _require_unanswered(held: Standings, found: Offered) -> None:
    """Raise `HandoverRefused("answered")` where this offer, or another one of the same testimony, was answered yes."""
    same = [one for one in held.each if one.id == found.record.id]
    taken = [
        one
        for one in held.each
        if one.state is State.RECEIVED and (one.offer.organisation, one.offer.tid) == _of(found.offer)
    ]
    if same or taken:
        raise HandoverRefused("answered")


def _of(offer: Offer) -> tuple[str, str]:
    return offer.organisation, offer.tid


def _again(station: Station, reader: Reader, annexes: AnnexIndex, id: str, day: date) -> Standing:
    with station.database.reading() as session:
        return standings.read(station, session, reader, annexes, at=day).find(id)
