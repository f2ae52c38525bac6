"""The table's HXL schema, with which `hxlvalidate` checks the table without this program."""

from __future__ import annotations

from testimony.publication.content import Content
from testimony.publication.sheets.sheet import Column, Sheet
from testimony.publication.sheets.table import columns

HEADS = (
    ("column", "#description"),
    ("tag", "#valid_tag"),
    ("required", "#valid_required"),
    ("type", "#valid_datatype"),
    ("least", "#valid_value+min"),
    ("codes", "#valid_value+list"),
    ("unique", "#valid_unique"),
)
TYPES = {"number": "number", "date": "date", "text": "text"}


def sheet(content: Content) -> Sheet:
    """A rule for each column of the table."""
    rows = []
    for column in columns(content):
        codes = _codes(content, column)
        rows.append(
            (
                column.name,
                pattern(column.tag, content),
                "true" if column.required else None,
                TYPES[column.kind],
                column.least,
                "|".join(codes) or None,
                "true" if column.name == "class" else None,
            )
        )
    heads = tuple(Column(name=name, tag=tag) for name, tag in HEADS)
    return Sheet(name="hxl schema", columns=heads, rows=tuple(rows))


def pattern(tag: str, content: Content) -> str:
    """`tag` as a pattern that matches no longer tag of the table: `#respondee+age` is not `#respondee+age+level`."""
    own = _parts(tag)
    others = [_parts(column.tag) for column in columns(content)]
    more = {part for other in others if other[0] == own[0] and set(own[1]) < set(other[1]) for part in other[1]}
    return tag + "".join(f"-{part}" for part in sorted(more - set(own[1])))


def _parts(tag: str) -> tuple[str, tuple[str, ...]]:
    name, *attributes = tag.split("+")
    return name, tuple(attributes)


def _codes(content: Content, column: Column) -> tuple[str, ...]:
    """What a column may hold: its own codes, or every label and level that is in this table."""
    for place, attribute in enumerate(content.attributes):
        if column.name == attribute:
            return tuple(sorted({line.labels[place] for line in content.lines}))
        if column.name == f"{attribute}_level" and not column.codes:
            return tuple(sorted({line.levels[place] for line in content.lines}))
    return column.codes
