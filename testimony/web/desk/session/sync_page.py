"""The page of a desk's sync: how it stands, and whether the desk syncs by itself or when its reader asks."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.services.link import sync_choice
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import background
from testimony.web.desk.session import sync as session_sync

bp = Blueprint("syncing", __name__)


@bp.get("/<lang:lang>/sync")
@audience(Visitor.READER)
def show(lang: str) -> str:
    """The state, and the choice."""
    station = context.station()
    return render_template(
        "desk/syncing.html",
        central=station.central_url,
        by_itself=sync_choice.is_by_itself(station),
        waiting=session_sync.waiting(),
    )


@bp.post("/sync/when")
@audience(Visitor.READER)
def choose() -> Response:
    """`when`: "always" or "asked". The choice counts from now on and outlives the program."""
    chosen = request.form.get("when")
    if chosen not in ("always", "asked"):
        raise BadRequest
    sync_choice.switch(context.station(), by_itself=chosen == "always")
    background.desk_sync().wake()
    flash(_("Kept."), "message")
    return redirect(url_for("syncing.show"), code=303)
