"""Sign-in and sign-out at central: with a security key, without a name, or with name, password and code."""

from __future__ import annotations

import json

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.errors import TestimonyError
from testimony.services.accounts import sign_in, webauthn
from testimony.services.accounts.errors import CredentialRefused, TooFast
from testimony.web import auth, context, error_handlers, refused_forms
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.central import access as central_access
from testimony.web.headers import UNLOCKING

bp = Blueprint("signin", __name__)
OTHERWISE = "overview.show"
EVERYBODY = (Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OBSERVER, Visitor.ENROLLING)


@bp.get("/<lang:lang>/sign-in")
@audience(Visitor.ANYONE)
def show(lang: str) -> Response:
    """The key's button works by script; password and code are a form. `then` in the query: where it goes on."""
    central_access.require_place()
    return _page()


@bp.post("/<lang:lang>/sign-in")
@audience(Visitor.ANYONE)
def enter(lang: str) -> Response:
    """Name, password and code."""
    central_access.require_place()
    name, password, code = (request.form.get(field, "") for field in ("name", "password", "code"))
    try:
        token = sign_in.by_password(
            context.station(), name.strip(), password, code, now=central_access.epoch_seconds(), day=context.today()
        )
    except (CredentialRefused, TooFast) as error:
        return _page(error, name)
    central_access.take_over(token)
    return _see_other(_then() or OTHERWISE)


@bp.post("/sign-in/options")
@audience(Visitor.ANYONE)
def options() -> dict[str, object]:
    """-> {"nonce", "options"}: what the browser shows the key. Counts once, in this browser, for ten minutes."""
    place, nonce = central_access.require_place(), context.station().nonces.new()
    return {
        "nonce": nonce,
        "options": webauthn.to_get(place, challenge=webauthn.challenge(nonce, central_access.browser(), "get")),
    }


@bp.post("/sign-in/key")
@audience(Visitor.ANYONE)
def key() -> dict[str, str]:
    """{"nonce", "credential": AuthenticationResponseJSON as text} -> {} and another cookie."""
    central_access.require_place()
    nonce, credential = answered()
    token = sign_in.by_key(
        context.station(),
        credential,
        nonce,
        central_access.browser(),
        now=central_access.epoch_seconds(),
        day=context.today(),
    )
    central_access.take_over(token)
    return {}


@bp.post("/sign-out")
@audience(*EVERYBODY)
def leave() -> Response:
    """End this session."""
    central_access.leave()
    response = _see_other("start.show")
    response.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return response


def answered() -> tuple[str, dict[str, object]]:
    """(nonce, what the browser's key said, which comes as JSON in a string). Raises `BadRequest`."""
    body = context.posted()
    nonce, said = body.get("nonce"), body.get("credential")
    if not isinstance(nonce, str) or not isinstance(said, str):
        raise BadRequest
    try:
        credential = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(credential, dict):
        raise BadRequest
    return nonce, credential


def _then() -> str:
    """The endpoint with which to go on, if it is one of those that may send somebody here."""
    asked = request.values.get("then", "")
    return asked if asked in auth.forms_with_proof(current_app) else ""


def _page(error: TestimonyError | None = None, name: str = "") -> Response:
    then = _then()
    said = error_handlers.sentence_of(error or auth.ProofNeeded(then)) if error or then else ""
    page = render_template("central/signin.html", said=said, name=name, then=then, onward=then or OTHERWISE)
    response = make_response(refused_forms.kept(page, said) if error else page)
    response.status_code = error_handlers.status_of(error) if error else 200
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.retry_after)
    response.headers["Permissions-Policy"] = UNLOCKING
    return response


def _see_other(endpoint: str) -> Response:
    response = make_response("", 303)
    response.headers["Location"] = url_for(endpoint)
    return response
