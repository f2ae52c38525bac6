"""The labels of questions and codes in an archived questionnaire, taken from that questionnaire alone.

The questionnaire may be of any version and any organisation, and may hold anything: an entry that does not have the
right form gives no label. Twin of `testimony/web/verifier/archive/code_labels.js`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

REASONS: Final = "yn5"  # the list that names unk, ref and nask
CODED: Final = {"vio": "vio_family"}  # the list whose codes a coded account holds instead


@dataclass(frozen=True)
class FormWords:
    """The words of the definition `form` in the language `lang` where it has them, else in its own."""

    form: Any
    lang: str = "en"

    def asks(self, name: str, piece: str | None = None) -> str:
        """What the question `name`, or its piece, asks; "" where nobody says it."""
        if piece is None:
            return self._translated(("fields", name, "label"), _at(self._field(name), "label"))
        return self._translated(("fields", name, "pieces", piece), _at(self._piece(name, piece), "label"))

    def says(self, name: str, code: str, piece: str | None = None) -> str:
        """What `code` says as an answer to it; "" where nobody says it."""
        asked = self._field(name) if piece is None else self._piece(name, piece)
        own = _at(asked, "list")
        tried = (own, CODED.get(own) if isinstance(own, str) else None, _at(asked, "band"), REASONS)
        return next(filter(None, (self._option(one, code) for one in tried if isinstance(one, str))), "")

    def _field(self, name: str) -> Any:
        return _at(self.form, "fields", name) or _at(self.form, "consent", name)

    def _piece(self, name: str, piece: str) -> Any:
        return next((one for one in _list(_at(self._field(name), "pieces")) if _at(one, "id") == piece), None)

    def _option(self, name: str, code: str) -> str:
        options = _list(_at(self.form, "lists", name, "options"))
        label = next((_at(one, "label") for one in options if _at(one, "code") == code), None)
        return self._translated(("lists", name, code), label)

    def _translated(self, path: tuple[str, ...], written: Any) -> str:
        return _text(_at(self.form, "translations", self.lang, *path)) or _text(written)


def _at(one: Any, *path: str) -> Any:
    for key in path:
        one = one.get(key) if isinstance(one, Mapping) else None
    return one


def _list(one: Any) -> list[Any]:
    return one if isinstance(one, list) else []


def _text(one: Any) -> str:
    return one if isinstance(one, str) else ""
