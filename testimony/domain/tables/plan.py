"""The plan of one year: which tables are published of a month, a quarter and the year. Two coordinators freeze it.

Every further table makes it easier to find out who is counted. So the number of accounts a year decides how many tables
there are, and nothing outside the plan is answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony import canonical
from testimony.domain.errors import EventUnreadable
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.questions import BORDER, MONTH, NATIONALITY, PERSON

VERSION: Final = "testimony/1/tables-plan"
BORDERS: Final = re.compile(r"[A-Z]{3}-[A-Z]{3}", re.ASCII)
MOST_BORDERS: Final = 500
LEAST: Final[Mapping[int, int]] = {1: 60, 2: 120, 3: 600, 4: 2000}
"""The accounts that a period needs for the tables of a layer."""
LEAST_INCIDENTS: Final = 20
TIMETABLE: Final[Sequence[tuple[int, Mapping[Kind, int]]]] = (
    (2000, {Kind.MONTH: 1, Kind.QUARTER: 2, Kind.YEAR: 4}),
    (1000, {Kind.MONTH: 1, Kind.QUARTER: 1, Kind.YEAR: 3}),
    (600, {Kind.QUARTER: 1, Kind.YEAR: 3}),
    (120, {Kind.YEAR: 2}),
    (0, {Kind.YEAR: 1}),
)
"""Accounts in the last twelve months, from at least; and the layer of each period. A period without one has no file."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """`rows`: the dimension of its rows. `questions`: whose columns it has; none for a table of totals.

    `layer`: the lowest layer that has it. `beneath`: the lowest layer that does not have it any more, 0 for none.
    """

    id: str
    layer: int
    rows: str
    questions: tuple[str, ...] = ()
    beneath: int = 0


TABLES: Final = (
    Table(id="border", layer=1, rows=BORDER),
    Table(id="acts", layer=2, rows=BORDER, questions=("act",)),
    Table(id="years", layer=2, rows=BORDER, questions=(MONTH,), beneath=3),
    Table(id="months", layer=3, rows=BORDER, questions=(MONTH,)),
    Table(id="officers", layer=3, rows=BORDER, questions=("officers",)),
    Table(id="return", layer=3, rows=BORDER, questions=("return", "kind")),
    Table(
        id="asylum",
        layer=3,
        rows=BORDER,
        questions=("asked", "answer", "examined", "interpreter", "legal_help", "appeal", "pending"),
    ),
    Table(id="custody", layer=3, rows=BORDER, questions=("custody",)),
    Table(id="property", layer=3, rows=BORDER, questions=("property",)),
    Table(id="injury", layer=3, rows=BORDER, questions=("injury",)),
    Table(id="gravest", layer=3, rows=BORDER, questions=("dead", "missing")),
    Table(id="nationality", layer=4, rows=NATIONALITY, questions=(BORDER,)),
    Table(id="persons", layer=4, rows=PERSON, questions=(BORDER, "act")),
    Table(id="children", layer=4, rows=BORDER, questions=("boys", "girls", "children_alone", "family")),
    Table(id="group", layer=4, rows=BORDER, questions=("group",)),
    Table(id="earlier", layer=4, rows=BORDER, questions=("earlier",)),
    Table(id="chain", layer=4, rows=BORDER, questions=("chain",)),
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`layers`: of each kind of period that has a file. `borders`: those that the organisation knows pushbacks of.

    A known border without a row is named in words, so that nobody takes it for one without pushbacks. `codebook`: the
    version whose codes the cells are named by.
    """

    year: int
    layers: Mapping[Kind, int]
    borders: tuple[str, ...]
    codebook: str

    @classmethod
    def fitting(cls, year: int, accounts: int, *, borders: Sequence[str], codebook: str) -> Plan:
        """The plan for an organisation with so many admissible accounts in the last twelve months."""
        layers = next(layers for least, layers in TIMETABLE if accounts >= least)
        return cls(year=year, layers=layers, borders=tuple(sorted(set(borders))), codebook=codebook)

    @classmethod
    def parse(cls, value: Any) -> Plan:
        """Raises `EventUnreadable` for what this version cannot have made, such as other tables."""
        try:
            year, borders = value["year"], value["borders"]
            layers = {Kind(kind): layer for kind, layer in value["layers"].items()}
            made = cls(year=year, layers=layers, borders=tuple(borders), codebook=value["codebook"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EventUnreadable("structure") from error
        fits = isinstance(year, int) and layers in [known for _, known in TIMETABLE] and len(borders) <= MOST_BORDERS
        named = all(isinstance(one, str) and BORDERS.fullmatch(one) for one in borders)
        if not fits or not named or not isinstance(made.codebook, str) or made.to_value() != value:
            raise EventUnreadable("structure")
        return made

    def to_value(self) -> dict[str, Any]:
        return {
            "v": VERSION,
            "year": self.year,
            "layers": {str(kind): layer for kind, layer in sorted(self.layers.items())},
            "borders": sorted(set(self.borders)),
            "codebook": self.codebook,
            "tables": [{"id": one.id, "layer": one.layer, "questions": list(one.questions)} for one in TABLES],
        }

    @property
    def digest(self) -> str:
        return canonical.sha256_hex(canonical.encode(self.to_value()))

    def layer_of(self, period: Period) -> int:
        """The layer of the file of `period`. Raises `TablesRefused("unplanned")`."""
        layer = self.layers.get(period.kind)
        if layer is None or period.year != self.year:
            raise TablesRefused("unplanned")
        return layer


def tables_of(layer: int) -> list[Table]:
    return [one for one in TABLES if one.layer <= layer and (not one.beneath or layer < one.beneath)]


def require_enough(layer: int, accounts: int, incidents: int) -> None:
    """Raise `TablesRefused("small")` where a period has too few for its layer."""
    if accounts < LEAST[layer] or incidents < LEAST_INCIDENTS:
        raise TablesRefused("small")
