"""The page of a node's link to headquarters: sync now, metered or not, and sync media once anyway."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from testimony.services.link import metered as link_metered
from testimony.sync.jobs.sync import SyncJob, Trying
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("link", __name__)


@bp.before_request
def require_token() -> None:
    """The page's token, checked after the audience, so that visitors who are not signed in get the right error."""
    current_app.extensions["testimony.csrf"].protect()


@bp.post("/link/now")
@audience(Visitor.INTERVIEWER)
def exchange_now() -> Response:
    """Exchange with headquarters at once; does nothing while an exchange is under way."""
    return _go_on()


@bp.post("/link/metered")
@audience(Visitor.INTERVIEWER)
def metered() -> Response:
    """Switch: from now on recordings and pictures wait, or go."""
    with context.transaction() as db:
        link_metered.switch(db, on=request.form.get("on") == "yes")
    return _go_on()


@bp.post("/link/media")
@audience(Visitor.INTERVIEWER)
def media() -> Response:
    """Send recordings and pictures now, this once."""
    with context.transaction() as db:
        link_metered.ask_once(db)
    return _go_on()


def trying() -> Trying | None:
    """How the exchanges in the background go; None where there are none: central's address is not set."""
    sync = _sync()
    return None if sync is None else sync.trying()


def _go_on() -> Response:
    sync = _sync()
    if sync is not None:
        sync.wake()
    return redirect(url_for("home.show"), code=303)


def _sync() -> SyncJob | None:
    sync: SyncJob | None = current_app.extensions.get("testimony.sync")
    return sync
