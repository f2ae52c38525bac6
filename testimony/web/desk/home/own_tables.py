"""Own tables: what this key opens, counted by one or two of the list's codes, on the page and as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from testimony.domain.review.review import ReviewState
from testimony.domain.roles import Role
from testimony.domain.testimony import own_table
from testimony.domain.testimony.languages import dir_of
from testimony.domain.testimony.own_table import OF_TIME, UNKNOWN, OwnTable
from testimony.errors import N_
from testimony.publication.sheets.sheet import Cell, Column, Sheet, delimited
from testimony.publication.sheets.xlsx import workbook
from testimony.questionnaire import labels as codebook
from testimony.services.custody import log as custody_log
from testimony.services.exports import exports
from testimony.services.inbox.search import Progress
from testimony.web import border_map, charts, context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.border_map import View
from testimony.web.charts import Chart, Counted
from testimony.web.desk import faces
from testimony.web.desk.review import reviews
from testimony.web.desk.session import key, sealing
from testimony.web.text import i18n, labels

bp = Blueprint("owntables", __name__)

NAMES: Final = {
    "border": N_("Border"),
    "part": N_("Part of a border"),
    "year": N_("Year"),
    "month": N_("Month"),
    "gender": N_("Gender"),
    "age": N_("Age"),
    "nationality": N_("Nationality"),
    "language": N_("Language"),
    "kind": N_("Incident"),
    "state": N_("Review"),
}
USES: Final = {Role.LAWYER: "lawyer", Role.COORDINATOR: "release"}
"""Which consent a testimony must have to be counted, by who counts."""
MOST_COLUMNS: Final = 24
"""Drawn as columns over time; more of them have no room on a phone, and are drawn as bars."""
FILES: Final = ("csv", "xlsx", "json", "svg")
ON_A_MAP: Final = frozenset({"border", "part"})


@bp.get("/<lang:lang>/reports/")
@audience(Visitor.COORDINATOR, Visitor.LAWYER)
def show(lang: str) -> str:
    """One table: `by` and `across` are names of fields; what is none of them asks for the first."""
    by, across = _asked("by", "border"), _asked("across", "")
    found, progress = _count(by, across)
    return render_template(
        "desk/owntables.html",
        names=NAMES,
        by=by,
        across=across,
        found=found,
        progress=progress,
        word=_word,
        shape="columns" if _goes_on(by, found) else "bars",
        chart=_chart(by, found, lang),
        maps=_maps(by, found),
        state=lambda code: codebook.country_name(code, lang),
        files=FILES,
    )


@bp.post("/reports/file")
@audience(Visitor.COORDINATOR, Visitor.LAWYER)
def file() -> Response:
    """{"by", "across", "as", "seal": "sealed" | "plain", "sure"} -> the same table as a file. The desk's log says that
    one was made, and not which. Raises `ExportRefused("unconfirmed")`.
    """
    by, across, form = _asked("by", "border"), _asked("across", ""), request.form.get("as", "")
    if form not in FILES:
        raise BadRequest
    plain, lang = sealing.is_plain(), i18n.language()
    found, _progress = _count(by, across)
    day, reader = context.now().date().isoformat(), key.reader()
    with context.station().database.transaction() as db:
        custody_log.append(db, kind="exported", ref="0" * 64, by=reader.id, day=day)
    data = _drawn(by, found, lang).encode() if form == "svg" else _written(form, by, across, found)
    return sealing.answer(data if plain else exports.seal(reader, data), f"own-table-{day}.{form}", plain=plain)


def _asked(name: str, otherwise: str) -> str:
    said = request.values.get(name, otherwise)
    return said if said in NAMES else otherwise


def _count(by: str, across: str) -> tuple[OwnTable, Progress]:
    """Opens more for a moment first, as the list does."""
    held, reader = key.key_holder(), key.reader()
    progress = held.inbox.read_on(
        context.station(), reader, held.annexes, day=context.now().date(), seconds=key.AT_ONCE
    )
    found = own_table.table(held.inbox.rows(), by, across if across != by else "", use=USES[reader.role])
    return found, progress


def _word(field: str, code: str) -> str:
    """The value `code` of `field` in words."""
    return str(_("not known")) if code == UNKNOWN else WORDS[field](code)


def _in_list(name: str) -> Callable[[str], str]:
    return lambda code: codebook.option_label(name, code, i18n.language())


WORDS: Final[dict[str, Callable[[str], str]]] = {
    "border": faces.place,
    "part": faces.place,
    "year": str,
    "month": labels.day,
    "gender": _in_list("gender"),
    "age": _in_list("age"),
    "nationality": lambda code: codebook.country_name(code, i18n.language()),
    "language": lambda code: faces.language(code).text,
    "kind": faces.kind,
    "state": lambda code: reviews.word(ReviewState(code)),
}


def _goes_on(by: str, found: OwnTable) -> bool:
    return by in OF_TIME and len(found.lines) <= MOST_COLUMNS


def _chart(by: str, found: OwnTable, lang: str) -> Chart | None:
    if not found.lines:
        return None
    goes_on = _goes_on(by, found)
    counted = [
        Counted(name=_word(by, code), short=code if goes_on else "", number=found.of_lines[code])
        for code in found.lines
    ]
    draw = charts.columns if goes_on else charts.bars
    return draw(counted, limit=1, turned=dir_of(lang) == "rtl")


def _maps(by: str, found: OwnTable) -> tuple[View, ...]:
    if by not in ON_A_MAP:
        return ()
    told = [code for code in found.lines if code != UNKNOWN]
    return border_map.views({code: Counted(name=_word(by, code), number=found.of_lines[code]) for code in told})


def _drawn(by: str, found: OwnTable, lang: str) -> str:
    """The map of the part of the world where most is counted; else the chart."""
    chart = _chart(by, found, lang)
    view = max(_maps(by, found), key=lambda one: sum(line.counted.number or 0 for line in one.lines), default=None)
    return render_template(
        "chart_file.svg",
        title=_(NAMES[by]),
        view=view,
        chart=None if view else chart,
        box=view.box if view else (0, 0, chart.width, chart.height) if chart else (0, 0, 1, 1),
        shape="columns" if _goes_on(by, found) else "bars",
        state=lambda code: codebook.country_name(code, lang),
    )


def _written(form: str, by: str, across: str, found: OwnTable) -> bytes:
    if form == "json":
        return json.dumps(data(by, across, found), ensure_ascii=False, indent=1).encode()
    sheet = _sheet(by, across, found)
    return delimited(sheet, marked=True) if form == "csv" else workbook([sheet])


def _sheet(by: str, across: str, found: OwnTable) -> Sheet:
    """One line a value; its code beside its name, and how many testimonies there are in all."""
    numbers = [(code, _word(across, code)) for code in found.columns] if across else []
    columns = [Column(name=str(_(NAMES[by]))), Column(name=str(_("Code")))]
    columns += [Column(name=word, kind="number") for _code, word in numbers]
    columns.append(Column(name=str(_("Testimonies")), kind="number"))
    lines: list[tuple[Cell, ...]] = [
        (_word(by, line), line, *(found.cells.get((line, code), 0) for code, _name in numbers), found.of_lines[line])
        for line in found.lines
    ]
    lines.append((str(_("All")), "", *(found.of_columns[code] for code, _name in numbers), found.total))
    return Sheet(name=str(_("Own table")), columns=tuple(columns), rows=tuple(lines))


def data(by: str, across: str, found: OwnTable) -> dict[str, Any]:
    """{"by", "across", "rows": [{"code", "name", "testimonies", "of": {code: number}}], "testimonies", "left_out"}."""
    return {
        "by": by,
        "across": across,
        "rows": [
            {
                "code": line,
                "name": _word(by, line),
                "testimonies": found.of_lines[line],
                **({"of": {code: found.cells.get((line, code), 0) for code in found.columns}} if across else {}),
            }
            for line in found.lines
        ],
        "testimonies": found.total,
        "left_out": found.left_out,
    }
