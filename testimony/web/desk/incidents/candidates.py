"""Suggestions at a desk: accounts that may describe the same incident, and the reviewer's decision on each."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.services.inbox.search import Progress
from testimony.services.incidents import linkage, side_by_side
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.incidents import text as incident_text
from testimony.web.desk.session import key

bp = Blueprint("alike", __name__)

AT_ONCE = 0.5  # seconds of each kind of opening between two answers
MOST = 12


@bp.get("/<lang:lang>/testimony/<tid>/alike")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """What was found by what is open so far. Opens nothing itself: `go_on` does."""
    keys, station, day = key.key_holder(), context.station(), context.now().date()
    with context.reading() as db:
        side_by_side.require_served(db, tid)
        keys.inbox.refresh(station, db, key.reader(), keys.annexes, day=day)
    held = incident_text.opened_links()
    named = incident_text.read_titles(held)
    return render_template(
        "desk/alike.html",
        tid=tid,
        compared=keys.alike.holds(tid),
        whole=keys.alike.holds_all(keys.words, keys.inbox.progress().total),
        suggested=incident_text.suggestions(tid, lang, held, named, most=MOST),
    )


@bp.post("/testimony/<tid>/alike")
@audience(Visitor.LAWYER)
def go_on(tid: str) -> Response:
    """Open more for a moment, for a page without a script."""
    progress = _read_on()
    if progress.read < progress.total:
        flash(_("Opened so far: %(read)s of %(total)s.", read=progress.read, total=progress.total))
    return redirect(url_for("alike.show", tid=tid), code=303)


@bp.post("/alike/read")
@audience(Visitor.LAWYER)
def read() -> dict[str, int]:
    """Open more for a moment -> {"read", "total"}. The client repeats the request until `read` is `total`."""
    progress = _read_on()
    return {"read": progress.read, "total": progress.total}


@bp.post("/testimony/<tid>/alike/decide")
@audience(Visitor.LAWYER)
def decide(tid: str) -> Response:
    """`decide`: "different", "same", or the incident that both describe."""
    said, other = request.form.get("decide", ""), request.form.get("other", "")
    with context.reading() as db:
        for one in (tid, other):
            side_by_side.require_served(db, one)
        key.key_holder().annexes.refresh(context.station(), db, key.reader())
    place = (context.station(), key.reader(), incident_text.opened_links(), tid, other)
    day = context.now().date()
    if said == "different":
        linkage.different(*place, day=day)
        flash(_("Written down: these two tell of different events. It is not asked again."))
        return redirect(url_for("alike.show", tid=tid), code=303)
    incident = linkage.same_event(*place, incident="" if said == "same" else said, day=day)
    flash(_("Written down: both tell of this incident."))
    return redirect(url_for("incidents.show", incident=incident), code=303)


def _read_on() -> Progress:
    held, day = key.key_holder(), context.now().date()
    held.inbox.recall(context.station(), key.reader(), held.annexes, day=day, seconds=AT_ONCE)
    words = held.words.read_on(context.station(), key.reader(), held.annexes, day=day, seconds=AT_ONCE)
    found = held.alike.read_on(context.station(), key.reader(), held.annexes, held.words, day=day, seconds=AT_ONCE)
    return Progress(read=found.read, total=words.total)
