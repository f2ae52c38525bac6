"""Marks where the text of a question says an earlier answer; the interview page fills it in."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from markupsafe import Markup, escape

from testimony.questionnaire.form_labels import GAP

PLACE: Final = Markup('<bdi data-answer-of="{}">…</bdi>')
WHOLE: Final = Markup("<span>{}</span>")


def with_answers(text: Any) -> Any:
    """`text` with a place of its own for each `${name}`, whatever direction the answer has."""
    if not isinstance(text, str) or not GAP.search(text):
        return text
    shown, done = Markup(), 0
    for gap in GAP.finditer(text):
        shown += escape(text[done : gap.start()]) + PLACE.format(gap[1])
        done = gap.end()
    return WHOLE.format(shown + escape(text[done:]))


def register(app: Flask) -> None:
    """`{{ q.label | with_answers }}` for the texts of questions."""
    app.jinja_env.filters["with_answers"] = with_answers
