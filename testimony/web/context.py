"""The context of a view: this app's station, its transactions, the clock and the current user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, g, request
from werkzeug.exceptions import BadRequest

from testimony import canonical
from testimony.errors import NotCanonical

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from testimony.station.station import Station
    from testimony.web.audiences import Visitor


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The current user. `id` is the pseudonym in the roster, at central the id of the account.

    It is empty for somebody who has not said who they are.
    """

    audiences: frozenset[Visitor]
    id: str = ""
    session: str = ""  # at central: by which it is ended, and never what opens it
    link: str = ""  # of who is registering
    fresh: bool = False  # at central: said who they are a short time ago


def station() -> Station:
    """The station that this application serves."""
    return cast("Station", current_app.extensions["testimony.station"])


def is_shared() -> bool:
    """Whether this station runs as several processes, of which the next request may reach any."""
    return int(current_app.config["WORKERS"]) > 1


@contextmanager
def transaction() -> Iterator[Session]:
    """One act and its custody entry: committed together at the end of the block, or not at all."""
    with station().database.transaction() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session that cannot write."""
    with station().database.reading() as session:
        yield session


def now() -> datetime:
    """The present moment in UTC, from the application's clock (`CLOCK`), which tests may set."""
    return cast(datetime, current_app.config["CLOCK"]())


def today() -> str:
    """The day as `YYYY-MM-DD`: records carry no finer time."""
    return now().date().isoformat()


def actor() -> Actor:
    """The sender of the current request; determined once per request."""
    if "actor" not in g:
        g.actor = current_app.extensions["testimony.actor"]()
    return cast(Actor, g.actor)


def posted() -> dict[str, Any]:
    """The JSON object that a script sent. Raises `BadRequest` for anything else, and for what is no text at all."""
    try:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise BadRequest
        canonical.encode(list(body.values()))
    except (NotCanonical, RecursionError) as error:  # nested too deep, or half a sign that no bytes can stand for
        raise BadRequest from error
    return body


def utc_now() -> datetime:
    """The clock of a running station."""
    return datetime.now(UTC)
