"""Holds the file of another organisation that a lawyer opened at this desk, in memory only, until the key is locked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app

from testimony.services.handover.errors import HandoverRefused
from testimony.services.handover.letters import Letter
from testimony.services.handover.received import Offered


class Held:
    """`opened`: the file. `offered`: what it offers, if it is an offer. `reply`: the last answer, b"" if none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.opened: Letter | None = None
        self.offered: Offered | None = None
        self.reply = b""

    def put(self, letter: Letter, offered: Offered | None) -> None:
        """Hold this file in place of an earlier one and of the answer to it."""
        with self._lock:
            self.opened, self.offered, self.reply = letter, offered, b""

    @contextmanager
    def acting(self, statement: str) -> Iterator[Letter]:
        """The open file, if its statement is the one that the page showed, for one act; a second one finds none.

        After an error it is held again. Raises `HandoverRefused("closed")`.
        """
        with self._lock:
            letter, offered = self.opened, self.offered
            if letter is None or letter.statement.id != statement:
                raise HandoverRefused("closed")
            self.opened = self.offered = None
        try:
            yield letter
        except BaseException:
            with self._lock:
                if self.opened is None:
                    self.opened, self.offered = letter, offered
            raise

    def answer(self, reply: bytes) -> None:
        """Forget the file, and hold the answer to it."""
        with self._lock:
            self.opened, self.offered, self.reply = None, None, reply

    def forget(self) -> None:
        self.answer(b"")


def prepare(app: Flask) -> None:
    """Add the file to the application of a desk. Locking the key forgets it."""
    made = app.extensions["testimony.handover"] = Held()
    app.extensions["testimony.key"].on_drop.append(made.forget)


def held() -> Held:
    """The one of this application."""
    return cast(Held, current_app.extensions["testimony.handover"])
