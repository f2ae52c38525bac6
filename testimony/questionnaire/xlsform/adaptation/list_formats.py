"""Reads the kinds of files that hold a list of choices for ODK: CSV, GeoJSON and XML.

ODK's documentation says how: the features of one FeatureCollection by their id and title, or `item` elements in `root`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from testimony import csv_text
from testimony.csv_text import EncodingUnknown
from testimony.questionnaire.xlsform.archive import has_entities
from testimony.questionnaire.xlsform.old_excel import Cell

NOT_CLOSED = "is damaged: a quotation mark is not closed, or stands inside a text"
NO_ENCODING = "does not say its character encoding; choose it, then adapt the form again"
DAMAGED = "is damaged: export it again"


class NotListed(ValueError):
    """A file that gives no list; its text is the reason, a sentence without its subject."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`rows`: the cells of each row, from the bytes and an encoding. `encoding`: which one of these bytes, where a
    person chose one; "" where they say it. `value`, `label`: the columns of the codes and of their texts. `first`: the
    number of the first row, which holds the headings.
    """

    rows: Callable[[bytes, str], Iterator[tuple[Cell, ...]]]
    encoding: Callable[[bytes, str], str] = lambda _data, _chosen: ""
    value: str = "name"
    label: str = "label"
    first: int = 0


def of(name: str) -> Kind:
    """The kind of file with this name. Raises `NotListed`."""
    for ending, kind in KINDS.items():
        if name.lower().endswith(ending):
            return kind
    raise NotListed("is no CSV, GeoJSON or XML file")


def _of_csv(data: bytes, encoding: str) -> Iterator[tuple[Cell, ...]]:
    try:
        text = csv_text.decoded(data, encoding)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=csv_text.separator(text), strict=True)
        yield from map(_cells, reader)
    except EncodingUnknown as error:
        raise NotListed(
            f"is not in {encoding}; choose another character encoding" if encoding else NO_ENCODING
        ) from error
    except csv.Error as error:
        raise NotListed(NOT_CLOSED) from error


def _encoding_of_csv(data: bytes, chosen: str) -> str:
    """`chosen` is for all lists of a form, and one that is UTF-8 would be nonsense in it."""
    try:
        csv_text.decoded(data)
    except EncodingUnknown:
        return chosen
    return ""


def _of_geojson(data: bytes, _encoding: str) -> Iterator[tuple[Cell, ...]]:
    try:
        value = json.loads(data)
        json.dumps(value, ensure_ascii=False).encode()  # half a sign can be written in JSON, and nowhere else
    except (ValueError, RecursionError) as error:
        raise NotListed(DAMAGED) from error
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list) or value.get("type") != "FeatureCollection":
        raise NotListed("is no FeatureCollection of GeoJSON")
    yield from _table(map(_of_feature, features))


def _of_feature(feature: Any) -> dict[str, str]:
    """Its properties that are texts or numbers. An id of its own goes before one among them."""
    found = feature if isinstance(feature, dict) else {}
    properties = found.get("properties")
    said = (properties if isinstance(properties, dict) else {}) | {key: found[key] for key in ("id",) if key in found}
    return {name: _written(value) for name, value in said.items() if isinstance(value, str | int | float)}


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _of_xml(data: bytes, _encoding: str) -> Iterator[tuple[Cell, ...]]:
    if has_entities(data):
        raise NotListed("has a document type, which no list needs; export it without")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  only a document type can grow
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # an encoding that nobody knows
        raise NotListed(DAMAGED) from error
    items = root.findall("item") if root.tag == "root" else []
    if not items:
        raise NotListed("has no elements “item” in an element “root”")
    # of two elements with one name the first counts
    yield from _table({one.tag: one.text or "" for one in reversed(item)} for item in items)


def _table(items: Iterable[dict[str, str]]) -> Iterator[tuple[Cell, ...]]:
    """The rows of `items`, after one with all their names."""
    rows = [*items]
    names = [*dict.fromkeys(name for row in rows for name in row)]
    yield _cells(names)
    yield from (_cells([row.get(name, "") for name in names]) for row in rows)


def _cells(texts: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell(text if text.strip() else None) for text in texts)


KINDS: Final = {
    ".csv": Kind(rows=_of_csv, encoding=_encoding_of_csv, first=1),
    ".geojson": Kind(rows=_of_geojson, value="id", label="title"),
    ".xml": Kind(rows=_of_xml),
}
"""The ending of a file -> how it is read."""
