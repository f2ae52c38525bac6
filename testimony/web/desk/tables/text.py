"""The words of published tables in the language and the digits of the page."""

from __future__ import annotations

from flask_babel import get_locale

from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words
from testimony.web.text.numerals import digits


def vocabulary() -> Vocabulary:
    """That of the page that is being made."""
    return Vocabulary(Words(str(get_locale() or "en")), digits)
