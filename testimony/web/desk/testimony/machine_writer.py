"""Holds what a machine wrote of a recording, in memory only, until a lawyer signs it or the key is locked."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from testimony.services.speech.job import Writer


def prepare(app: Flask) -> None:
    """Add the writer to the application of a desk. Locking the key ends its engine and drops every word."""
    made = app.extensions["testimony.speech"] = Writer()
    app.extensions["testimony.key"].on_drop.append(made.forget)


def writer() -> Writer:
    """The one of this application."""
    return cast(Writer, current_app.extensions["testimony.speech"])
