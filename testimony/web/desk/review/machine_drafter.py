"""Holds what a machine drafted of a translation, in memory only, until a lawyer signs it or the key is locked."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from testimony.services.speech import models, translator
from testimony.services.speech.drafter import Drafter
from testimony.services.speech.models import Model
from testimony.web import context


def prepare(app: Flask) -> None:
    """Add the drafter to the application of a desk. Locking the key ends its engine and drops every word."""
    made = app.extensions["testimony.drafts"] = Drafter()
    app.extensions["testimony.key"].on_drop.append(made.forget)


def drafter() -> Drafter:
    """The one of this application."""
    return cast(Drafter, current_app.extensions["testimony.drafts"])


def able(lang: str, to: str) -> list[Model]:
    """The models with which this desk drafts translations from `lang` into `to`; none without an engine."""
    return models.translating(context.station().settings.home, lang, to) if translator.is_installed() else []
