"""The page that registers a testimony's account as published, so that its coded record is held back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.services.release import published_accounts
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import history as release_history

bp = Blueprint("publicaccounts", __name__)


@bp.get("/<lang:lang>/releases/published-accounts")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str:
    """The registered accounts, and a form to register another."""
    held = release_acts.read()
    with context.reading() as db:
        found = published_accounts.registered(db, held)
    return render_template(
        "desk/publicaccounts.html",
        found=found,
        elsewhere=len(held.auxiliary) - len(found),
        opened=bool(held.key),
        line_words=lambda line: release_history.line_words(held, line, lang),
        shortest=published_accounts.SHORTEST,
    )


@bp.post("/releases/published-accounts")
@audience(Visitor.COORDINATOR)
def register() -> Response:
    """For every desk, and for good."""
    published_accounts.register(release_acts.releaser(), request.form.get("tid", ""))
    done = _("It is registered. What left before stays as it is; you may recall it.")
    flash(release_acts.reaching(done))
    return redirect(url_for("publicaccounts.show"), code=303)
