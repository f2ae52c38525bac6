"""Sessions at central's pages: who is signed in, where accounts may be used, and which pages each role sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from flask import Flask, current_app, request, session

from testimony.domain.administrators import BACKUP_KEY, TOKEN
from testimony.sealing.age.recipients import Recipient
from testimony.services.accounts import audit, sessions, webauthn
from testimony.services.accounts.administrators import Acting
from testimony.services.accounts.sessions import Holder
from testimony.services.backup import last_backup
from testimony.store.errors import StoreFull, StoreLocked, StoreUnwritable
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.context import Actor
from testimony.web.errors import SignInElsewhere
from testimony.web.sessions import ServerSession

ABOUT = 16
"""Hex digits by which the record of acts names the keys of backups."""


def actor() -> Actor:
    """The actor at central: whose session the cookie names in the database, or nobody."""
    token = browser()
    with context.reading() as db:
        held = sessions.holder(context.station(), db, token) if token else None
    if held is None:
        return Actor(audiences=frozenset())
    if held.stale:
        _touch(token)
    visitors = frozenset({_visitor(held)})
    return Actor(audiences=visitors, id=held.account, session=held.handle, link=held.link, fresh=held.fresh)


def _visitor(held: Holder) -> Visitor:
    if held.link:
        return Visitor.ENROLLING
    return Visitor(held.role) if held.account else Visitor.OPERATOR


def _touch(token: str) -> None:
    try:
        with context.transaction() as db:
            sessions.touch(context.station(), db, token)
    except (StoreFull, StoreLocked, StoreUnwritable):
        current_app.logger.warning("a session could not be prolonged")  # a page that says what is wrong is worth more


def browser() -> str:
    """What the cookie of this browser holds."""
    return cast(ServerSession, session).token or ""


def take_over(token: str) -> None:
    """This browser holds the session `token` from now on; the one that it held is ended."""
    held = cast(ServerSession, session)
    with context.transaction() as db:
        sessions.end(db, held.token or "")
    held.renew(token)


def leave() -> None:
    """End the session, and let the browser forget its cookie."""
    held = cast(ServerSession, session)
    with context.transaction() as db:
        sessions.end(db, held.token or "")
    held.end()


def begin_operator() -> None:
    """The token that was printed at start was shown."""
    with context.transaction() as db:
        token = sessions.begin(context.station(), db, day=context.today())
    take_over(token)


def acting() -> Acting:
    """The current user, for the record of acts."""
    asks = context.actor()
    by = TOKEN
    if asks.id:
        with context.reading() as db:
            held = sessions.holder(context.station(), db, browser())
            by = held.name if held else ""
    return Acting(by, epoch_seconds(), context.today())


def note_backup_key(recipients: Sequence[Recipient]) -> None:
    """Note in the record of acts who opens the backups from now on: the first digits of a hash of their keys."""
    by, about = acting(), last_backup.digest_of(recipients)[:ABOUT]
    with context.transaction() as db:
        audit.note(db, BACKUP_KEY, by=by.by, about=about, now=by.now)


def words(account: str) -> list[str]:
    """What no password may be made of: the names of account, station, organisation and program, the address."""
    station = context.station()
    called = station.chain.latest.organisation.get("name", "")
    names = [called] if isinstance(called, str) else list(called.values())
    return [account, station.settings.name, "testimony", place().rp, *names]


def epoch_seconds() -> int:
    """Seconds since 1970."""
    return int(context.now().timestamp())


def place() -> webauthn.Place:
    """The address at which this central's accounts are used."""
    return webauthn.place_of(context.station().settings)


def require_place() -> webauthn.Place:
    """Raises `SignInElsewhere` unless the browser asks at the address that keys are bound to."""
    wanted = place()
    if request.host.lower() != wanted.host:
        raise SignInElsewhere(url=wanted.origin)
    return wanted


def is_(*wanted: Visitor) -> bool:
    """Whether who asks is one of them."""
    return bool(context.actor().audiences & set(wanted))


def prepare(app: Flask) -> None:
    """Let pages ask who looks at them."""
    webauthn.place_of(app.extensions["testimony.station"].settings)  # an unusable address stops the start

    @app.context_processor
    def describe() -> dict[str, Any]:
        return {"held": _Held()}


class _Held:
    """For templates: asked only by pages that differ by role, since it takes a look into the database."""

    def has(self, *roles: str) -> bool:
        return is_(*map(Visitor, roles))

    @property
    def proven(self) -> bool:
        """Whether what changes accounts may be done without signing in once more."""
        return context.actor().fresh or is_(Visitor.OPERATOR)
