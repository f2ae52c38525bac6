"""Sign-in to a central server or a desk with the token that was printed at start."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from testimony.web import auth, context
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
    return render_template("start.html", form=TokenForm(), front_page=_front(), wrong=False)


@bp.post("/<lang:lang>/start")
@audience(Visitor.ANYONE)
def enter(lang: str) -> Response | tuple[str, int]:
    """Take the token from the form."""
    form = TokenForm()
    if not form.validate_on_submit() or not auth.token_is_right(form.token.data or ""):
        return render_template("start.html", form=form, front_page=_front(), wrong=True), 403
    auth.start_session()
    return redirect(_front(), code=303)


@bp.post("/start")
@audience(Visitor.ANYONE)
def exchange() -> tuple[dict[str, str], int]:
    """Take the token from the script: {"token"} -> 200, and the session's cookie."""
    given = context.posted().get("token")
    if not isinstance(given, str) or not auth.token_is_right(given):
        raise auth.TokenWrong
    auth.start_session()
    return {}, 200
