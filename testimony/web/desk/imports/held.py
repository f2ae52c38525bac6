"""Holds the file that a lawyer opened at this desk, in memory only, until the key is locked."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.job import Importer, ImportWorker, Opened
from testimony.services.imports.known_rows import Known
from testimony.services.imports.preview import Preview
from testimony.web import context
from testimony.web.desk.session import key


class Held:
    """`work`: the import that runs. `known`: the rows that are here. `opened`: the file. `preview`: of its import, if
    it was asked for.
    """

    def __init__(self) -> None:
        self.work, self.known = ImportWorker(), Known()
        self.opened: Opened | None = None
        self.preview: Preview | None = None

    def put(self, opened: Opened) -> None:
        """Hold this file, unless an import is running: then nothing changes."""
        if not self.work.busy:
            self.work.forget()
            self.opened, self.preview = opened, None

    def file(self) -> Opened:
        """The open file. Raises `ImportRefused("gone")` if there is none."""
        if self.opened is None:
            raise ImportRefused("gone")
        return self.opened

    def forget(self) -> None:
        """Stop the import, and forget everything that was read."""
        self.work.forget()
        self.opened, self.preview, self.known = None, None, Known()


def prepare(app: Flask) -> None:
    """Add imports to the application of a desk. Locking the key ends them."""
    held = app.extensions["testimony.imports"] = Held()
    app.extensions["testimony.key"].on_drop.append(held.forget)


def held() -> Held:
    """The one of this application."""
    return cast(Held, current_app.extensions["testimony.imports"])


def importer() -> Importer:
    """For the reader whose key is unlocked, at this moment."""
    return Importer(context.station(), key.reader(), key.key_holder().annexes, held().known, context.now())
