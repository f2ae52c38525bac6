"""The exact words of consent: safety check, must-tell items, purposes, teach-back. One file a language."""

from __future__ import annotations

from dataclasses import dataclass


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
    """`words` holds single sentences by id: refusal, stop_delete, stop_keep, withdraw, draft_warning, …"""

    id: str
    version: int
    lang: str
    dir: str
    draft: bool
    safety: tuple[Item, ...]  # private, officer, urgent, age
    told: tuple[Item, ...]  # the 14 must-tell items in order
    purposes: tuple[PurposeText, ...]
    teach_back: tuple[Question, ...]
    readers: tuple[Item, ...]  # who can read: nobody, counts, lawyers, lawyers_counts
    words: dict[str, str]
    sha256: str  # of the canonical JSON of the whole file

    @classmethod
    def load(cls, lang: str) -> Script:
        """The script of `lang` (en, fr, ar). Raises KeyError for a language that is not shipped."""
        raise NotImplementedError
