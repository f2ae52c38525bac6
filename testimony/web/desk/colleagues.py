"""The lawyers' page on which colleagues who joined later, or have a new key, are let in to what was sealed before."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from testimony.services import lategrants, lettingin
from testimony.services.lettingin import LetIn
from testimony.web import context, labels
from testimony.web.auth import Visitor, audience
from testimony.web.desk import exchanging, key

bp = Blueprint("colleagues", __name__)


@bp.get("/<lang:lang>/colleagues/")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """Every other active reader, and how many testimonies here are not open to them though they may be."""
    station, reader, annexes, day = context.station(), key.reader(), key.held().annexes, context.now().date()
    with context.reading() as db:
        annexes.refresh(station, db, reader)
        found = lettingin.colleagues(station, db, reader, annexes, at=day)
        current = lategrants.is_current(db, day)
    return render_template("desk/colleagues.html", found=found, current=current, labels=labels)


@bp.post("/colleagues/let-in")
@audience(Visitor.LAWYER)
def let_in() -> Response:
    """Exchange first, so that nothing that was taken back is unseen; then a batch, and say what is left."""
    exchanging.exchange(0)
    station, day = context.station(), context.now().date()
    done = lettingin.let_in(station, key.reader(), key.held().annexes, day=day, most=lettingin.MOST)
    key.held().news()
    _say(done)
    return redirect(url_for("colleagues.show"), code=303)


def _say(done: LetIn) -> None:
    if not done.heads:
        flash(gettext("There was nothing to open to anybody."))
        return
    flash(
        gettext(
            "Opened to colleagues, and signed: %(number)s parts. They can read them once you and they have exchanged"
            " with headquarters.",
            number=done.heads,
        )
    )
    if done.left:
        flash(gettext("Testimonies still to do: %(number)s. Press the button again.", number=done.left), "refused")
