"""IOM's Missing Migrants Project, Europe, 2014 to 2026 (CC BY 4.0): real skew, read where it lies and not kept here."""

from __future__ import annotations

import csv
import functools
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from testimony.anonymity.field_hierarchies import dates, nationalities, sizes
from testimony.anonymity.hierarchies import MISSING, from_table
from testimony.anonymity.pool import Record, Schema
from testimony.questionnaire.codebook import Codebook, read_json

FILE = Path("shared", "data", "mmp_iom_europe_2014_2026.csv")
NAMED_OTHERWISE = {
    "Syrian Arab Republic": "SYR",
    "Iran (Islamic Republic of)": "IRN",
    "Türkiye": "TUR",
    "State of Palestine": "PSE",
    "Democratic Republic of the Congo": "COD",
    "United Republic of Tanzania": "TZA",
    "Viet Nam": "VNM",
    "Myanmar": "MMR",
    "Congo": "COG",
}


def rows() -> list[Mapping[str, str]]:
    """Every incident. Skips, saying so, where the file is not at hand (beside the project, or in TESTIMONY_DATA)."""
    beside = Path(__file__).parents[4] / FILE
    path = Path(os.environ.get("TESTIMONY_DATA", beside.parent)) / FILE.name
    if not path.is_file():
        pytest.skip(f"the Missing Migrants file is not here: {FILE} beside the project, or TESTIMONY_DATA")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def schema(found: list[Mapping[str, str]]) -> Schema:
    """Date, route, nationality and number of people, with the hierarchies of the questionnaire where it has them."""
    routes = {row["Route"]: () for row in found if row["Route"]}
    return Schema(attributes=(dates(), from_table("route", ("route",), routes), nationalities(), sizes()))


def record(row: Mapping[str, str]) -> Record:
    """An incident as if somebody had told of it."""
    nation = NAMED_OTHERWISE.get(row["Country of Origin"]) or _countries().get(row["Country of Origin"], MISSING)
    values = (row["Incident date"][:7], row["Route"] or MISSING, nation, _size(row))
    return Record(values=values, person=row["Incident ID"], incident=row["Main ID"])


@functools.cache
def _countries() -> Mapping[str, str]:
    return {name: code for code, name in read_json("names.json")["names"]["en"]["countries"].items()}


def _size(row: Mapping[str, str]) -> str:
    numbers = [int(row[column]) for column in ("No. dead/missing", "No. survivors") if row[column].isdigit()]
    for option in Codebook.load().lists["size_band"].options:
        if option.at_least is not None and option.at_least <= sum(numbers) <= (option.at_most or sum(numbers)):
            return option.code
    return MISSING
