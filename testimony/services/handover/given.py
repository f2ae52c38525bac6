"""Hand a testimony over to another organisation: propose, agree, send, read the answer, and tell of the end."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.handover.acts import Act, Entry
from testimony.errors import NotCanonical, Refused
from testimony.sealing.archive import checks
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import handover
from testimony.sealing.statements.handover import INTERVIEW, LATER, Answer, Ended, Offer
from testimony.sealing.testimony.media import LIST
from testimony.sealing.verification import Holds
from testimony.services.archive import archive
from testimony.services.archive.archive import Wish
from testimony.services.archive.errors import ArchiveRefused
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import consents, permissions, usable
from testimony.services.handover import letters, partners, standings
from testimony.services.handover.errors import HandoverRefused
from testimony.services.handover.letters import Letter
from testimony.services.handover.partners import Partner
from testimony.services.handover.standings import Standing, State
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.compartments import ORDER
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.review import disclosures
from testimony.station.station import Station

MADE: Final = "handover"
"""What the register of what left calls it."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """`data`: of the file, or of the archive in it. `withheld`: whether recordings or pictures stay here, because the
    witness does not agree today to each kind of them.
    """

    data: bytes
    withheld: bool


def propose(
    station: Station, reader: Reader, annexes: AnnexIndex, tid: str, partner: Partner, *, day: date
) -> Standing:
    """Propose, as a lawyer, that the testimony `tid` is handed over; another lawyer must agree.

    Raises `HandoverRefused`: role, unseen, ended, expired, use, taken, gone, consent, again; `StationKeyless`.
    """
    with partners.current(station, reader, annexes, day) as session:
        held = standings.read(station, session, reader, annexes, at=day)
        consent = _consent(station, session, reader, annexes, tid, partner, day)
        record = _manifest(session, tid)
    same = (one for one in held.each if (one.tid, one.offer.to) == (tid, partner.fingerprint))
    if any(one.state in standings.OFFERED for one in same):
        raise HandoverRefused("again")
    offer = Offer(
        id=os.urandom(16).hex(),
        organisation=station.chain.fingerprint,
        to=partner.fingerprint,
        recipient=partner.recipient,
        tid=tid,
        manifest=record.id,
        consent=consent,
        day=day.isoformat(),
    )
    data = offer.encode()
    sigs = tuple(handover.sign_offer(data, consent_acts.signer_of(reader)))
    id = canonical.sha256_hex(data)
    standings.keep(station, reader, tid, Entry(act=Act.PROPOSE, id=id, day=day, statement=data.decode(), sigs=sigs))
    return _again(station, reader, annexes, id, day)


def agree(station: Station, reader: Reader, annexes: AnnexIndex, id: str, partner: Partner, *, day: date) -> Standing:
    """Agree as a second lawyer. `partner`: to whom, by the six words that this lawyer compared.

    Raises as `propose`, and unknown, theirs, twice, words, agreed, dropped, proof.
    """
    with partners.current(station, reader, annexes, day) as session:
        one = standings.read(station, session, reader, annexes, at=day).find(id)
        _require_state(one, State.PROPOSED)
        if one.by == reader.id:
            raise HandoverRefused("twice")
        if one.offer.to != partner.fingerprint:
            raise HandoverRefused("words")
        _require_use(partner, one)
        _consent(station, session, reader, annexes, one.tid, partner, day)
        if one.offer.manifest != _manifest(session, one.tid).id:
            raise HandoverRefused("proof")
    sigs = tuple(handover.sign_offer(one.record.data, consent_acts.signer_of(reader)))
    standings.keep(station, reader, one.tid, Entry(act=Act.AGREE, id=one.id, day=day, sigs=sigs))
    return _again(station, reader, annexes, one.id, day)


def drop(station: Station, reader: Reader, annexes: AnnexIndex, id: str, *, day: date) -> Standing:
    """Drop a hand-over that has not left. Raises `HandoverRefused`: role, unknown, theirs, sent, answered, dropped."""
    one = _again(station, reader, annexes, id, day)
    if one.state not in (State.PROPOSED, State.AGREED):
        _require_ours(one)
        over = {State.DROPPED: "dropped", State.REFUSED: "answered", State.ENDED: "answered"}
        raise HandoverRefused(over.get(one.state, "sent"))
    standings.keep(station, reader, one.tid, Entry(act=Act.DROP, id=one.id, day=day))
    return _again(station, reader, annexes, one.id, day)


def send(station: Station, reader: Reader, annexes: AnnexIndex, id: str, *, day: date) -> Sent:
    """The file for the other organisation, noted in the register of what left. It can be made again until an answer.

    Raises `HandoverRefused`: role, unseen, ended, expired, unknown, theirs, waiting, dropped, answered, use, taken,
    consent, gone, proof, part, large, stranger.
    """
    with partners.current(station, reader, annexes, day) as session:
        one = standings.read(station, session, reader, annexes, at=day).find(id)
        _require_state(one, State.AGREED, State.SENT)
        partner = _partner_of(station, annexes, one)
        _consent(station, session, reader, annexes, one.tid, partner, day)
    statement = _signed(station, one)
    with station.database.transaction() as session:
        packed = _archive(station, session, reader, annexes, one, day)
        data = letters.write(station, partner, statement, packed.data)
    sha256 = canonical.sha256_hex(data)
    use = Key(Purpose.HANDOVER, one.offer.recipient)
    disclosures.note(station, reader, [one.tid], sha256, made=MADE, use=use, day=day)
    standings.keep(station, reader, one.tid, Entry(act=Act.SEND, id=one.id, day=day, statement=sha256))
    return Sent(data=data, withheld=packed.withheld)


def tell(station: Station, reader: Reader, annexes: AnnexIndex, id: str, *, day: date) -> bytes:
    """The file that tells the other organisation that the consent has ended. One lawyer is enough.

    Raises `HandoverRefused`: role, unknown, theirs, unsent, dropped, stands, stranger.
    """
    with station.database.reading() as session:
        one = standings.read(station, session, reader, annexes, at=day).find(id)
    if one.state not in (State.DUE, State.TOLD, State.ENDED):
        _require_ours(one)
        unsent = {State.PROPOSED: "unsent", State.AGREED: "unsent", State.DROPPED: "dropped"}
        raise HandoverRefused(unsent.get(one.state, "stands"))
    said = handover.end(
        handover=one.id,
        organisation=station.chain.fingerprint,
        to=one.offer.to,
        day=day.isoformat(),
        signer=consent_acts.signer_of(reader),
    )
    data = letters.write(station, partners.find(station, annexes, one.offer.to), said)
    if one.state is State.DUE:
        standings.keep(station, reader, one.tid, Entry(act=Act.TELL, id=one.id, day=day))
    return data


def take_reply(station: Station, reader: Reader, annexes: AnnexIndex, letter: Letter, *, day: date) -> Standing:
    """Keep what the other organisation answered: that it took it in, refused it, or withdrew it. A yes may follow a
    refusal, from another desk.

    Raises `HandoverRefused`: role, signed, other, unknown, unsent, answered.
    """
    partners.require_lawyer(reader)
    kind = letter.statement.kind
    if kind not in (handover.ANSWER, handover.ENDED):
        raise HandoverRefused("other")
    said: Answer | Ended
    try:
        said = (handover.parse_answer if kind == handover.ANSWER else handover.parse_ended)(letter.statement)
        handover.verify_one(letter.statement, letter.sender.chain)
    except (NotCanonical, Refused) as error:
        raise HandoverRefused("signed") from error
    one = _again(station, reader, annexes, said.handover, day)
    if one.offer.to != letter.sender.fingerprint or said.organisation != letter.sender.fingerprint:
        raise HandoverRefused("signed")
    if one.sent is None:
        raise HandoverRefused("unsent")
    act = Act.ANSWERED if kind == handover.ANSWER else Act.DONE
    if isinstance(said, Answer) and one.answer is not None and (one.answer.taken or not said.taken):
        raise HandoverRefused("answered")
    entry = Entry(act=act, id=one.id, day=day, statement=letter.statement.encode().decode())
    standings.keep(station, reader, one.tid, entry)
    return _again(station, reader, annexes, one.id, day)


def _again(station: Station, reader: Reader, annexes: AnnexIndex, id: str, day: date) -> Standing:
    with station.database.reading() as session:
        return standings.read(station, session, reader, annexes, at=day).find(id)


def _require_ours(one: Standing) -> None:
    if not one.ours:
        raise HandoverRefused("theirs")


def _require_state(one: Standing, *wanted: State) -> None:
    if one.state in wanted:
        return
    _require_ours(one)
    if one.state is State.PROPOSED:
        raise HandoverRefused("waiting")
    if one.state is State.AGREED:
        raise HandoverRefused("agreed")
    if one.state is State.DUE:
        raise HandoverRefused("consent")
    raise HandoverRefused({State.DROPPED: "dropped", State.SENT: "sent"}.get(one.state, "answered"))


def _partner_of(station: Station, annexes: AnnexIndex, one: Standing) -> Partner:
    """The organisation of a hand-over, if it is still noted for the use that the offer names."""
    partner = partners.find(station, annexes, one.offer.to)
    _require_use(partner, one)
    return partner


def _require_use(partner: Partner, one: Standing) -> None:
    if partner.recipient != one.offer.recipient:
        raise HandoverRefused("use")


def _consent(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, tid: str, partner: Partner, day: date
) -> str:
    """When the witness agreed. Raises `HandoverRefused`: expired, use, taken, gone, consent."""
    partners.require_lasting(partner, day)
    if not partner.recipient or partner.recipient not in partners.recipients(station):
        raise HandoverRefused("use")
    partners.require_alone(station, annexes, partner)
    found = usable.one_of(station, session, reader, tid, annexes, at=day)
    if found is None:
        raise HandoverRefused("gone")
    key = Key(Purpose.HANDOVER, partner.recipient)
    if key not in found.usable:
        raise HandoverRefused("consent")
    record = _manifest(session, tid)
    held = permissions.read_consent(ReadingSession.at(station, session, reader), record, annexes=annexes, at=day).held
    sealed = consents.sealed_uses(Manifest.read(record.value), held.content or {}, day)
    return INTERVIEW if key in sealed else LATER


def _manifest(session: Session, tid: str) -> SignedRecord:
    """The signed list of a testimony that is here."""
    return next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")


def _signed(station: Station, one: Standing) -> SignedRecord:
    """The offer with the signatures of both lawyers. Raises `HandoverRefused`: waiting, signed."""
    if one.agreed is None:
        raise HandoverRefused("waiting")
    record = SignedRecord(one.record.data, (list(map(dict, one.sigs)), list(map(dict, one.agreed[1]))))
    try:
        handover.verify_offer(record, station.chain)
    except (NotCanonical, Refused) as error:
        raise HandoverRefused("signed") from error
    return record


def _archive(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, one: Standing, day: date) -> Sent:
    """The testimony in clear, with its proofs. Raises `HandoverRefused`: gone, consent, proof, part, large."""
    use = Key(Purpose.HANDOVER, one.offer.recipient)
    media = Manifest.read(_manifest(session, one.tid).value).part(LIST) is not None
    along = media and _agreed_to_media(station, session, reader, annexes, one.tid, day)
    shown = frozenset((*ORDER, archive.MEDIA) if along else ORDER)
    wish = Wish(tids=(one.tid,), use=use, reveal=shown, sealed=False, agreed=True)
    written = io.BytesIO()
    try:
        made = archive.compose(station, session, reader, wish, at=day, annexes=annexes)
        if made.size > letters.LARGEST:
            raise HandoverRefused("large")
        archive.write(made, written.write)
    except ArchiveRefused as refused:
        known = refused.reason if refused.reason in HandoverRefused.REASONS else "part"
        raise HandoverRefused(known) from refused
    if any(found.holds is Holds.NO for found in checks.examine(written)):
        raise HandoverRefused("proof")
    return Sent(data=written.getvalue(), withheld=media and not along)


def _agreed_to_media(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, tid: str, day: date
) -> bool:
    """Whether the witness agrees today to each kind of the recordings and pictures that there are."""
    reading = ReadingSession.at(station, session, reader)
    held = permissions.read_consent(reading, _manifest(session, tid), annexes=annexes, at=day)
    try:
        kinds = {item.kind for item in OpenMedia(reading, tid, permission=held.permission).items}
    except CannotOpen as error:
        if "media" in held.permission.closed:
            return False
        raise HandoverRefused("part") from error
    return {permissions.MEDIA[kind] for kind in kinds} <= {key.purpose for key in held.stands.usable}
