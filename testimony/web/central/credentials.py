"""Pages for a user's own credentials: add a security key, change the password, remove lost or old ones."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from testimony.services.accounts import administrators
from testimony.services.accounts.errors import AccountRefused
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, proven
from testimony.web.central import access as central_access
from testimony.web.text import labels

bp = Blueprint("ownways", __name__)
PAGE = "ownways.show"
ACCOUNT = (Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OBSERVER)


@bp.get("/<lang:lang>/ways")
@audience(*ACCOUNT)
def show(lang: str) -> str:
    """One's own keys and password."""
    return _page()


@bp.post("/ways/another")
@audience(*ACCOUNT)
@proven(PAGE)
def another() -> Response:
    """This browser goes on to register a further way, as with a link; one signs in with it afterwards."""
    asks, by = context.actor(), central_access.acting()
    with context.transaction() as db:
        link = administrators.another(db, asks.id, by)
        token = administrators.open_link(context.station(), db, link, by)
    central_access.take_over(token)
    return redirect(url_for("enrolment.ways"), code=303)


@bp.post("/<lang:lang>/ways/<key>/forget")
@audience(*ACCOUNT)
@proven(PAGE)
def forget_key(lang: str, key: str) -> Response | tuple[str, int]:
    """One's other sessions end."""
    asks, by = context.actor(), central_access.acting()
    try:
        with context.transaction() as db:
            administrators.forget_key(db, asks.id, key, by, but=asks.session)
    except AccountRefused as error:
        return _page(error), error_handlers.status_of(error)
    return redirect(url_for(PAGE), code=303)


@bp.post("/<lang:lang>/ways/password/forget")
@audience(*ACCOUNT)
@proven(PAGE)
def forget_password(lang: str) -> Response | tuple[str, int]:
    """One's other sessions end."""
    asks, by = context.actor(), central_access.acting()
    try:
        with context.transaction() as db:
            administrators.forget_password(db, asks.id, by, but=asks.session)
    except AccountRefused as error:
        return _page(error), error_handlers.status_of(error)
    return redirect(url_for(PAGE), code=303)


def _page(error: AccountRefused | None = None) -> str:
    with context.reading() as db:
        found = administrators.ways(db, context.actor().id)
    said = error_handlers.sentence_of(error) if error else ""
    return render_template("central/own.html", found=found, said=said, name=central_access.acting().by, day=labels.day)
