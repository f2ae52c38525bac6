"""The page of exports: choose a use and a kind of file, and save it, sealed to this desk's reader or not."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import exports
from testimony.services.exports.errors import ExportRefused
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.exports import access
from testimony.web.desk.exports import approvals as approval_pages
from testimony.web.desk.session import key, sealing
from testimony.web.text import labels

bp = Blueprint("exports", __name__)


@bp.get("/<lang:lang>/reports/testimonies")
@audience(Visitor.LAWYER)
def show(lang: str) -> str | Response:
    """The uses that some testimony allows today, the kinds of files, and the token for a program.

    In the query `chosen`: only what was chosen in the list. Nothing chosen is not all: back to the list.
    """
    held, at = key.key_holder(), context.now().date()
    chosen = held.chosen if "chosen" in request.args else ()
    if "chosen" in request.args and not chosen:
        flash(_("Choose the testimonies again: the key was locked meanwhile."), "refused")
        return redirect(url_for("shelf.show"), code=303)
    with context.reading() as db:
        found = export_accounts.uses_here(context.station(), db, key.reader(), held.annexes, at=at, only=chosen or None)
    uses = [(casefile_choices.use(one, lang), number) for one, number in sorted(found.items())]
    programs, approved = access.access(), approval_pages.known()
    grant, token = programs.current(context.now()), programs.unshown()
    given = casefile_choices.use(grant.use, lang) if grant else None
    until = labels.moment(grant.until.strftime("%Y-%m-%dT%H:%M:%SZ")) if grant else ""
    address = f"http://localhost:{context.station().settings.port}{access.ROOT}"
    return render_template(
        "desk/exports.html",
        uses=uses,
        chosen=chosen,
        kinds=approval_pages.KINDS,
        two=approved.needs_two,
        proposed=approval_pages.shown(approved, lang),
        labels=labels,
        given=given,
        until=until,
        token=token,
        address=address,
    )


@bp.post("/reports/testimonies")
@audience(Visitor.LAWYER)
def make() -> Response:
    """{"use", "form", "seal": "sealed" | "plain", "sure", and for those chosen alone "some" and each "tid"} -> the
    file. It is in the register of what left before it is sent. Raises `ExportRefused`.
    """
    use, plain = exports.use_of(request.form.get("use", "")), sealing.is_plain()
    only = frozenset(request.form.getlist("tid")) if "some" in request.form else None
    if only is not None and not only:
        raise ExportRefused("none")
    reader, at, annexes = key.reader(), context.now().date(), key.key_holder().annexes
    with context.transaction() as db:
        made = exports.make(
            context.station(), db, reader, use, request.form.get("form", ""), annexes=annexes, at=at, only=only
        )
        data = made.data if plain else exports.seal(reader, made.data)
    casefile_choices.note_left(made.tids, data, made=exports.EXPORT, use=use)
    return sealing.answer(data, made.name, plain=plain)
