"""Accounts at central for tests: made, signed in, and held by a browser of the tests."""

from __future__ import annotations

from typing import Any

from testimony.services.accounts import administrators, password, sessions
from testimony.services.accounts.administrators import Acting
from testimony.station.station import Station

NOW = 1_768_901_400  # 2026-01-20T09:30:00Z, as tests/web/conftest.py has it
DAY = "2026-01-20"
ACTING = Acting("(command)", NOW, DAY)
PASSWORD = "correct horse battery"


def with_password(station: Station, name: str = "vera", role: str = "administrator") -> bytes:
    """Make an account and register a password for it; the secret of its codes, of which the one at NOW was used."""
    with station.database.transaction() as db:
        link = administrators.add(db, name, role, ACTING)
    token = link_session(station, link)
    with station.database.reading() as db:
        held = sessions.holder(station, db, token)
    assert held is not None
    secret = password.offered(station, held.link)
    code = password.code(secret, NOW // password.STEP)
    with station.database.transaction() as db:
        administrators.enrol_password(station, db, held.link, password.hashed(PASSWORD), code, ACTING)
    return secret


def link_session(station: Station, link: str) -> str:
    with station.database.transaction() as db:
        return administrators.open_link(station, db, link, ACTING)


def session(station: Station, role: str, name: str = "") -> str:
    """The token of a session of an account of the role, made if need be; `enrolling`: of one that registers."""
    name = name or f"one-{role}"
    with station.database.transaction() as db:
        if role == "enrolling":
            return administrators.open_link(station, db, administrators.add(db, name, "observer", ACTING), ACTING)
        if name not in {one.name for one in administrators.listed(db)}:
            administrators.add(db, name, role, ACTING)
        return sessions.begin(station, db, day=DAY, account=administrators.id_of(db, name))


def hold(browser: Any, role: str, name: str = "") -> str:
    """Give a `tests.web.conftest.Browser` such a session; its token."""
    token = session(browser.app.extensions["testimony.station"], role, name)
    cookie = browser.app.session_interface.cookie
    browser.client.set_cookie(cookie, token, domain="localhost", secure=True)
    return token
