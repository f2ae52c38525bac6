"""The state of the one ceremony in this program: in memory only, one step at a time, erased at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import current_app
from werkzeug.exceptions import BadRequest

from testimony.sealing.statements.ceremony_record import HOLDER, LEAD, WITNESS
from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.enrolment import airgap
from testimony.services.enrolment.ceremony import RecoveryCeremony, RootCeremony
from testimony.web import context

LONGEST = 2000
"""Signs of a field: 33 words, numbered."""
MOST = 16
Networks = Callable[[], tuple[str, ...] | None]
People = tuple[tuple[str, str], ...]


class Room:
    """`connected` tells which networks there are. `goes_on`: the ceremony, or None."""

    def __init__(self, connected: Networks) -> None:
        self.connected = connected
        self.goes_on: RecoveryCeremony | RootCeremony | None = None
        self._lock = threading.Lock()

    def require_apart(self, *, drill: bool) -> None:
        """Raise `CeremonyRefused("networked")` where a key that counts would be made on a network."""
        if not drill:
            airgap.require_none(self.connected())

    def open(self, new: RecoveryCeremony | RootCeremony, place: str, people: People) -> None:
        """Begin. Raises `CeremonyRefused` (networked, order, place, people)."""
        with self._lock:
            if self.goes_on is not None:
                raise CeremonyRefused("order")
            self.require_apart(drill=new.drill)
            new.begin(place, people)
            self.goes_on = new

    @contextmanager
    def recovery(self) -> Iterator[RecoveryCeremony]:
        """The recovery ceremony that goes on, for one step. Raises `CeremonyRefused` (order, networked)."""
        with self._lock:
            if not isinstance(self.goes_on, RecoveryCeremony):
                raise CeremonyRefused("order")
            self.require_apart(drill=self.goes_on.drill)
            yield self.goes_on

    @contextmanager
    def roots(self) -> Iterator[RootCeremony]:
        """The same of roots."""
        with self._lock:
            if not isinstance(self.goes_on, RootCeremony):
                raise CeremonyRefused("order")
            self.require_apart(drill=self.goes_on.drill)
            yield self.goes_on

    def close(self) -> None:
        """Forget everything of it."""
        with self._lock:
            if isinstance(self.goes_on, RecoveryCeremony):
                self.goes_on.forget()
            self.goes_on = None


def room() -> Room:
    return cast(Room, current_app.extensions["testimony.ceremony"])


def begun() -> tuple[str, People, bool]:
    """{"place", "lead", "holders", "witnesses", "drill"} that a script sent: place, people, drill."""
    said = context.posted()
    holders, others = said.get("holders"), text(said, "witnesses").split()
    if not isinstance(holders, list) or not all(isinstance(one, str) and len(one) <= LONGEST for one in holders):
        raise BadRequest
    people = [(text(said, "lead").strip(), LEAD), *((one.strip(), HOLDER) for one in holders)]
    return text(said, "place").strip(), (*people, *((one, WITNESS) for one in others)), said.get("drill") is True


def text(said: dict[str, Any], name: str) -> str:
    """The field `name`. Raises `BadRequest`."""
    found = said.get(name)
    if not isinstance(found, str) or len(found) > LONGEST:
        raise BadRequest
    return found


def texts(name: str, count: int) -> list[str]:
    """A list of so many texts, which a script sent. Raises `BadRequest`."""
    found = context.posted().get(name)
    if not isinstance(found, list) or len(found) != count:
        raise BadRequest
    return [text({"one": one}, "one") for one in found]


def number() -> int:
    """{"number"}: of a share or a root. Raises `BadRequest`."""
    found = context.posted().get("number")
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= MOST:
        raise BadRequest
    return found
