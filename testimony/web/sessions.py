"""Server-side sessions: the cookie is 256 random bits, and the server stores only its hash.

Session data is in memory and ends with the program: a desk holds nothing that should survive it, and the process that
follows a locked one is told who had started it and nothing else. A field node's
sign-ins are rows in its database (`services/accounts/interviewers.py`) under the same cookie. Central has several
servers, so no browser's data may be in the memory of one of them: its sign-ins are rows too
(`services/accounts/sessions.py`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SessionInterface

IDLE = 12 * 3600.0  # seconds, on a clock that does not jump
CAPACITY = 1000
FEW = 20  # browsers that outlive a process: one has started the desk, the others only saw its start page
LASTING = ("started", "csrf_token")  # no words: those that a page shows next may be about a testimony
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class ServerSession(SecureCookieSession):
    """One browser's session. `token` is what its cookie holds, None for a browser that has none yet."""

    def __init__(self, token: str | None, data: dict[str, Any]) -> None:
        super().__init__(data)
        self.token = token
        self.old_token: str | None = None

    def renew(self, token: str | None = None) -> None:
        """Move to a new id (sign-in), so that an id from before is worth nothing."""
        self.old_token = self.old_token or self.token
        self.token = token or new_token()
        self.modified = True

    def end(self) -> None:
        """Forget everything (sign-out)."""
        self.clear()
        self.old_token = self.old_token or self.token
        self.token = None
        self.modified = True


class MemorySessions(SessionInterface):
    """Keeps session data by the token's hash, the least recently used forgotten first. Sessions without a start-up
    token go before those with one: everybody on the network can make as many as they like.
    """

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self._kept: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        token = request.cookies.get(self.cookie) or None
        return ServerSession(token, self._recall(token))

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        if session.old_token is not None:
            self._forget(session.old_token)
        if session.token is None and not session:
            response.delete_cookie(self.cookie, path="/", secure=True, httponly=True, samesite="Strict")
            return
        if session.token is None:
            session.token = new_token()
        self._keep(session.token, dict(session))
        response.set_cookie(self.cookie, session.token, path="/", secure=True, httponly=True, samesite="Strict")

    def end_started(self) -> None:
        """End the session of every browser that has shown a start-up token."""
        with self._lock:
            for key in [key for key, (_, data) in self._kept.items() if data.get("started")]:
                del self._kept[key]

    def kept(self) -> list[tuple[str, dict[str, Any]]]:
        """[(the hash of a token, what of its data outlives the process)], the last ones: for `restore`."""
        with self._lock:
            last = list(self._kept.items())[-FEW:]
        return [(key, {name: data[name] for name in LASTING if name in data}) for key, (_, data) in last]

    def restore(self, kept: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Go on with the sessions of the process before this one."""
        with self._lock:
            self._kept.update({key: (time.monotonic(), dict(data)) for key, data in kept})

    def _recall(self, token: str | None) -> dict[str, Any]:
        with self._lock:
            key = _key(token)
            if key not in self._kept:
                return {}
            since, data = self._kept[key]
            if time.monotonic() - since > IDLE:
                del self._kept[key]
                return {}
            self._kept.move_to_end(key)
            return dict(data)

    def _keep(self, token: str, data: dict[str, Any]) -> None:
        with self._lock:
            self._kept[_key(token)] = (time.monotonic(), data)
            self._kept.move_to_end(_key(token))
            while len(self._kept) > CAPACITY:
                del self._kept[self._least()]

    def _least(self) -> str:
        """The key of the session that is forgotten next."""
        unstarted = (key for key, (_, data) in self._kept.items() if not data.get("started"))
        return next(unstarted, next(iter(self._kept)))

    def _forget(self, token: str) -> None:
        with self._lock:
            self._kept.pop(_key(token), None)


class TokenSessions(SessionInterface):
    """Keeps nothing. The cookie names a row that the views look up; the token of forms follows from the cookie.

    So every server with the same `secret` takes the forms of every other one, and nobody fills a memory or a database
    by asking for pages.
    """

    def __init__(self, cookie: str, secret: bytes) -> None:
        self.cookie = cookie
        self._secret = secret

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        given = request.cookies.get(self.cookie) or ""
        token = given if TOKEN.fullmatch(given) else new_token()
        forms = hmac.new(self._secret, token.encode(), "sha256").hexdigest()
        session = ServerSession(token, {"csrf_token": forms})
        session.new = token != given
        return session

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if session.token is None:
            response.delete_cookie(self.cookie, path="/", secure=True, httponly=True, samesite="Strict")
        elif session.old_token is not None or (session.new and session.accessed):
            response.set_cookie(self.cookie, session.token, path="/", secure=True, httponly=True, samesite="Strict")


def new_token() -> str:
    """256 random bits, as text for a cookie or an address."""
    return secrets.token_urlsafe(32)


def cookie_name(station_name: str, role: str) -> str:
    """One name a station: on localhost, ports share cookies."""
    slug = re.sub(r"[^a-z0-9]+", "-", station_name.lower()).strip("-")
    return f"__Host-{slug or role}"


def _key(token: str | None) -> str:
    return hashlib.sha256((token or "").encode()).hexdigest()
