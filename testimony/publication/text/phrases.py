"""Sentences, names and number formats of a release in its languages, from this version's own files alone.

It takes nothing from a library that another desk may have in another version: two desks must produce the same bytes.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Final

from babel import Locale

from testimony.catalogues import translation
from testimony.questionnaire import labels

LANGUAGES: Final = ("en", "fr", "es")
DECIMAL: Final = {"en": ".", "fr": ",", "es": ","}
PERCENT: Final = {"en": "%", "fr": "\u202f%", "es": "\u00a0%"}


class Words:
    """Everything that is said in the language `lang`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._said = translation("messages", lang)

    def say(self, sentence: str, **values: object) -> str:
        """A sentence of the catalogue with its values."""
        found = self._said.gettext(sentence)
        return found % values if values else found

    def field(self, name: str) -> str:
        """A question of the codebook."""
        return labels.field_label(name, self.lang)

    def option(self, list_name: str, code: str) -> str:
        """A code of a list of the codebook; the code itself where nobody knows it."""
        try:
            return labels.option_label(list_name, code, self.lang)
        except KeyError:  # a segment that an organisation added
            return code

    def way_between(self, origin: str, destination: str) -> str:
        """From one State to another."""
        return labels.way_between(self.option("iso3", origin), self.option("iso3", destination), self.lang)

    def region(self, code: str) -> str:
        """A region of UN M49. Files have the names that are kept; a desk's pages in other languages, those of Babel."""
        kept = _regions().get(self.lang)
        names = Locale.parse(self.lang).territories if kept is None else kept
        return str(names.get(code if kept is not None else code.removeprefix("m"), code))

    def month(self, number: int) -> str:
        return labels.month_names(self.lang)[number - 1]

    def share(self, hundredths: int) -> str:
        """Hundredths of a per cent, as a person reads them."""
        whole, rest = divmod(hundredths, 100)
        said = f"{whole}{DECIMAL[self.lang]}{rest:02d}".rstrip("0").rstrip(DECIMAL[self.lang]) if rest else str(whole)
        return said + PERCENT[self.lang]


@functools.cache
def _regions() -> dict[str, dict[str, Any]]:
    held = json.loads((Path(__file__).parents[1] / "regions.json").read_text(encoding="utf-8"))
    return dict(held["names"])
