"""`/.well-known/security.txt` (RFC 9116): where the organisation wants to hear of weaknesses of this installation."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, abort, current_app

from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

COUNTS: Final = timedelta(days=30)

bp = Blueprint("security_contact", __name__)


@bp.get("/.well-known/security.txt")
@audience(Visitor.ANYONE)
def show() -> Response:
    """The contact in the settings. 404 without one: the project's own would hear of a place that it must not know."""
    contact = context.station().settings.security_contact
    if not contact:
        abort(404)
    ends = (context.now() + COUNTS).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = f"Contact: {contact}\nExpires: {ends}\nPreferred-Languages: en\n"
    return current_app.response_class(said, mimetype="text/plain")
