"""The file that a lawyer opened at this desk: in memory alone, and forgotten when the key is locked."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.job import Bringing, BringingAll, Opened
from testimony.services.imports.known import Known
from testimony.services.imports.preview import Preview
from testimony.web import context
from testimony.web.desk.session import key


class Held:
    """`opened`: the file. `preview`: what would become of it, once it was looked at."""

    def __init__(self) -> None:
        self.work, self.known = BringingAll(), Known()
        self.opened: Opened | None = None
        self.preview: Preview | None = None

    def put(self, opened: Opened) -> None:
        """Hold this file, unless another is being brought in."""
        if not self.work.busy:
            self.work.forget()
            self.opened, self.preview = opened, None

    def file(self) -> Opened:
        """Raises `ImportRefused("gone")` where none is open."""
        if self.opened is None:
            raise ImportRefused("gone")
        return self.opened

    def forget(self) -> None:
        """Stop, and forget all that was read."""
        self.work.forget()
        self.opened, self.preview, self.known = None, None, Known()


def prepare(app: Flask) -> None:
    """Give a desk its import, which ends when the key is locked."""
    held = app.extensions["testimony.imports"] = Held()
    app.extensions["testimony.key"].on_drop.append(held.forget)


def held() -> Held:
    """That of this application."""
    return cast(Held, current_app.extensions["testimony.imports"])


def bringing() -> Bringing:
    """By the reader whose key is unlocked, now."""
    return Bringing(context.station(), key.reader(), key.key_holder().annexes, held().known, context.now())
