"""Read, validate and match a batch before it is stored, outside any transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical, Refused
from testimony.sealing.parts.part import LARGEST_BODY
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import early_withdrawal, statements
from testimony.services.intake import questions
from testimony.services.intake.returned import Returned
from testimony.services.records import scrub, validation
from testimony.services.records.types import Incoming, Status
from testimony.services.records.validation import Named, Sound
from testimony.services.withdrawal import codes
from testimony.store.models.records import Held, ObjectRow, RecordRow, TombstoneRow

ROSTERS = ("roster", "root")
ABOUT_OTHERS = {"grant": 1, "annex": 1, "question": 1, "answer": 2}
"""Kinds that are judged last, in this order: they may be about a record of the same batch."""
FROM_A_LOG = frozenset({"manifest"})
"""Kinds that central accepts although their maker is no longer active: the node vouches that they came before."""

# Built once, and asked of the connection: building a statement, or a session around one, takes longer than SQLite's
# answer.
_BURIED = select(TombstoneRow.subject).where(
    TombstoneRow.subject.in_(bindparam("subjects", expanding=True)), TombstoneRow.shredded.is_(True)
)
_KNOWN = select(RecordRow.name).where(RecordRow.name.in_(bindparam("names", expanding=True)))


@dataclass
class Arrival:
    """One incoming item, under its name; `answer` once it is decided."""

    name: str
    payload: bytes
    record: SignedRecord | None = None
    answer: Status | None = None

    def refuse(self, rule: str) -> None:
        self.answer = Status(self.name, "refused", rule)


@dataclass(frozen=True)
class Place:
    """Where an object belongs: the record that names it, and what that says about it."""

    record: str
    subject: str
    named: Named
    held: Held
    piece: bool = False  # of media


@dataclass
class Batch:
    """A parsed batch: sound new records, withdrawals still to be proved, and where each object belongs."""

    arrivals: list[Arrival]
    sounds: dict[str, Sound] = field(default_factory=dict)
    withdrawals: dict[str, SignedRecord] = field(default_factory=dict)
    envelopes: dict[str, bytes] = field(default_factory=dict)  # of the records to be stored
    known: set[str] = field(default_factory=set)  # records held already
    objects: dict[str, bytes] = field(default_factory=dict)  # named by something, of the right size
    places: dict[str, list[Place]] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)  # objects that arrived and whose copy here is known to be damaged
    buried: set[str] = field(default_factory=set)  # withdrawn subjects: nothing of theirs is written

    def undecided(self) -> Iterable[Arrival]:
        return (arrival for arrival in self.arrivals if arrival.answer is None)


def read(incoming: Sequence[Incoming]) -> Batch:
    """Names and records of the incoming items. Unreadable items are refused here."""
    return Batch(
        [_read_record(item.payload) if item.kind == "record" else _read_object(item.payload) for item in incoming]
    )


def is_withdrawal(item: Incoming) -> bool:
    """Whether this is a withdrawal record; nothing is verified."""
    try:
        return item.kind == "record" and validation.require_readable(item.payload).kind in validation.WITHDRAWALS
    except Refused:
        return False


def judge(
    batch: Batch,
    session: Session,
    chain: RosterChain,
    role: str,
    *,
    vouched: bool = True,
    returned: Returned | None = None,
) -> None:
    """Decide which records are sound and where the objects belong.

    `vouched`: whether an active station states that it received them; otherwise their makers must be active now.
    `returned`: records that central logged before it was restored, when their makers were active.
    """
    from_a_log = FROM_A_LOG if role == "central" and vouched else frozenset()
    logged = returned.records if returned else frozenset()
    records = [arrival for arrival in batch.undecided() if arrival.record is not None]
    connection = session.connection()
    batch.known = _known(connection, {arrival.name for arrival in records})
    for arrival in sorted(records, key=_is_about_another):
        if arrival.name not in batch.known and arrival.record is not None and arrival.record.kind not in ROSTERS:
            is_logged = arrival.name in logged or arrival.record.kind in from_a_log
            _judge_record(batch, session, arrival, arrival.record, chain, role, is_logged=is_logged)
    _match(batch, session)
    subjects = {place.subject for places in batch.places.values() for place in places}
    batch.buried = buried(connection, subjects)
    batch.damaged = batch.objects.keys() & scrub.names(session) if batch.objects else set()


def _is_about_another(arrival: Arrival) -> int:
    return 0 if arrival.record is None else ABOUT_OTHERS.get(arrival.record.kind, 0)


def buried(connection: Connection, subjects: Collection[str | None]) -> set[str]:
    """Those of the subjects that were withdrawn as a whole."""
    return set(connection.scalars(_BURIED, {"subjects": list(subjects)})) if subjects else set()


def _read_record(payload: bytes) -> Arrival:
    try:
        record = validation.require_readable(payload)
    except Refused as error:
        return Arrival("", b"", None, Status(_name_of(payload), "refused", error.rule))
    return Arrival(record.id, payload, record)


def _name_of(payload: bytes) -> str:
    """The name of a refused record, if at least its envelope can be read."""
    try:
        return SignedRecord.decode(payload).id if len(payload) <= validation.LARGEST_RECORD else ""
    except NotCanonical:
        return ""


def _read_object(payload: bytes) -> Arrival:
    arrival = Arrival(sha256_hex(payload), payload)
    if len(payload) > max(LARGEST_BODY, validation.LARGEST_HEAD):
        arrival.refuse("size.limit")
    return arrival


def _known(connection: Connection, names: set[str]) -> set[str]:
    return set(connection.scalars(_KNOWN, {"names": list(names)})) if names else set()


def _judge_record(
    batch: Batch,
    session: Session,
    arrival: Arrival,
    record: SignedRecord,
    chain: RosterChain,
    role: str,
    *,
    is_logged: bool,
) -> None:
    """`is_logged`: its maker was active when a station took it in, and need not be active now."""
    if record.id in batch.envelopes:
        return
    try:
        if record.kind in validation.WITHDRAWALS:
            _require_withdrawal(record)
            batch.withdrawals[record.id] = record
        else:
            now_active = role in ("field", "central") and not is_logged
            sound = validation.judge(record, chain, now_active=now_active)
            if sound.code is not None:
                _require_code(batch, session, sound.code, role)
            if sound.kind in questions.KINDS:
                questions.require_known(batch.sounds, session, sound)
            batch.sounds[record.id] = _with_subject(batch, session, sound)
        batch.envelopes[record.id] = arrival.payload
    except Refused as error:
        arrival.refuse(error.rule)


def _require_code(batch: Batch, session: Session, key: str, role: str) -> None:
    """Raise `Refused` unless a testimony with this code is here or in the batch, and the code has not sent too many.

    At central the testimony may still be under way: `not.named` lets the node send the annex again. If the code
    withdrew everything before the testimony reached central, it never comes, and the withdrawal vouches for the code. A
    desk trusts central, and checks the code when it opens the annex.
    """
    if role not in ("field", "central"):
        return
    known = any(sound.withdraw == key for sound in batch.sounds.values()) or bool(codes.testimonies(session, key))
    if not known and not (role == "central" and codes.has_withdrawn(session, key)):
        raise Refused("not.named" if role == "central" else "signer.unknown")
    along = sum(sound.code == key for sound in batch.sounds.values())
    if codes.annexes(session, key) + along >= codes.MOST_ANNEXES:
        raise Refused("code.limit")


def _require_withdrawal(record: SignedRecord) -> None:
    try:
        if record.kind == early_withdrawal.KIND:
            early_withdrawal.verify_early(record)
        else:
            statements.parse_withdrawal(record)
    except NotCanonical as error:
        raise Refused("structure") from error


def _with_subject(batch: Batch, session: Session, sound: Sound) -> Sound:
    """A grant concerns the testimony of the record that it adds to, which must be held or in the batch."""
    if sound.about is None:
        return sound
    about = batch.sounds.get(sound.about)
    subject = about.subject if about else session.scalar(select(RecordRow.subject).where(RecordRow.name == sound.about))
    if subject is None:
        raise Refused("not.named")
    return replace(sound, subject=subject)


def _match(batch: Batch, session: Session) -> None:
    """Find the record that names each object: in this batch, or already held."""
    objects = [arrival for arrival in batch.undecided() if arrival.record is None]
    places: dict[str, list[Place]] = {}
    for name, sound in batch.sounds.items():
        for named in sound.objects:
            place = Place(name, sound.subject or "", named, Held.EXPECTED, sound.is_piece(named))
            places.setdefault(named.name, []).append(place)
    for name, place in _held_places(session, {arrival.name for arrival in objects} - places.keys()):
        places.setdefault(name, []).append(place)
    for arrival in objects:
        found = places.get(arrival.name, [])
        try:
            _require_place(arrival, found)
        except Refused as error:
            arrival.refuse(error.rule)
        else:
            batch.objects[arrival.name] = arrival.payload
            batch.places[arrival.name] = found


def _held_places(session: Session, names: set[str]) -> Iterable[tuple[str, Place]]:
    if not names:
        return
    columns = (
        ObjectRow.name,
        ObjectRow.record,
        ObjectRow.subject,
        ObjectRow.part,
        ObjectRow.audience,
        ObjectRow.length,
        ObjectRow.held,
        ObjectRow.media,
    )
    for name, record, subject, part, audience, length, held, media in session.execute(
        select(*columns).where(ObjectRow.name.in_(names))
    ):
        named = Named(name=name, part=part, audience=audience, length=length)
        yield name, Place(record, subject, named, Held(held), media)


def _require_place(arrival: Arrival, places: Sequence[Place]) -> None:
    """Raise `Refused` unless some place fits: one record that describes these bytes wrongly is no reason to refuse
    them.
    """
    if not places:
        raise Refused("not.named")
    misfits = [_misfit(arrival, place.named) for place in places]
    if all(misfits):
        raise Refused(misfits[0])


def _misfit(arrival: Arrival, named: Named) -> str:
    """The rule that these bytes break in the place that the record gives them; empty if they fit."""
    if named.audience is None:
        return "" if len(arrival.payload) == named.length else "structure"
    return "size.limit" if len(arrival.payload) > validation.LARGEST_HEAD else ""
