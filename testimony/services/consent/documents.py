"""Documents that say what the witness of an account from elsewhere agrees to: check them, seal them, open them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.consent import conditions
from testimony.domain.consent.documents import AGES, KIND, ConsentDocument, Named
from testimony.domain.consent.offers import OWN, Offer
from testimony.domain.consent.purposes import Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.handover.acts import ORIGIN
from testimony.domain.roles import Role
from testimony.domain.sealed_file import LARGEST
from testimony.sealing.testimony import pieces
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import permissions, sealed_files
from testimony.services.consent.consents import Consents
from testimony.services.consent.errors import ConsentDocumentRefused
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station

UNSEALED: Final = ""
"""What stands for the name of an annex that is not made yet."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a lawyer says of a document. `made`: its day as it was typed. `age` and `there`: of the witness then."""

    uses: Sequence[Offer]
    made: str
    age: str
    data: bytes
    there: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Held:
    """A document that is here: its testimony, the record of its annex, and who attached it."""

    tid: str
    annex: str
    signer: str
    file: ConsentDocument


def offered(uses: Iterable[Offer], stands: Consents) -> list[Offer]:
    """Those of `uses` to which a document may say yes today: it must name the recipient, and so does the roster."""
    return [one for one in uses if _may(one) and one.key not in stands.usable]


def require_usable(reader: Reader, stands: Consents, wish: Wish, today: date) -> None:
    """Raise `ConsentDocumentRefused` unless the document can say what `wish` wants."""
    if reader.role is not Role.LAWYER:
        raise ConsentDocumentRefused("role")
    if not stands.imported:
        raise ConsentDocumentRefused("imported")
    if not wish.uses or not all(map(_may, wish.uses)):
        raise ConsentDocumentRefused("use")
    made = _made(wish.made, today)
    if wish.age not in AGES:
        raise ConsentDocumentRefused("not_recorded")
    said = Named(annex=UNSEALED, made=made, age=wish.age, there=wish.there)
    said_before = stands.counted.events
    by_documents = [event for event in said_before if event.id in stands.documents]
    for one in wish.uses:
        if (hindered := conditions.document_hindrance(one.purpose, said)) is not None:
            raise ConsentDocumentRefused(hindered)
        if any(conditions.is_no(event) and event.concerns(one.key) and event.day >= made for event in said_before):
            raise ConsentDocumentRefused("newer")
        if any(event.concerns(one.key) and stands.documents[event.id].made >= made for event in by_documents):
            raise ConsentDocumentRefused("again")
    _require_file(wish.data)


def require_never_asked(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, tid: str, *, day: date
) -> None:
    """Raise `ConsentDocumentRefused("asked")` unless the provenance shows that nobody handed this account over: a phone
    asked its witness then, and this station does not know each no.
    """
    record = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
    opening = ReadingSession.at(station, session, reader)
    told = permissions.open_part(opening, record, "provenance", annexes=annexes, at=day).content
    if told is None or ORIGIN in told:
        raise ConsentDocumentRefused("asked")


def seal(station: Station, reader: Reader, tid: str, wish: Wish, *, day: date) -> tuple[Named, list[Incoming]]:
    """The document, sealed to the lawyers and bound to its testimony: how an annex names it, and all to store.

    Call `require_usable` first. Raises `TestimonyUnknown`.
    """
    id, made = os.urandom(16).hex(), _made(wish.made, day)
    key, items = sealed_files.seal_pieces(station, reader, id, wish.data, day=day)
    file = ConsentDocument(
        id=id,
        of=_manifest_of(station, tid),
        made=made,
        ending=_require_file(wish.data),
        size=len(wish.data),
        sha256=canonical.sha256_hex(wish.data),
        key=key,
        pieces=pieces.count_of(len(wish.data)),
        day=day,
    )
    record, described = consent_acts.seal_bound(
        station, reader, tid, file.to_value(), day=day, audiences=sealed_files.READERS
    )
    named = Named(annex=record.id, made=made, age=wish.age, there=wish.there)
    return named, [*items, *described]


def find(station: Station, annexes: AnnexIndex, annex: str) -> Held:
    """The document in the record `annex`. `annexes`: refreshed before. Raises `ConsentDocumentRefused("unknown")`."""
    for one in annexes.of_kind(KIND):
        signer = lawyer_annexes.signer_of(station.chain, one)
        if one.name != annex or signer is None:
            continue
        try:
            file = ConsentDocument.parse(one.content)
        except EventUnreadable as error:
            raise ConsentDocumentRefused("unknown") from error
        return Held(tid=one.tid, annex=annex, signer=signer, file=file)
    raise ConsentDocumentRefused("unknown")


def open_document(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, held: Held, *, day: date
) -> bytes:
    """The whole document. This desk's own log says that it was opened. Raises `CannotOpen`."""
    return sealed_files.open_file(
        station, session, reader, annexes, held.file, signer=held.signer, record=held.annex, day=day
    )


def _may(offer: Offer) -> bool:
    """Whether a document may open this use: whom it names is known by name here."""
    known = offer.purpose in OWN or offer.purpose is Purpose.MECHANISM or bool(offer.name)
    return known and offer.purpose not in conditions.BY_NO_DOCUMENT


def _made(text: str, today: date) -> date:
    try:
        made = date.fromisoformat(text)
    except ValueError as error:
        raise ConsentDocumentRefused("day") from error
    if made.isoformat() != text or made > today:
        raise ConsentDocumentRefused("day")
    return made


def _require_file(data: bytes) -> str:
    """The ending of the file. Raises `ConsentDocumentRefused`."""
    if not data:
        raise ConsentDocumentRefused("none")
    if len(data) > LARGEST:
        raise ConsentDocumentRefused("large")
    ending = sealed_files.whole_kind(data)
    if ending is None:
        raise ConsentDocumentRefused("kind")
    return ending


def _manifest_of(station: Station, tid: str) -> str:
    with station.database.reading() as session:
        record = next((one for one in record_queries.records_about(session, tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    return record.id
