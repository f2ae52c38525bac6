"""The exact words of consent: safety check, must-tell items, purposes, teach-back. One file a language."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.questionnaire.codebook import read_json

LANGUAGES = ("en", "fr", "ar")


@dataclass(frozen=True, kw_only=True)
class Item:
    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PurposeText:
    code: str  # P01, P04, P06, P07
    text: str  # at most 20 plain words; may hold {organisation} {lawyers} {mechanism}
    recipient: str  # organisation, lawyers, public, mechanism: which name is meant
    life_months: int | None  # None: open
    life: str  # the same in words


@dataclass(frozen=True, kw_only=True)
class Question:
    id: str  # q1 q2 q3
    text: str
    expect: str  # what the witness should be able to say in their own words


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is said in one language. Every text may hold {organisation}, {lawyers} or {mechanism}; see `filled`."""

    id: str
    version: int
    lang: str
    draft: bool  # no second speaker has checked it
    safety: tuple[Item, ...]  # private, officer, urgent, age
    told: tuple[Item, ...]  # the 14 must-tell items, in the order in which they are said
    purposes: tuple[PurposeText, ...]
    teach_back: tuple[Question, ...]
    readers: tuple[Item, ...]  # who can read: nobody, counts, lawyers, lawyers_counts
    words: Mapping[str, str]  # single sentences: refusal, stop_delete, stop_keep, readback, withdrawal_code, …
    sha256: str  # of the canonical JSON of the whole file: what `consent` names as the exact wording

    @classmethod
    def load(cls, lang: str) -> Script:
        """The script of `lang`. Raises KeyError for a language that is not shipped."""
        if lang not in LANGUAGES:
            raise KeyError(lang)
        return _load(lang)

    @property
    def told_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.told)

    def who_reads(self, *, lawyers: bool, counted: bool) -> Item:
        """The sentence that says who can read: with P04 (`lawyers`), with P06, P07 or P10 (`counted`)."""
        name = "lawyers_counts" if lawyers and counted else "lawyers" if lawyers else "counts" if counted else "nobody"
        return next(item for item in self.readers if item.id == name)


def filled(text: str, names: Mapping[str, str]) -> str:
    """`text` with {organisation}, {lawyers} and {mechanism} replaced by `names`; no other brace has a meaning."""
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


@functools.cache
def _load(lang: str) -> Script:
    raw: dict[str, Any] = read_json(f"scripts/{lang}.json")
    return Script(
        id=raw["id"],
        version=raw["version"],
        lang=raw["lang"],
        draft=raw["draft"],
        safety=_items(raw["safety"]),
        told=_items(raw["told"]),
        purposes=tuple(PurposeText(**entry) for entry in raw["purposes"]),
        teach_back=tuple(Question(**entry) for entry in raw["teach_back"]),
        readers=_items(raw["readers"]),
        words=raw["words"],
        sha256=canonical.sha256_hex(canonical.encode(raw)),
    )


def _items(entries: list[dict[str, str]]) -> tuple[Item, ...]:
    return tuple(Item(**entry) for entry in entries)
