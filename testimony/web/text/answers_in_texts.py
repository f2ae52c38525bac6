"""Marks the places for earlier answers in the text of a question. The interview page fills them in."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from markupsafe import Markup, escape

from testimony.questionnaire.form_labels import GAP

PLACE: Final = Markup('<bdi data-answer-of="{}">…</bdi>')
WHOLE: Final = Markup("<span>{}</span>")


def with_answers(text: Any) -> Any:
    """`text` with an element for each `${name}`, isolated so that the answer can have any direction."""
    if not isinstance(text, str) or not GAP.search(text):
        return text
    shown, done = Markup(), 0
    for gap in GAP.finditer(text):
        shown += escape(text[done : gap.start()]) + PLACE.format(gap[1])
        done = gap.end()
    return WHOLE.format(shown + escape(text[done:]))


def register(app: Flask) -> None:
    """Add the filter `with_answers` for the texts of questions: `{{ q.label | with_answers }}`."""
    app.jinja_env.filters["with_answers"] = with_answers
