"""The few words on the slip with the withdrawal code: in the witness's language, and naming nothing."""

from __future__ import annotations

from flask_babel import force_locale, gettext

from testimony.domain.languages import dir_of
from testimony.web.i18n import LANGUAGES


def slip_words() -> list[tuple[str, str, str]]:
    """(language, direction, words) for each language that the pages speak; in any other the slip holds digits alone."""
    words = []
    for code in LANGUAGES:
        with force_locale(code):
            words.append((code, dir_of(code), gettext("Keep this number. Show it to nobody whom you do not trust.")))
    return words
