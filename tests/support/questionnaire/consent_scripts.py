"""The words and placeholders of a consent script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testimony.questionnaire.consent_scripts import LANGUAGES, Script

SINCE_VERSION_8 = ("it", "uk", "ru", "pl", "de", "el", "sr", "pt", "hr", "bs")
"""Languages that joined when the script had its eighth version. They have no older one."""
TWICE_CORRECTED = ("ar", "es", "fa", "fr", "ru", "uk")
CORRECTED = {lang: 10 if lang in TWICE_CORRECTED else 9 for lang in LANGUAGES if lang not in ("bs", "en", "hr", "sr")}
"""Languages whose sentences were corrected since, with the version that they have now; all others have the eighth."""


def words(text: str) -> int:
    return sum(1 for word in text.split() if re.search(r"\w", word))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{([^}]*)\}", text))


def texts(script: Script) -> Iterator[tuple[str, str]]:
    """(id, text) of everything that is said."""
    for name in ("safety", "told", "readers", "gives"):
        yield from ((f"{name}.{item.id}", item.text) for item in getattr(script, name))
    for purpose in script.purposes:
        yield f"purpose.{purpose.code}", purpose.text
    for question in script.teach_back:
        yield f"ask.{question.id}", question.text
        yield f"expect.{question.id}", question.expect
    yield from ((f"words.{name}", text) for name, text in script.words.items())
    yield from ((f"names.{name}", text) for name, text in script.names.items())
