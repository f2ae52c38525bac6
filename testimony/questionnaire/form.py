"""The form of one interview: which fields are asked, in which order, when, and what is impossible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.questionnaire.codebook import CodeList

Tree = Any  # an expression of relevance.py: JSON


@dataclass(frozen=True, kw_only=True)
class Check:
    """`when` is true: the answer is impossible ("block") or asked about once ("ask")."""

    id: str
    kind: str
    when: Tree
    message: str  # English; shown by labels.check_message(id, lang)


@dataclass(frozen=True, kw_only=True)
class Field:
    id: str
    label: str  # English; shown by labels.field_label(id, lang)
    type: str  # text, date, code, select, multi, multi_code, int, repeat
    options: tuple[str, ...]  # codes; empty where `list` is iso3, bcp47 or gaz_segment
    list: str | None
    required: bool
    relevant: Tree  # True, or an expression
    compartment: str  # incident, identity, narrative
    hint: str | None = None  # English; shown by labels.field_hint(id, lang)
    checks: tuple[Check, ...] = ()
    legs: tuple[tuple[str, str], ...] = ()  # of a repeat: (name, list)
    export: str = "never"
    hierarchy: str | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    id: str
    title: str  # English; shown by labels.section_title(id, lang)
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    id: str  # "camp-interview@1"
    sections: tuple[Section, ...]
    lists: Mapping[str, CodeList]
    consent_fields: tuple[Field, ...]  # asked at the consent step, sealed in `consent`; in no section
    definition: bytes  # canonical JSON: {"v","id","sections":[{id,title,fields:[ids]}],"fields":{id:{…}},"lists":{id:{…}}}
    value: Mapping[str, Any]  # the same, decoded: what relevance and generalising take
    sha256: str  # of `definition`: form_sha256 of every part

    @classmethod
    def load(cls) -> Form:
        """The form shipped with this version."""
        raise NotImplementedError

    def field(self, id: str) -> Field:
        """The field `id`. Raises KeyError."""
        raise NotImplementedError
