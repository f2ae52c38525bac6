"""The codebook: all fields and code lists, who may be asked each field, and how much of it may be published."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ALL_PARTS = "all"
"""The part of a border that stands for the whole of it, or for one that is not known."""
SEGMENT = re.compile(r"[A-Z]{3}-[A-Z]{3}:[a-z0-9_]{1,30}")
CLASSES = {"direct": "D", "quasi": "Q", "sensitive": "S", "third party": "P", "worker": "W", "neutral": "N"}
"""What an answer discloses: the word that authors of questionnaires write -> the letter of the codebook."""
COMPARTMENTS = {
    "ID": "identity",
    "NAR": "narrative",
    "INC": "incident",
    "CON": "consent",
    "MED": "media",
    "REV": "review",
    "PRO": "provenance",
}


@dataclass(frozen=True, kw_only=True)
class CodebookField:
    id: str
    label: str
    type: str  # text date media code select multi multi_code int repeat geo json ref
    list: str | None
    compartment: str  # a value of COMPARTMENTS
    cls: str  # D Q S P W N (see codebook.json, "classes")
    export: str  # never gen coded count derived
    lawyers_only: bool = False  # it may leave in a lawyer's hands, but no release counts it: coordinators do not get it
    hierarchy: str | None
    hxl: str | None
    required: bool
    themes: tuple[str, ...]

    @property
    def exportable(self) -> bool:
        return self.export != "never"

    @property
    def coded(self) -> bool:
        """Whether it is in the coded account that is sealed to coordinators."""
        return self.compartment == "incident" and self.exportable and not self.lawyers_only

    @property
    def band(self) -> str | None:
        """The code list that a number of this field is cut down to before it leaves the phone."""
        if self.type != "int" or not self.exportable:
            return None
        return {"size": "size_band", "days": "days_band"}.get(self.hierarchy or "", "count_band")


@dataclass(frozen=True, kw_only=True)
class Option:
    code: str
    label: str
    family: str | None = None  # of a violence code: all that leaves of it
    exclusive: bool = False  # stands alone in a multi
    at_least: int | None = None  # of a band: the numbers that it holds, both ends included
    at_most: int | None = None


@dataclass(frozen=True, kw_only=True)
class CodeList:
    id: str
    title: str
    options: tuple[Option, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of a border, directed: `origin` expels to `destination`."""

    code: str
    border: str
    origin: str
    destination: str

    @property
    def part(self) -> str:
        return self.code.partition(":")[2]

    @classmethod
    def of(cls, code: str) -> Segment:
        """The segment that `code` writes, whether the gazetteer has it or not. Raises ValueError."""
        if not SEGMENT.fullmatch(code):
            raise ValueError(code)
        border = code.partition(":")[0]
        return cls(code=code, border=border, origin=border[:3], destination=border[4:])


@dataclass(frozen=True, kw_only=True)
class Codebook:
    version: str
    fields: Mapping[str, CodebookField]
    lists: Mapping[str, CodeList]
    themes: Mapping[str, str]
    hierarchies: Mapping[str, tuple[str, ...]]
    segments: Mapping[str, Segment]
    countries: Mapping[str, str]  # ISO 3166-1 alpha-3 -> alpha-2

    @functools.cached_property
    def coded(self) -> frozenset[str]:
        """The fields of the coded account: all that coordinators get."""
        return frozenset(field.id for field in self.fields.values() if field.coded)

    @functools.cached_property
    def borders(self) -> frozenset[str]:
        """Every border of the gazetteer, directed: "HRV-BIH"."""
        return frozenset(segment.border for segment in self.segments.values())

    @classmethod
    def load(cls) -> Codebook:
        """The codebook shipped with this version."""
        return _load()

    def codes(self, name: str) -> tuple[str, ...]:
        """All codes of the list `name`, iso3 and gaz_segment included. Raises KeyError if there is none."""
        if name == "iso3":
            return (*self.countries, "XXA", "XXX")
        if name == "gaz_segment":
            return tuple(self.segments)
        return self.lists[name].codes


@functools.cache
def _load() -> Codebook:
    raw = read_json("codebook.json")
    return Codebook(
        version=raw["version"],
        fields={entry["id"]: _field(entry) for entry in raw["fields"]},
        lists={name: _list(name, entry) for name, entry in raw["lists"].items()},
        themes=raw["themes"],
        hierarchies={name: tuple(levels) for name, levels in raw["hierarchies"].items()},
        segments={segment.code: segment for segment in _segments(read_json("gazetteer.json"))},
        countries=read_json("countries.json")["countries"],
    )


def _field(entry: dict[str, Any]) -> CodebookField:
    values = {name: entry[name] for name in CodebookField.__dataclass_fields__ if name in entry}
    values["compartment"] = COMPARTMENTS[entry["compartment"]]
    values["themes"] = tuple(entry["themes"])
    return CodebookField(**values)


def _list(name: str, entry: dict[str, Any]) -> CodeList:
    options = tuple(
        Option(
            code=option["code"],
            label=option["label_en"],
            family=option.get("family"),
            exclusive=option.get("exclusive", False),
            at_least=option.get("from"),
            at_most=option.get("to"),
        )
        for option in entry["options"]
    )
    return CodeList(id=name, title=entry["title"], options=options)


def _segments(gazetteer: dict[str, Any]) -> Iterator[Segment]:
    """Those of the borders that are documented most, part by part, then every other pair of neighbours, both ways."""
    borders: dict[str, list[str]] = gazetteer["borders"]
    pairs = [border.split("-") for border in (*borders, *gazetteer["neighbours"])]
    for border in dict.fromkeys(["-".join(pair) for way in (1, -1) for pair in (pair[::way] for pair in pairs)]):
        for part in (*borders.get(border, ()), ALL_PARTS):
            yield Segment.of(f"{border}:{part}")


def read_json(name: str) -> Any:
    """The JSON of a file beside this module."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))
