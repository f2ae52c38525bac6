"""An own table as a file: CSV, XLSX or JSON."""

from __future__ import annotations

import json
from typing import Any, Final

from flask_babel import gettext as _

from testimony.domain.testimony.own_table import Ask, OwnTable, Unit
from testimony.errors import N_
from testimony.publication.sheets.sheet import Cell, Column, Sheet, delimited
from testimony.publication.sheets.xlsx import workbook
from testimony.web.desk.reports import fields
from testimony.web.text import i18n
from testimony.web.text.numerals import series

UNITS: Final = {
    Unit.TESTIMONIES: N_("Testimonies"),
    Unit.PERSONS: N_("People"),
    Unit.INCIDENTS: N_("Incidents"),
}


def title(ask: Ask) -> str:
    """What the table counts, with its filters, in one line."""
    names = [fields.name(name) for name in (ask.by, ask.across) if name]
    return " · ".join(
        [str(_(UNITS[ask.unit])), *names, *(f"{name}{i18n.colon()}{said}" for name, said in filters(ask))]
    )


def filters(ask: Ask) -> list[tuple[str, str]]:
    """(field, values) in words, of each filter."""
    return [
        (fields.name(name), series(fields.word(name, code) for code in wanted)) for name, wanted in ask.only.items()
    ]


def written(form: str, ask: Ask, found: OwnTable) -> bytes:
    """The table in `form`: "csv", "xlsx" or "json". The workbook has a second tab that says what was counted."""
    if form == "json":
        return json.dumps(data(ask, found), ensure_ascii=False, indent=1).encode()
    sheet = _sheet(ask, found)
    return delimited(sheet, marked=True) if form == "csv" else workbook([sheet, _about(ask, found)])


def data(ask: Ask, found: OwnTable) -> dict[str, Any]:
    """{"by", "across", "only": {field: [code]}, "rows": [{"code", "name", <unit>, "of": {code: number}}], <unit>,
    "left_out"}, where <unit> is "testimonies", "persons" or "incidents".
    """
    return {
        "by": ask.by,
        "across": ask.across,
        "only": {name: list(wanted) for name, wanted in ask.only.items()},
        "rows": [
            {
                "code": line,
                "name": fields.word(ask.by, line),
                str(ask.unit): found.of_lines[line],
                **({"of": {code: found.cells.get((line, code), 0) for code in found.columns}} if ask.across else {}),
            }
            for line in found.lines
        ],
        str(ask.unit): found.total,
        "left_out": found.left_out,
    }


def _sheet(ask: Ask, found: OwnTable) -> Sheet:
    """One line a value; its code beside its name, and how many there are in all."""
    numbers = [(code, fields.word(ask.across, code)) for code in found.columns] if ask.across else []
    columns = [Column(name=fields.name(ask.by)), Column(name=str(_("Code")))]
    columns += [Column(name=word, kind="number") for _code, word in numbers]
    columns.append(Column(name=str(_(UNITS[ask.unit])), kind="number"))
    lines: list[tuple[Cell, ...]] = [
        (
            fields.word(ask.by, line),
            line,
            *(found.cells.get((line, code), 0) for code, _word in numbers),
            found.of_lines[line],
        )
        for line in found.lines
    ]
    lines.append((str(_("All")), "", *(found.of_columns[code] for code, _word in numbers), found.total))
    return Sheet(name=str(_("Own table")), columns=tuple(columns), rows=tuple(lines))


def _about(ask: Ask, found: OwnTable) -> Sheet:
    """What was counted: a table that is passed on without it says something else."""
    said: list[tuple[Cell, ...]] = [(str(_("Count by")), fields.name(ask.by))]
    if ask.across:
        said.append((str(_("And by")), fields.name(ask.across)))
    said += [*filters(ask), (str(_("Testimonies not counted")), str(found.left_out))]
    columns = (Column(name=str(_("What is counted"))), Column(name=str(_(UNITS[ask.unit]))))
    return Sheet(name=str(_("What is counted")), columns=columns, rows=tuple(said))
