"""The page that registers a testimony's account as published, so that its coded record is held back."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.release import published_accounts
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import history as release_history
from testimony.web.desk.session import key

bp = Blueprint("publicaccounts", __name__)

MOST = 300
"""Choices of one list: the page stays one that a browser can search."""


@bp.get("/<lang:lang>/releases/published-accounts")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str:
    """The registered accounts, and the faces from which another is chosen: the newest, or the one whose ID begins with
    `number`.
    """
    held, said = release_acts.read(), request.args.get("number", "").strip()
    with context.reading() as db:
        found = published_accounts.registered(db, held)
    choices = _named(said) if said else _newest({tid for tid, _line in found})
    return render_template(
        "desk/publicaccounts.html",
        found=found,
        elsewhere=len(held.auxiliary) - len(found),
        opened=bool(held.key),
        line_words=lambda line: release_history.line_words(held, line, lang),
        shortest=published_accounts.SHORTEST,
        number=said,
        choices=choices[:MOST],
        more=len(choices) > MOST,
        most=MOST,
    )


@bp.post("/releases/published-accounts")
@audience(Visitor.COORDINATOR)
def register() -> Response:
    """For every desk, and for good."""
    if not (tid := request.form.get("tid", "")):
        raise BadRequest
    published_accounts.register(release_acts.releaser(), tid)
    done = _("It is registered. What left before stays as it is; you may recall it.")
    flash(release_acts.reaching(done))
    return redirect(url_for("publicaccounts.show"), code=303)


def _named(said: str) -> list[str]:
    """The testimony that somebody knows by its number, from a file or a letter; none if it is not here."""
    try:
        with context.reading() as db:
            return [published_accounts.find(db, said)[0]]
    except TestimonyUnknown:
        return []


def _newest(without: Collection[str]) -> list[str]:
    """Everything in the list but `without`; what was withdrawn too, since its words may have left before."""
    held = key.key_holder()
    held.inbox.read_on(context.station(), key.reader(), held.annexes, day=context.now().date(), seconds=key.AT_ONCE)
    rows = sorted(held.inbox.rows(), key=lambda row: row.arrival, reverse=True)
    return [row.tid for row in rows if row.tid not in without]
