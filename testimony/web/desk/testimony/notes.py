"""Lawyers' notes on a testimony, a moment of a recording or a passage. Texts stay in scripts and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from testimony.domain.testimony import note, translation
from testimony.domain.testimony.languages import dir_of
from testimony.domain.testimony.note import Moment, Note, Passage, Place, Saying
from testimony.domain.testimony.statement import Statement
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.media import Gallery
from testimony.services.opening.media import gallery as gallery_of
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.review import notes
from testimony.services.review.errors import NoteRefused
from testimony.services.review.notes import Held
from testimony.services.testimony.view import Opened
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.desk.testimony import media
from testimony.web.text import labels

bp = Blueprint("notes", __name__)


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words with their own language and direction; `day` in words."""

    text: str
    lang: str
    dir: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A note for the page. `where`: its place in words, "" for the whole; `medium` and `ms`, 0 where it is of none."""

    id: str
    writer: str
    own: bool
    day: str
    struck: bool
    texts: list[Text]
    before: list[Text]
    where: str
    place: dict[str, Any] | None
    medium: int = 0
    ms: int = 0
    quote: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence that can be noted: `place` as JSON has it, its number in its statement, and how it begins."""

    place: dict[str, Any]
    number: int
    text: str
    lang: str
    dir: str


@dataclass(frozen=True, kw_only=True)
class Notes:
    """All of a testimony, for the page. `marks`: by recording, the milliseconds at which notes stand."""

    notes: list[Shown]
    unread: int
    sentences: list[Sentence]
    marks: dict[int, list[int]]


def shown(opened: Opened, said: Sequence[Statement]) -> Notes:
    """The notes on the testimony that a lawyer has open, by the annexes that the desk has opened."""
    held = notes.notes_on(context.station(), key.reader(), key.key_holder().annexes, opened.tid, opened.manifest)
    originals = [one for one in said if one.original is None]
    numbers = [one.number for one in opened.gallery.media] if opened.gallery else []
    return Notes(
        notes=[_shown(one, opened.gallery, originals) for one in held.notes],
        unread=held.unread,
        sentences=[each for one in originals for each in _sentences(one)],
        marks={number: sorted(notes.moments(held, number)) for number in numbers},
    )


@bp.post("/testimony/<tid>/notes")
@audience(Visitor.LAWYER)
def write(tid: str) -> dict[str, Any]:
    """{"note": id or "", "text", "lang", "place"} -> {"sentence", "note": as the page shows it}."""
    body = context.posted()
    id, text, lang = (body.get(name) for name in ("note", "text", "lang"))
    if not (isinstance(id, str) and isinstance(text, str) and isinstance(lang, str)):
        raise BadRequest
    place, reader = note.place_of(body.get("place")), key.reader()
    with context.reading() as db:
        manifest, held = _manifest_and_notes(db, tid)
    made = notes.write(
        context.station(), reader, tid, manifest, held,
        id=id, text=text, lang=lang, place=place, day=context.now().date(),
    )  # fmt: skip
    return _answer(tid, made, str(_("Signed and sealed to the lawyers alone.")))


@bp.post("/testimony/<tid>/notes/strike")
@audience(Visitor.LAWYER)
def strike(tid: str) -> dict[str, Any]:
    """{"note": id} -> as `write`."""
    id = context.posted().get("note")
    if not isinstance(id, str):
        raise BadRequest
    with context.reading() as db:
        manifest, held = _manifest_and_notes(db, tid)
    notes.strike(context.station(), key.reader(), tid, manifest, held, id=id, day=context.now().date())
    return _answer(tid, id, str(_("Crossed out. What it said stays, and everybody sees that you crossed it out.")))


def _answer(tid: str, id: str, sentence: str) -> dict[str, Any]:
    with context.reading() as db:
        _manifest, held = _manifest_and_notes(db, tid)
        record = next(one for one in record_queries.records_about(db, tid) if one.kind == "manifest")
        reading = ReadingSession.at(context.station(), db, key.reader())
        gallery = gallery_of(reading, record, permission=consent_state.permission_today(db, record))
    found = held.own(id, key.reader().id)
    return {"sentence": sentence, "note": asdict(_shown(found, gallery, ())) if found else None}


def _manifest_and_notes(db: Session, tid: str) -> tuple[str, Held]:
    """The manifest's name, and the notes with what came since. Raises `TestimonyUnknown`, `NoteRefused`, and
    `CannotOpen` if the account that they are about does not open."""
    station, annexes = context.station(), key.key_holder().annexes
    record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    if not record_queries.is_served(db, tid):
        raise NoteRefused("gone")
    annexes.refresh(station, db, key.reader())
    consent_state.permission_today(db, record).require("narrative")
    return record.id, notes.notes_on(station, key.reader(), annexes, tid, record.id)


def _shown(one: Note, gallery: Gallery | None, said: Sequence[Statement]) -> Shown:
    where = one.place
    moment = where if isinstance(where, Moment) else None
    return Shown(
        id=one.id,
        writer=one.writer,
        own=one.writer == key.reader().id,
        day=labels.day(one.day.isoformat()),
        struck=one.struck,
        texts=[_text(each) for each in one.texts],
        before=[_text(each) for each in one.before],
        where=_where(where, gallery),
        place=where.to_value() if where else None,
        medium=moment.medium if moment else 0,
        ms=moment.ms if moment else 0,
        quote=_quote(where, said),
    )


def _text(said: Saying) -> Text:
    known = said.lang != note.UNKNOWN
    direction = dir_of(said.lang) if known else "auto"
    return Text(text=said.text, lang=said.lang, dir=direction, day=labels.day(said.day.isoformat()))


def _where(place: Place, gallery: Gallery | None) -> str:
    if isinstance(place, Passage):
        return str(_("On a passage of the account"))
    if place is None:
        return ""
    medium = next((one for one in gallery.media if one.number == place.medium), None) if gallery else None
    if medium is None:
        return str(_("On a recording that is not here"))
    if medium.item.kind != "voice":
        return media.title(medium)
    return str(_("%(recording)s, at %(time)s", recording=media.title(medium), time=media.clock(place.ms)))


def _quote(place: Place, said: Sequence[Statement]) -> Text | None:
    if not isinstance(place, Passage):
        return None
    found = next((one for one in said if one.id == place.statement), None)
    if found is None:
        return None
    return Text(text=found.text[place.start : place.end], lang=found.lang, dir=found.dir, day="")


def _sentences(said: Statement) -> list[Sentence]:
    spans = translation.spans(said.text)
    return [
        Sentence(
            place=Passage(statement=said.id, start=start, end=end).to_value(),
            number=number,
            text=said.text[start : min(end, start + 60)],
            lang=said.lang,
            dir=said.dir,
        )
        for number, (start, end) in enumerate(spans, 1)
    ]
