"""The desk's list of testimonies, and fetching new ones from central."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from testimony.domain.roles import Role
from testimony.services import reading
from testimony.sync import mediapull, wordingpull
from testimony.sync.mediapull import MediaReport
from testimony.sync.pull import pull as fetch
from testimony.sync.transport import Transport
from testimony.web import context, labels
from testimony.web.auth import Visitor, audience
from testimony.web.desk import key

bp = Blueprint("shelf", __name__)

PAGE = 50
PATIENCE = 30.0
"""Seconds for recordings and pictures at one press of the button: all text has come by then, and the rest can wait."""


@bp.get("/<lang:lang>/")
@audience(Visitor.READER)
def show(lang: str) -> str:
    """A page of testimonies, the last to arrive first: day, short id, what opens, whether it verifies."""
    page = max(request.args.get("page", 0, type=int), 0)
    with context.reading() as db:
        total = reading.count(db)
        lines = reading.shelf(context.station(), db, key.reader(), page=page, size=PAGE, known=key.held().opens)
    return render_template(
        "desk/shelf.html", lines=lines, total=total, page=page, labels=labels, more=total > (page + 1) * PAGE
    )


@bp.post("/pull")
@audience(Visitor.READER)
def pull() -> Response:
    """Fetch from central what this reader may have, and say in words what came."""
    reader, station = key.reader(), context.station()
    transport = Transport(station.settings.central_url, reader.signer)
    report = fetch(station, transport, audience=reader.audience)
    media = mediapull.fetch(station, transport, seconds=PATIENCE) if reader.role == Role.LAWYER else MediaReport()
    told = wordingpull.fetch(station, transport, seconds=PATIENCE)
    key.held().opens.clear()
    if report.records or report.objects:
        flash(
            gettext(
                "Fetched. New records: %(records)s. New sealed pieces: %(objects)s.",
                records=report.records,
                objects=report.objects,
            )
        )
    elif not media.pieces:
        flash(gettext("There was nothing new at headquarters."))
    _say_media(media)
    if refused := report.refused | media.refused | told.refused:
        flash(gettext("Not accepted here, because they broke a rule: %(number)s.", number=len(refused)))
    return redirect(url_for("shelf.show"), code=303)


def _say_media(media: MediaReport) -> None:
    if media.pieces:
        flash(gettext("Pieces of recordings and pictures that came: %(number)s.", number=media.pieces))
    if media.left:
        flash(
            gettext(
                "Pieces of recordings and pictures that are still to come: %(number)s. All text is here; fetch again"
                " for the rest.",
                number=media.left,
            )
        )
