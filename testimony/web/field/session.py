"""Sign-in at a field node: an interviewer's browser signs a nonce, and the passphrase never reaches the node.

The person who looks after the node comes in by a token that `testimony node` prints there.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, make_response, session, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.services.accounts import interviewers
from testimony.web import auth, context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.context import Actor
from testimony.web.sessions import ServerSession

bp = Blueprint("session", __name__, url_prefix="/session")


@bp.post("/nonce")
@audience(Visitor.ANYONE)
def nonce() -> dict[str, str]:
    """-> {"nonce"}: hex digits that count once, within ten minutes."""
    return {"nonce": interviewers.new_nonce(context.station())}


@bp.post("")
@audience(Visitor.ANYONE)
def begin() -> dict[str, str]:
    """{"kid", "nonce", "sig"} -> {"person"} and the session's cookie. 403 if nobody here made that signature."""
    kid, given, sig = _three_strings(context.posted())
    with context.transaction() as db:
        token = interviewers.sign_in(context.station(), db, kid=kid, nonce=given, sig=sig)
        who = interviewers.session_of(context.station(), db, token)
    session.pop("started", None)
    cast(ServerSession, session).renew(token)
    return {"person": who.person if who else ""}


@bp.post("/end")
@audience(Visitor.ANYONE)
def end() -> Response:
    """Sign out. Not "storage": that would delete testimonies that still wait in the browser."""
    sign_out()
    response = make_response("", 303)
    response.headers["Location"] = url_for("home.show")
    response.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return response


@bp.post("/leave")
@audience(Visitor.ANYONE)
def leave() -> Response:
    """Sign out by script, when the phone changes hands: 204, whether there was a session or not."""
    sign_out()
    return make_response("", 204)


def sign_out() -> None:
    """The interviewer who was signed in with this browser no longer is."""
    with context.transaction() as db:
        interviewers.sign_out(db, cast(ServerSession, session).token or "")
    cast(ServerSession, session).end()


def actor() -> Actor:
    """The actor at a field node: the interviewer whose session the cookie names, the operator, or nobody."""
    started = auth.operator()
    token = cast(ServerSession, session).token
    if started.audiences or token is None:
        return started
    with context.reading() as db:
        who = interviewers.session_of(context.station(), db, token)
    if who is None:
        return started
    return Actor(audiences=frozenset({Visitor.INTERVIEWER}), id=who.person)


def _three_strings(body: dict[str, Any]) -> tuple[str, str, str]:
    given = tuple(body.get(key) for key in ("kid", "nonce", "sig"))
    if not all(isinstance(value, str) for value in given):
        raise BadRequest
    return cast("tuple[str, str, str]", given)
