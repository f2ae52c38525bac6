"""Access for programs on this computer: the lawyer makes a token for one use and one day. Locking the key ends it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from testimony.domain.consent.purposes import Key
from testimony.errors import N_, Kind, TestimonyError
from testimony.services.accounts.rate_limit import Rate, RateLimiter
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import approvals, exports
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.reader import Reader
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.context import Actor
from testimony.web.desk.session import key

bp = Blueprint("programaccess", __name__)

ROOT: Final = "/api/"
LIFE: Final = timedelta(days=1)
RATE: Final = Rate(burst=60, period=0.5)
"""Requests of the program with the token; all requests without it share another such limit."""
BROWSERS: Final = ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode")
"""Headers that only browsers send. Pages may not read here: another site could make a browser ask."""


class ProgramTokenWrong(TestimonyError):
    code = "programs.token"
    kind = Kind.SIGN_IN
    sentence = N_(
        "This token is wrong or has expired, or its key is locked. Make a new one on the page “Export testimonies”."
    )


class ProgramInBrowser(TestimonyError):
    code = "programs.browser"
    kind = Kind.FORBIDDEN
    sentence = N_("Only programs can read this address, not web pages. No data was sent.")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one token opens. `reader`: who made it. `until`: when it expires. `hash`: SHA-256 of the token, hex."""

    hash: str
    reader: Reader
    use: Key
    until: datetime


class ProgramAccess:
    """Holds the one token of this desk, in memory only. A new token replaces it."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter, self._lock = limiter, threading.Lock()
        self._grant: Grant | None = None
        self._unshown = ""

    def grant(self, reader: Reader, use: Key, now: datetime) -> None:
        """Make a token. `unshown` returns it once."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._grant = Grant(hash=_hash(token), reader=reader, use=use, until=now + LIFE)
            self._unshown = token

    def end(self) -> None:
        """End the token."""
        with self._lock:
            self._grant, self._unshown = None, ""

    def unshown(self) -> str:
        """The new token, for the page that shows it; "" at every later call."""
        with self._lock:
            token, self._unshown = self._unshown, ""
            return token

    def current(self, now: datetime) -> Grant | None:
        """What the token opens; None if there is none, or if it has expired."""
        with self._lock:
            return self._grant if self._grant is not None and now < self._grant.until else None

    def require(self, token: str, now: datetime) -> Grant:
        """What `token` opens. Raises `ProgramTokenWrong`, `TooFast`."""
        found = self.current(now)
        if found is None or not hmac.compare_digest(found.hash, _hash(token)):
            self._limiter.require("without")
            raise ProgramTokenWrong
        self._limiter.require("with")
        return found


def access() -> ProgramAccess:
    """The one of this application."""
    return cast(ProgramAccess, current_app.extensions["testimony.programs"])


def prepare(app: Flask) -> None:
    """Add program access to the application of a desk. Locking the key ends the token."""
    made = app.extensions["testimony.programs"] = ProgramAccess(RateLimiter(RATE))
    cast(key.HeldKey, app.extensions["testimony.key"]).on_drop.append(made.end)
    app.extensions["testimony.actor"] = actor


def actor() -> Actor:
    """Who asks: below `ROOT` the program with the token, where cookies are ignored; elsewhere the person at the desk.

    Raises `ProgramInBrowser`, `ProgramTokenWrong`, `TooFast`.
    """
    if not request.path.startswith(ROOT):
        return key.desk_actor()
    if any(name in request.headers for name in BROWSERS):
        raise ProgramInBrowser
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    g.grant = access().require(token.strip() if scheme.lower() == "bearer" else "", context.now())
    require_standing(g.grant)
    return Actor(audiences=frozenset({Visitor.PROGRAM}), id=g.grant.reader.id)


def grant() -> Grant:
    """What the token of this request opens."""
    return cast(Grant, g.grant)


def require_standing(grant: Grant) -> None:
    """Raise `ProgramTokenWrong` if the token was ended, or if its key is locked or no longer in the roster."""
    is_held = key.key_holder().peek() is grant.reader and access().current(context.now()) is grant
    if not is_held or not opening_reader.still_reads(context.station().chain.latest, grant.reader):
        raise ProgramTokenWrong


@bp.post("/reports/programs")
@audience(Visitor.LAWYER)
def begin() -> Response:
    """{"use"} -> make a token for it, which replaces an earlier one. The page shows it once."""
    use, reader = exports.use_of(request.form.get("use", "")), key.reader()
    export_accounts.require_possible(reader, use)
    with context.reading() as db:
        annexes, day = key.key_holder().annexes, context.now().date()
        approvals.require_no_program(context.station(), db, reader, annexes, at=day)
    access().grant(reader, use, context.now())
    return redirect(url_for("exports.show", _anchor="programs"), code=303)


@bp.post("/reports/programs/end")
@audience(Visitor.LAWYER)
def end() -> Response:
    """End the token."""
    access().end()
    return redirect(url_for("exports.show", _anchor="programs"), code=303)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
