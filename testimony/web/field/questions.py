"""Lawyers' questions at a field node: shown with their testimony, answered by the interviewer signed in."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.testimony.questions import BY_A_PHONE, Say
from testimony.services.review import questions
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("questions", __name__)


@bp.before_request
def require_token() -> None:
    """The page's token, checked after the audience, so that visitors who are not signed in get the right error."""
    current_app.extensions["testimony.csrf"].protect()


@bp.post("/questions/<name>/answer")
@audience(Visitor.INTERVIEWER)
def answer(name: str) -> Response:
    """This node signs the answer, which goes with the next exchange."""
    code = request.form.get("code", "")
    if code not in set(Say) - BY_A_PHONE:
        raise BadRequest
    questions.answer(context.station(), name, Say(code))
    return redirect(f"{url_for('outbox.show')}#q-{name[:16]}", code=303)
