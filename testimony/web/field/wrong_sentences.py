"""JSON endpoint for the sentences that an interviewer says are wrong. Needs sign-in; keeps counts and nobody's name."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app
from werkzeug.exceptions import BadRequest

from testimony.services.accounts.rate_limit import Rate, RateLimiter
from testimony.services.wordings import wrong_sentences
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("wrong_sentences", __name__)

MOST = 200
"""Marks in one call, as many as a phone keeps."""
RATE = Rate(burst=30, period=20.0)
LIMITER = "testimony.wrong_sentences.limiter"


def prepare(app: Flask) -> None:
    """Called once by the factory: how often one person may say it."""
    app.extensions[LIMITER] = RateLimiter(RATE)


@bp.post("/wrong-sentences")
@audience(Visitor.INTERVIEWER)
def count() -> dict[str, Any]:
    """{"marks": [{"lang", "sentence", "text": SHA-256 of its words}, …]} -> {}."""
    limiter: RateLimiter = current_app.extensions[LIMITER]
    limiter.require(context.actor().id)
    marks = context.posted().get("marks")
    if not isinstance(marks, list) or len(marks) > MOST:
        raise BadRequest
    named = [wrong_sentences.Mark.of(one) for one in marks]
    with context.transaction() as db:
        wrong_sentences.add(context.station(), db, named)
    return {}
