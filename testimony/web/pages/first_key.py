"""The first page of a desk without a key: it creates the reader's key, before or after the desk has joined."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.sealing.roster.admission import ID
from testimony.services.enrolment import reader_key
from testimony.services.opening import reader as opening_reader
from testimony.settings import Settings
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("firstkey", __name__)

LONGEST = 1000  # signs of what is taken for a passphrase at all


def prepare(app: Flask, settings: Settings) -> None:
    """Give `app` the page for the desk of `settings`."""
    app.extensions["testimony.firstkey"] = settings
    app.register_blueprint(bp)


def passphrases(*names: str) -> list[str]:
    """The passphrases that a script sent under `names`. Raises `BadRequest`."""
    body = context.posted()
    given = [body.get(name) for name in names]
    if not all(isinstance(one, str) and len(one) <= LONGEST for one in given):
        raise BadRequest
    return cast(list[str], given)


@bp.get("/<lang:lang>/key")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str | Response:
    """Proposes words and takes them; a script sends them: a form that is posted would be kept by the browser."""
    settings = _settings()
    if not (reader_key.is_lacking(settings) or reader_key.is_begun(settings)):
        return redirect(url_for(current_app.extensions["testimony.front"]), code=303)
    name = settings.name if ID.fullmatch(settings.name) else ""
    roles = [role.value for role in sorted(opening_reader.DESK_ROLES, reverse=True)]
    begun = reader_key.is_begun(settings)
    return render_template("firstkey/new.html", name=name, roles=roles, begun=begun)


@bp.post("/key/proposal")
@audience(Visitor.OPERATOR)
def propose() -> dict[str, str]:
    """{} -> {"passphrase"}: six words that nobody chose."""
    return {"passphrase": propose_passphrase()}


@bp.post("/key/new")
@audience(Visitor.OPERATOR)
def make() -> tuple[dict[str, str], int]:
    """{"id", "role", "replaces", "passphrase", "again"} -> 201: the key file is on this disk, and its request."""
    body: dict[str, Any] = context.posted()
    passphrase, again, id, role = passphrases("passphrase", "again", "id", "role")
    replaces = body.get("replaces") is True
    reader_key.make(_settings(), passphrase, again, id=id, role=role, day=context.today(), replaces=replaces)
    return {}, 201


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["testimony.firstkey"])
