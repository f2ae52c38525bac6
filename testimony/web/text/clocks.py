"""Sentences about clocks that contradict each other, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from testimony.services.withdrawal.clock_findings import Said
from testimony.web.text import labels


def sentences(found: Iterable[Said]) -> list[tuple[str, str]]:
    """(kind, sentence) of each finding."""
    return [(one.kind, one.say(gettext, labels.day)) for one in found]
