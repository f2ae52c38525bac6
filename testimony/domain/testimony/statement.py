"""The account in one language; a translation is a separate statement that names its original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.testimony.languages import dir_of


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Words in one language. `original` is the id of the statement that this one translates."""

    id: str
    lang: str
    text: str
    original: str | None = None

    @property
    def dir(self) -> str:
        return dir_of(self.lang)

    def to_value(self) -> dict[str, Any]:
        """As it stands in the narrative compartment."""
        return {"id": self.id, "lang": self.lang, "dir": self.dir, "text": self.text, "original": self.original}

    @classmethod
    def all_in(cls, narrative: Mapping[str, Any] | None) -> list[Statement]:
        """The statements of an opened narrative (None: it is closed) that can be read as such, in its order."""
        values = (narrative or {}).get("statements")
        return [cls.parse(value) for value in values if _is_statement(value)] if isinstance(values, list) else []

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Statement:
        """From the narrative compartment; unknown keys are ignored, `dir` is worked out afresh."""
        original = value.get("original")
        return cls(
            id=str(value["id"]),
            lang=str(value["lang"]),
            text=str(value["text"]),
            original=None if original is None else str(original),
        )


def _is_statement(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in ("id", "lang", "text"))
