"""Notes at a lawyer's desk: read those that open here, and add or edit one, sealed to lawyers and the recovery key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from testimony.domain.errors import NoteUnreadable
from testimony.domain.roles import Audience, Role
from testimony.domain.testimony import note
from testimony.domain.testimony.note import Act, Note, Passage, Place, Saying
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review.errors import NoteRefused
from testimony.station.station import Station

READERS = (Audience.LAWYERS, Audience.RECOVERY)


@dataclass(frozen=True, kw_only=True)
class Held:
    """The notes on a testimony. `unread`: how many annexes of this kind are not valid."""

    notes: tuple[Note, ...]
    unread: int

    def own(self, id: str, writer: str) -> Note | None:
        """The note `id` of this writer."""
        return next((one for one in self.notes if (one.id, one.writer) == (id, writer)), None)


def notes_on(station: Station, reader: Reader, annexes: AnnexIndex, tid: str, manifest: str) -> Held:
    """The notes on the testimony `tid`, from all that `annexes` (refreshed before) hold. Raises `NoteRefused` for other
    roles.
    """
    _require_lawyer(reader)
    said, unread = lawyer_annexes.read(
        station.chain, annexes.about_of_kind(tid, note.KIND), Saying.parse, NoteUnreadable
    )
    signed = [(one.signer, one.what) for one in said if one.what.of == manifest]
    notes, twice = note.fold(signed)
    return Held(notes=tuple(notes), unread=unread + len(said) - len(signed) + twice)


def write(
    station: Station,
    reader: Reader,
    tid: str,
    manifest: str,
    held: Held,
    *,
    id: str,
    text: str,
    lang: str,
    place: Place,
    day: date,
) -> str:
    """Write a new note (`id` ""), or edit one of the reader's own. Returns its id.

    Raises `NoteRefused`: role, empty, long, unusable, other (not theirs); `StationKeyless`.
    """
    require_text(text)
    return _say(station, reader, tid, manifest, held, Act.WRITE, id, text.strip(), lang, place, day)


def require_text(text: str) -> None:
    """Raise `NoteRefused` (empty, long) for what no note may say."""
    if not text.strip():
        raise NoteRefused("empty")
    if len(text.strip()) > note.LONGEST:
        raise NoteRefused("long")


def strike(station: Station, reader: Reader, tid: str, manifest: str, held: Held, *, id: str, day: date) -> str:
    """Cross out one of the reader's own notes: everybody still reads its text. Raises as `write`."""
    found = held.own(id, reader.id)
    if found is None:
        raise NoteRefused("other")
    return _say(station, reader, tid, manifest, held, Act.STRIKE, id, "", note.UNKNOWN, found.place, day)


def _say(
    station: Station,
    reader: Reader,
    tid: str,
    manifest: str,
    held: Held,
    act: Act,
    id: str,
    text: str,
    lang: str,
    place: Place,
    day: date,
) -> str:
    _require_lawyer(reader)
    before = held.own(id, reader.id) if id else None
    if id and before is None:
        raise NoteRefused("other")
    number = os.urandom(16).hex()
    made = Saying(
        id=number,
        note=id or number,
        of=manifest,
        act=act,
        text=text,
        lang=lang,
        place=place,
        day=day,
        after=before.seen if before else frozenset(),
    )
    content = made.to_value()
    try:
        Saying.parse(content)  # check that every other desk can read it
    except NoteUnreadable as error:
        raise NoteRefused("unusable") from error
    record, items = consent_acts.seal_bound(station, reader, tid, content, day=day, audiences=READERS)
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return made.note


def moments(held: Held, medium: int) -> Iterator[int]:
    """Milliseconds into the recording `medium` of the notes that are not crossed out."""
    places = [one.place for one in held.notes if not one.struck]
    return (each.ms for each in places if each is not None and not isinstance(each, Passage) and each.medium == medium)


def _require_lawyer(reader: Reader) -> None:
    """Raise `NoteRefused`: code, not the seal, keeps everybody else out."""
    if reader.role is not Role.LAWYER:
        raise NoteRefused("role")
