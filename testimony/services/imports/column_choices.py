"""What becomes of each column: an answer, words of the account, kept as it is written, or left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Field, Form
from testimony.services.imports.dates import ORDERS
from testimony.services.imports.errors import ImportRefused

KEEP: Final = "keep"
"""The column is sealed as it is written, in the provenance, for lawyers."""
ACCOUNT: Final = "account"
CONSENT: Final = "consent"
LEAVE_OUT: Final = "leave"
ACTS: Final = (KEEP, ACCOUNT, CONSENT, LEAVE_OUT)
_TYPES: Final = frozenset({"text", "date", "code", "select", "multi", "multi_code", "int"})
_SEVERAL: Final = frozenset({"multi", "multi_code"})
SEPARATORS: Final = ("|", ";", "\n", ",")
_NUMBER: Final = re.compile(r"\d{1,6}(?:\.0)?", re.ASCII)
_BAND: Final = re.compile(r"(?P<unit>[a-z])(?P<over>gt)?(?P<least>\d+)(?:to(?P<most>\d+)|(?P<open>plus))?", re.ASCII)
"""A code of a list of bands: "a0to11", "a60plus", "p1", "ngt20"."""
_ALIKE: Final = str.maketrans({"_": " ", "-": " ", "’": "'"})
YES: Final = frozenset({"yes", "y", "1", "true", "oui", "sí", "si", "da", "ja", "نعم"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """`to`: one of `ACTS`, or the id of a field. `order`: one of `dates.ORDERS` for a field that is a date, "" if not
    chosen. `values`: a value of the cells, normalised by `normal` -> code.
    """

    to: str = KEEP
    order: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        return {"to": self.to, "order": self.order, "values": [list(one) for one in sorted(self.values.items())]}

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Column:
        return cls(
            to=str(value["to"]), order=str(value["order"]), values={normal(str(a)): str(b) for a, b in value["values"]}
        )


@dataclass(frozen=True, kw_only=True)
class Choices:
    """One `Column` for each column of a table. `lang`: the language of its words (BCP 47)."""

    columns: tuple[Column, ...]
    lang: str = "en"

    def at(self, to: str) -> list[int]:
        """The positions of the columns that become `to`."""
        return [at for at, column in enumerate(self.columns) if column.to == to]


def fields() -> dict[str, Field]:
    """The fields that a cell can answer, by id. Those about the interview and about consent are left out."""
    return {one.id: one for one in Form.load().fields if one.type in _TYPES and one.id != "n_text"}


def require_fitting(mapping: Choices, columns: int) -> None:
    """Raise `ImportRefused` (mapping, twice, date, nothing) unless `mapping` fits a table with so many `columns`."""
    known = fields()
    tos = [column.to for column in mapping.columns]
    used = [to for to in tos if to in known]
    if len(tos) != columns or any(to not in known and to not in ACTS for to in tos) or tos.count(CONSENT) > 1:
        raise ImportRefused("mapping")
    if len(set(used)) != len(used):
        raise ImportRefused("twice")
    if any(
        column.to in known and known[column.to].type == "date" and column.order not in ORDERS
        for column in mapping.columns
    ):
        raise ImportRefused("date")
    if not used and ACCOUNT not in tos:
        raise ImportRefused("nothing")
    for column in mapping.columns:
        if column.to in known and not set(column.values.values()) <= set(codes(known[column.to])):
            raise ImportRefused("mapping")


def codes(of: Field) -> tuple[str, ...]:
    """The codes that may answer it; none if it has no list, or the list of languages."""
    return Codebook.load().codes(of.list) if of.list is not None and of.list != "bcp47" else ()


def band_of(of: Field, text: str) -> str:
    """The code of the band that a whole number falls into, such as "a18to24" of 19; "" if the list has none, or if it
    has bands of several units: nobody knows whether 2 are hours or days.
    """
    bands = [(code, found) for code in codes(of) if (found := _BAND.fullmatch(code))]
    if not _NUMBER.fullmatch(text) or len({found["unit"] for _, found in bands}) != 1:
        return ""
    number = int(float(text))
    for code, found in bands:
        least = int(found["least"]) + bool(found["over"])
        most = number if found["open"] or found["over"] else int(found["most"] or least)
        if least <= number <= most:
            return code
    return ""


def normal(text: str) -> str:
    """`text` in the form in which values and headings are compared: case, spaces, _, - and the form of an apostrophe
    make no difference, nor how a letter with an accent is spelled.
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(_ALIKE)
    return " ".join(plain.split())


def split(of: Field, cell: str, known: Collection[str] = ()) -> list[str]:
    """The single values of a cell. `known`: normalised values that are never split, even with a comma in them."""
    if of.type not in _SEVERAL or normal(cell) in known:
        return [cell]
    for sign in SEPARATORS:
        if sign in cell:
            return [one.strip() for one in cell.split(sign) if one.strip()]
    words = cell.split()
    return words if len(words) > 1 and all(normal(word) in known for word in words) else [cell]
