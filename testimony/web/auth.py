"""Checks who may call a route. Every route declares its audience; an app with a route without one does not start."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, request, session
from werkzeug.exceptions import BadRequest, Forbidden

from testimony.errors import N_, Kind, TestimonyError
from testimony.services.accounts.start_tokens import StartTokens
from testimony.web import context
from testimony.web.audiences import ACCOUNTS, Visitor
from testimony.web.context import Actor

P = ParamSpec("P")
R = TypeVar("R")


class SignInNeeded(TestimonyError):
    code = "access.sign_in"
    kind = Kind.SIGN_IN
    sentence = N_("Sign in on the interview page first, then open this page again.")


class StartNeeded(TestimonyError):
    code = "access.start"
    kind = Kind.SIGN_IN
    sentence = N_("This page opens with the address that was printed when the program started.")


class TokenWrong(TestimonyError):
    code = "access.token"
    kind = Kind.FORBIDDEN
    sentence = N_("This is not the token that was printed at the last start. Copy it again from the program's window.")


class TokenSpent(TestimonyError):
    code = "access.spent"
    kind = Kind.FORBIDDEN
    sentence = N_(
        "This address does not open the desk any more: each works once, in one browser. On this computer, run "
        "`testimony desk --home` with the desk's folder, and open the address that it prints."
    )


class NodeTokenSpent(TestimonyError):
    code = "access.spent_node"
    kind = Kind.FORBIDDEN
    sentence = N_(
        "This address does not open these pages any more: each works once. On this station, type `sudo -u testimony "
        "testimony node --home /var/lib/testimony/field`, with your own names of user and folder if they differ. Then "
        "open the address that it prints."
    )


class UnlockNeeded(TestimonyError):
    code = "access.unlock"
    kind = Kind.LOCKED
    sentence = N_("The key is locked. Unlock it with its passphrase first.")


class NotForThisRole(TestimonyError):
    code = "access.role"
    kind = Kind.FORBIDDEN
    sentence = N_("This page is not for your role.")


class ProofNeeded(TestimonyError):
    """The user signed in too long ago. `then`: the page from which to do it again."""

    code = "access.proof"
    kind = Kind.SIGN_IN
    sentence = N_("Changing this takes a sign-in of the last ten minutes. Sign in once more; nothing was changed yet.")

    def __init__(self, then: str) -> None:
        super().__init__()
        self.then = then


class UndeclaredAudience(RuntimeError):
    """A programming error: a route that says nothing about who may call it."""


def audience(*allowed: Visitor) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare who may call a view: `@audience(Visitor.ANYONE)`, below the route decorator."""
    if not allowed:
        raise UndeclaredAudience("name at least one audience")

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        view.audience = frozenset(allowed)  # type: ignore[attr-defined]
        return view

    return declare


def by_itself(view: Callable[P, R]) -> Callable[P, R]:
    """Declare that pages ask this without their reader: it is no use, and keeps no desk open."""
    view.by_itself = True  # type: ignore[attr-defined]
    return view


def is_asked_by_itself() -> bool:
    """Whether the page asks for this, and nobody at it."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "by_itself", False)


def declared(app: Flask, endpoint: str) -> frozenset[Visitor]:
    """The audience of an endpoint. Raises `UndeclaredAudience`."""
    found: frozenset[Visitor] | None = getattr(app.view_functions[endpoint], "audience", None)
    if found is None:
        raise UndeclaredAudience(f"the route {endpoint!r} declares no audience")
    return found


def proven(then: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare that an account must have signed in a short time ago; `then`: the endpoint of the page with the form."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        view.then = then  # type: ignore[attr-defined]
        return view

    return declare


def forms_with_proof(app: Flask) -> frozenset[str]:
    """The endpoints of the pages whose forms need a sign-in of a short time ago."""
    found = (getattr(view, "then", None) for view in app.view_functions.values())
    return frozenset(then for then in found if then is not None)


def require_all_declared(app: Flask) -> None:
    """Stop a start with a route that anybody could reach because somebody forgot to say who may."""
    for rule in app.url_map.iter_rules():
        declared(app, rule.endpoint)


def require_audience() -> None:
    """Before every request: raise unless the one who asks belongs to the audience of the route."""
    if request.endpoint is None:
        return  # no such route: the 404 page says nothing that is not public
    allowed = declared(current_app, request.endpoint)
    if allowed & {Visitor.ANYONE, Visitor.PEER}:
        return
    asks = context.actor()
    held = asks.audiences
    if allowed & held:
        _require_proof(asks)
        return
    if Visitor.INTERVIEWER in allowed:
        raise SignInNeeded
    if held & ACCOUNTS or (Visitor.OPERATOR in held and allowed & ACCOUNTS):
        raise _refused()
    if Visitor.OPERATOR not in held:
        raise StartNeeded
    if Visitor.READER not in held:
        raise UnlockNeeded
    raise _refused()


def _refused() -> NotForThisRole:
    """Written down by the route, without its address, which names records, and without who asked."""
    logging.getLogger("testimony.web").warning("refused to another role: %s", request.endpoint)
    return NotForThisRole()


def _require_proof(asks: Actor) -> None:
    then = getattr(current_app.view_functions[request.endpoint or ""], "then", None)
    if then is not None and asks.audiences & ACCOUNTS and not asks.fresh:
        raise ProofNeeded(then)


def require_same_origin() -> None:
    """Refuse what another site makes a browser send. Programs send no Origin, and carry no cookie either."""
    origin = request.headers.get("Origin")
    if request.method in {"GET", "HEAD", "OPTIONS"} or origin is None:
        return
    if origin not in {f"http://{request.host}", f"https://{request.host}"}:
        raise Forbidden


def require_own_host(port: int) -> Callable[[], None]:
    """A desk answers to its own address only, so that no name that resolves here can reach it (DNS rebinding)."""

    def require() -> None:
        if request.headers.get("Host") not in {f"localhost:{port}", f"127.0.0.1:{port}"}:
            raise BadRequest

    return require


def start_tokens() -> StartTokens:
    """Those of this application."""
    return cast(StartTokens, current_app.extensions["testimony.start"])


def leave_session() -> None:
    """End what this browser was signed in as before it shows a token. May raise what a transaction raises."""
    current_app.extensions.get("testimony.leave", lambda: None)()


def start_session() -> None:
    """Remember in a new session that the start-up token was shown."""
    current_app.extensions.get("testimony.begin", begin_session)()


def begin_session() -> None:
    """A session in memory, under a new id."""
    session.clear()
    session["started"] = True
    session.renew()  # type: ignore[attr-defined]  # web/sessions.py: a new id at sign-in


def operator() -> Actor:
    """The actor at a locked desk: someone who has shown the start-up token, or nobody."""
    held = {Visitor.OPERATOR} if session.get("started") else set()
    return Actor(audiences=frozenset(held))
