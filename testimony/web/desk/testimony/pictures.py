"""Pictures at a lawyer's desk: the page that shows one in full, and the image re-encoded by this program."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from testimony.services.opening import media as opening_media
from testimony.services.opening import pictures
from testimony.services.opening.errors import MediumUnknown, TestimonyUnknown
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.web import context, headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.desk.testimony import media

bp = Blueprint("pictures", __name__)


@bp.get("/picture/<tid>/<int:number>")
@audience(Visitor.LAWYER)
def image(tid: str, number: int) -> Response:
    """Its pixels, re-encoded: no byte that a phone wrote reaches the browser's own decoder."""
    with context.reading() as db:
        shown = pictures.shown(media.open_media(db, tid), number)
    answer = Response(shown, mimetype="image/png")
    answer.headers["Content-Security-Policy"] = headers.BYTES
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/<lang:lang>/testimony/<tid>/picture/<int:number>")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str, number: int) -> str:
    """Larger, smaller, turned; without a script as large as the page."""
    with context.reading() as db:
        record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
        if record is None:
            raise TestimonyUnknown(tid=tid)
        permission = consent_state.permission_today(db, record)
        reading = ReadingSession.at(context.station(), db, key.reader())
        found = opening_media.gallery(reading, record, permission=permission)
    seen = [one for one in found.media if one.item.kind == "picture"] if found else []
    medium = next((one for one in seen if one.number == number), None)
    if medium is None:
        raise MediumUnknown
    beside = [one.number for one in seen]
    place = beside.index(number)
    return render_template(
        "desk/picture.html",
        tid=tid,
        medium=medium,
        title_of=media.title,
        arrived=media.arrived(medium),
        before=beside[place - 1] if place else None,
        after=beside[place + 1] if place + 1 < len(beside) else None,
    )
