"""Open recordings, pictures and files at a desk: each piece in memory when it is requested."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from testimony.domain.roles import Audience
from testimony.errors import TestimonyError
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest, is_media
from testimony.sealing.parts.part import OpenedHead
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony import media, testimony
from testimony.sealing.testimony.media import LIST, PIECE, Item
from testimony.services.opening import compartments
from testimony.services.opening.errors import FileAltered, MediumUnknown, PieceAltered, PieceLacking, TestimonyUnknown
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.store.errors import PartDamaged

JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, kw_only=True)
class Medium:
    """A recording, picture or file of a testimony; `missing`: which of its pieces, from 1, have not arrived.

    `closed`: why the consent to making it keeps it closed.
    """

    number: int
    item: Item
    missing: tuple[int, ...]
    closed: str | None = None


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """A recording, picture or file of a testimony; `missing`: which of its pieces, from 1, are not here yet.

    `head`: the one that opened the list, in version 2.
    """

    media: tuple[Medium, ...] = ()
    closed: str | None = None
    head: OpenedHead | None = field(default=None, repr=False, compare=False)


class OpenMedia:
    """The media of one testimony for one lawyer: manifest and list are verified once, a piece when it is requested.

    Raises `TestimonyUnknown`, `MediumUnknown` if there are none, and `CannotOpen` for the list, also where the consent
    of the day, `permission`, keeps it closed.
    """

    def __init__(self, reading: ReadingSession, tid: str, *, permission: Permission) -> None:
        self.reading, self.permission = reading, permission
        record = next(
            (one for one in record_queries.records_about(reading.session, tid) if one.kind == "manifest"), None
        )
        if record is None:
            raise TestimonyUnknown(tid=tid)
        if reading.reader.audience is not Audience.LAWYERS:
            raise CannotOpen("not_for_you")  # code, not the roster, keeps everybody else out
        permission.require(compartments.compartment_of(LIST))
        self.record: SignedRecord = record
        self.manifest = self._verified(record)
        self.grants = compartments.grants_of(reading.session, tid)
        listed = self._open(LIST)
        self.items, self.head = media.read_list(listed.content, self.manifest), listed.head

    def by(self, session: Session) -> OpenMedia:
        """The same media, read through another session."""
        other = copy(self)
        other.reading = replace(self.reading, session=session)
        return other

    def item(self, number: int) -> Item:
        """The item with this number, from 1. Raises `MediumUnknown`."""
        if not 1 <= number <= len(self.items):
            raise MediumUnknown
        return self.items[number - 1]

    def piece(self, item: Item, place: int) -> bytes:
        """The piece at `place`, after its final check. Raises `PieceLacking`, `PieceAltered`, `CannotOpen`."""
        self.permission.require(item.kind)
        said = {"piece": place + 1, "pieces": item.pieces}
        try:
            content = media.require_piece(item, place, self._open(item.parts[place]))
        except CannotOpen as error:
            if error.reason == "incomplete":
                raise PieceLacking(**said) from error
            if error.reason == "altered":
                raise PieceAltered(**said) from error
            raise
        if item.kind == "picture" and place == 0 and not content.startswith(JPEG):
            raise PieceAltered(**said)
        return content

    def stretch(self, item: Item, start: int) -> bytes:
        """The bytes of `item` from `start` to the end of the piece that contains them."""
        return self.piece(item, start // PIECE)[start % PIECE :]

    def beginning(self, item: Item) -> Item:
        """`item` as far as it is available from its first piece on. Raises as `piece` if even that is not."""
        for place in range(item.pieces):
            try:
                self.piece(item, place)
            except (PieceLacking, PieceAltered, CannotOpen):
                if place == 0:
                    raise
                return replace(item, pieces=place, len=place * PIECE)
        return item

    def check(self, item: Item) -> Iterator[TestimonyError]:
        """Open every piece, and yield what is wrong with each; of a file also that it is not the one that was noted."""
        whole = hashlib.sha256()
        wrong = False
        for place in range(item.pieces):
            try:
                whole.update(self.piece(item, place))
            except (PieceLacking, PieceAltered, CannotOpen) as error:
                wrong = True
                yield error
        if item.origin is not None and not wrong and whole.hexdigest() != item.origin.sha256:
            yield FileAltered()

    def _open(self, part: str) -> testimony.OpenedPart:
        return compartments.open_one(self.reading, self.record.id, self.manifest, part, self.grants)

    def _verified(self, record: SignedRecord) -> Manifest:
        if compartments.parsed(record).part(LIST) is None:
            raise MediumUnknown
        manifest, _ = testimony.authentic_part(record, LIST, self.reading.chain)
        return manifest


def gallery(reading: ReadingSession, record: SignedRecord, *, permission: Permission) -> Gallery | None:
    """The media of the testimony `record`, opening only the list; None if it has none."""
    manifest = compartments.parsed(record)
    if manifest.part(LIST) is None:
        return None
    try:
        opened = OpenMedia(reading, manifest.tid, permission=permission)
    except CannotOpen as refusal:
        grants = compartments.grants_of(reading.session, manifest.tid)
        return Gallery(closed=compartments.why_closed(reading, record, LIST, grants, refusal.reason))
    here = _here(reading.session, reading.reader, record)
    return Gallery(
        media=tuple(
            Medium(number=number, item=item, missing=_missing(item, here), closed=permission.closed.get(item.kind))
            for number, item in enumerate(opened.items, 1)
        ),
        head=opened.head,
    )


def damaged(reading: ReadingSession, record: SignedRecord) -> frozenset[str]:
    """The pieces whose stored body is not the one that was sealed. Reads and hashes all of them again."""
    found = set()
    for one in record_queries.parts_of(reading.session, record.id):
        if is_media(one.part) and one.audience is None and one.held:
            try:
                reading.body(one.name)
            except PartDamaged:
                found.add(one.part)
    return frozenset(found)


def _here(session: Session, reader: Reader, record: SignedRecord) -> set[str]:
    """The pieces whose body, and whose head for this reader, are held."""
    held = [one for one in record_queries.parts_of(session, record.id) if is_media(one.part) and one.held]
    bodies = {one.part for one in held if one.audience is None}
    return bodies & {one.part for one in held if one.audience == reader.audience}


def _missing(item: Item, here: set[str]) -> tuple[int, ...]:
    return tuple(place for place, part in enumerate(item.parts, 1) if part not in here)
