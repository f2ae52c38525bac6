"""A reader's saved views of the list; scripts save, rename and delete them, since a name may identify a person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from testimony.services.inbox import saved_views
from testimony.services.inbox.saved_views import View
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.inbox import inbox
from testimony.web.desk.session import key

bp = Blueprint("views", __name__)


@bp.get("/inbox/views")
@audience(Visitor.READER)
def listed() -> dict[str, Any]:
    """{"views": [{"id", "name", "question", "words"}], "broken": a sentence where files are broken, else ""}."""
    found = saved_views.all_of(context.station(), key.reader())
    broken = _("Saved views that are broken on this disk: %(number)s. The others are whole.", number=found.broken)
    return {"views": [_shown(one) for one in found.views], "broken": broken if found.broken else ""}


@bp.post("/inbox/views")
@audience(Visitor.READER)
def keep() -> dict[str, Any]:
    """{"name", "question", "words"} -> the view."""
    body = context.posted()
    asked = inbox.asked_of(body)
    return _shown(saved_views.keep(context.station(), key.reader(), _name(body), asked.question, asked.words))


@bp.post("/inbox/views/rename")
@audience(Visitor.READER)
def rename() -> dict[str, Any]:
    """{"id", "name"} -> the view."""
    body = context.posted()
    return _shown(saved_views.rename(context.station(), key.reader(), _id(body), _name(body)))


@bp.post("/inbox/views/drop")
@audience(Visitor.READER)
def drop() -> dict[str, Any]:
    """{"id"} -> {}."""
    saved_views.drop(context.station(), key.reader(), _id(context.posted()))
    return {}


def _shown(view: View) -> dict[str, Any]:
    return {"id": view.id, "name": view.name, "question": view.question.value, "words": view.words}


def _name(body: dict[str, Any]) -> str:
    return _text(body, "name", 1000)


def _id(body: dict[str, Any]) -> str:
    return _text(body, "id", 64)


def _text(body: dict[str, Any], name: str, longest: int) -> str:
    said = body.get(name)
    if not isinstance(said, str) or len(said) > longest:
        raise BadRequest
    return said
