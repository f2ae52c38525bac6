"""Serves recordings, pictures and files: decrypted in memory piece by piece, with headers that let nothing execute."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from testimony.errors import N_
from testimony.sealing.testimony.media import Item
from testimony.services.custody import log as custody_log
from testimony.services.opening.errors import MediumUnknown, TestimonyUnknown
from testimony.services.opening.media import Medium, OpenMedia
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.store.sql.database import Database
from testimony.web import context, error_handlers, headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.desk.testimony import files
from testimony.web.text.numerals import digits, series

bp = Blueprint("media", __name__)

VOICE = "voice"
TITLES = {VOICE: N_("Recording %(number)s"), "picture": N_("Picture %(number)s"), "file": N_("File %(number)s")}


@bp.get("/media/<tid>/<int:number>")
@audience(Visitor.LAWYER)
def show(tid: str, number: int) -> Response:
    """The bytes. A range is answered up to the end of the piece that it begins in, so that each is verified first.

    A file leaves whole or not at all, and the desk's own log says that it left.
    """
    with context.reading() as db:
        opened = open_media(db, tid)
        item = opened.item(number)
        answer = _media_response(opened, number, item)
    if item.origin is not None and request.method == "GET":
        with context.transaction() as db:
            custody_log.append(
                db, kind="exported", ref=opened.record.id, by=opened.reading.reader.id, day=context.today()
            )
    return answer


@bp.get("/media/<tid>/<int:number>/begin")
@audience(Visitor.LAWYER)
def begin(tid: str, number: int) -> Response:
    """The same up to the first piece that is lacking or damaged, as if the recording ended there."""
    with context.reading() as db:
        opened = open_media(db, tid)
        if opened.item(number).kind == "file":
            raise MediumUnknown  # half a file passes for a whole one
        return _media_response(opened, number, opened.beginning(opened.item(number)))


def open_media(db: Session, tid: str, *, by: Reader | None = None) -> OpenMedia:
    """The media of the testimony `tid`, as far as its consent of today lets this reader open them. `by`: as for
    `permission_today`.

    Raises `TestimonyUnknown`, `MediumUnknown` and `CannotOpen`.
    """
    record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    reader = by or key.reader()
    permission = consent_state.permission_today(db, record, by=reader)
    return OpenMedia(ReadingSession.at(context.station(), db, reader), tid, permission=permission)


def _media_response(opened: OpenMedia, number: int, item: Item) -> Response:
    disposition = _disposition(opened, number, item)
    asked = request.range if item.origin is None else None  # of a file every byte is hashed before the first leaves
    found = asked.range_for_length(item.len) if asked else None
    if asked and found is None and len(asked.ranges) == 1:
        return _locked(Response(status=416, headers={"Content-Range": f"bytes */{item.len}"}), item, disposition)
    if found is not None:
        return _locked(_partial(opened, item, *found), item, disposition)
    if request.method == "GET":
        for wrong in opened.check(item):
            raise wrong
    whole = Response(
        _pieces(context.station().database, opened, item), status=200, headers={"Content-Length": str(item.len)}
    )
    return _locked(whole, item, disposition)


@bp.get("/<lang:lang>/media/<tid>/<int:number>/check")
@audience(Visitor.LAWYER)
def check(lang: str, tid: str, number: int) -> dict[str, str | bool]:
    """Open every piece and say in words what is wrong: {"whole", "sentence"}."""
    with context.reading() as db:
        opened = open_media(db, tid)
        item = opened.item(number)
        wrong = [error_handlers.sentence_of(error) for error in opened.check(item)]
    if wrong:
        return {"whole": False, "sentence": " ".join(wrong)}
    words = gettext(
        "Pieces checked: %(number)s. Each is exactly the one that was sealed, in its place.", number=item.pieces
    )
    return {"whole": True, "sentence": words}


def title(medium: Medium) -> str:
    """Recording 1, Picture 2, File 3: counted through, as the list does."""
    return str(gettext(TITLES[medium.item.kind], number=medium.number))


def clock(ms: int) -> str:
    """1:05, or 1:02:03: it reads from left to right in every language."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def arrived(medium: Medium) -> str:
    """How much of it is here, and by number what is not; "" when it is whole."""
    if not medium.missing:
        return ""
    pieces = medium.item.pieces
    return str(
        gettext(
            "%(here)s of %(pieces)s pieces have arrived. Still to come: %(missing)s. Fetch again later.",
            here=pieces - len(medium.missing),
            pieces=pieces,
            missing=_ranges(medium.missing),
        )
    )


def _partial(opened: OpenMedia, item: Item, start: int, stop: int) -> Response:
    data = opened.stretch(item, start)[: stop - start]
    answer = Response(data, status=206)
    answer.headers["Content-Range"] = f"bytes {start}-{start + len(data) - 1}/{item.len}"
    return answer


def _pieces(database: Database, opened: OpenMedia, item: Item) -> Iterator[bytes]:
    """One piece in memory at a time; the database is not held while the browser reads."""
    for place in range(item.pieces):
        with database.reading() as session:
            piece = opened.by(session).piece(item, place)
        yield piece


def _disposition(opened: OpenMedia, number: int, item: Item) -> str:
    """Only a recording is played from here. A picture is shown decoded apart, and a file is saved."""
    if item.origin is not None:
        return f'attachment; filename="{files.saved_as(opened.manifest.tid, number, item.origin)}"'
    return "inline" if item.kind == "voice" else "attachment"


def _locked(answer: Response, item: Item, disposition: str) -> Response:
    """Lock the response down: a type that we chose, not cached, and without an origin."""
    answer.mimetype = item.type  # one of the six in the format's table: nobody else's word enters a header
    answer.headers["Content-Security-Policy"] = headers.BYTES
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Accept-Ranges"] = "bytes" if item.origin is None else "none"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _ranges(numbers: tuple[int, ...]) -> str:
    """3–7, 12: runs are not spelt out."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return series(first if first == last else digits(f"{first}–{last}") for first, last in runs)
