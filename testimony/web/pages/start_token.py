"""Sign-in to a station's pages with a token that was printed at its machine."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from testimony.errors import TestimonyError
from testimony.web import auth, context, error_handlers, refused_forms
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("start", __name__)


class TokenForm(FlaskForm):  # type: ignore[misc]
    token = StringField()


def _front() -> str:
    return url_for(current_app.extensions["testimony.front"])


@bp.get("/<lang:lang>/start")
@audience(Visitor.ANYONE)
def show(lang: str) -> str:
    """The page at the printed address. Its script sends the token of the address; the form is for pasting it."""
    return _page(TokenForm(), wrong=False)


@bp.post("/<lang:lang>/start")
@audience(Visitor.ANYONE)
def enter(lang: str) -> Response | tuple[str, int]:
    """Take the token from the form."""
    form = TokenForm()
    if not form.validate_on_submit() or not _opens(form.token.data or ""):
        return _page(form, wrong=True), 403
    return redirect(_front(), code=303)


@bp.post("/start")
@audience(Visitor.ANYONE)
def exchange() -> tuple[dict[str, str], int]:
    """Take the token from the script: {"token"} -> 200, and the session's cookie."""
    given = context.posted().get("token")
    if not isinstance(given, str) or not _opens(given):
        raise _refusal()
    return {}, 200


def _opens(token: str) -> bool:
    """Whether the browser is in: it has shown a token that opens, or had done so before."""
    if auth.start_tokens().take(token, before=auth.leave_session):
        auth.start_session()
        return True
    return auth.start_tokens().once and bool(session.get("started"))


def _refusal() -> TestimonyError:
    if not auth.start_tokens().once:
        return auth.TokenWrong()
    return auth.TokenSpent() if context.station().settings.role == "desk" else auth.NodeTokenSpent()


def _page(form: TokenForm, *, wrong: bool) -> str:
    refused, once = error_handlers.sentence_of(_refusal()), auth.start_tokens().once
    page = render_template("start.html", form=form, front_page=_front(), wrong=wrong, refused=refused, once=once)
    return refused_forms.kept(page, refused) if wrong else page
