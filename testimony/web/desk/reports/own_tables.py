"""Own tables: what this key opens, counted by one or two fields, on the page and as a file.

Everything that is asked stands in the address: names of fields and codes, and no word of a testimony.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.roles import Role
from testimony.domain.testimony import own_table
from testimony.domain.testimony.languages import dir_of
from testimony.domain.testimony.own_table import OF_TIME, UNKNOWN, Ask, OwnTable, Told, Unit
from testimony.publication.pages import border_map
from testimony.publication.pages.border_map import Name, Spot, View
from testimony.questionnaire import labels as codebook
from testimony.services.custody import log as custody_log
from testimony.services.exports import exports, own_tables
from testimony.services.inbox.search import Progress
from testimony.services.typesetting import pdf
from testimony.web import charts, context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.charts import Chart, Counted
from testimony.web.desk.reports import fields, files
from testimony.web.desk.session import key, sealing
from testimony.web.text import i18n

bp = Blueprint("owntables", __name__)

USES: Final = {Role.LAWYER: "lawyer", Role.COORDINATOR: "release"}
"""Which consent a testimony must have to be counted, by who counts."""
MOST_COLUMNS: Final = 24
"""Drawn as columns over time; more of them have no room on a phone, and are drawn as bars."""
FILES: Final = ("csv", "xlsx", "json", "svg", "png")
ON_A_MAP: Final = frozenset({"border", "part"})
LETTER: Final = 13
"""Units of the largest letter on a map, that of a number, in `charts.css` and `chart_file.svg`."""
MOST_VALUES: Final = 200
"""Values in all filters together: what an address has room for."""


@bp.get("/<lang:lang>/reports/")
@audience(Visitor.COORDINATOR, Visitor.LAWYER)
def show(lang: str) -> str:
    """One table. `by` and `across` are names of fields; what is none of them asks for the first. `only`: "field:code",
    any number; `where`: the field whose values are offered as a filter.
    """
    ask, where = _asked(), _field("where", "")
    told, progress = _opened()
    found = _table(told, ask)
    return render_template(
        "desk/owntables.html",
        groups=fields.groups(key.reader().role, lang),
        ask=ask,
        units=files.UNITS,
        where=where,
        offered=_values(told, ask, where) if where else (),
        found=found,
        progress=progress,
        name=fields.name,
        word=fields.word,
        address=_address,
        shape="columns" if _goes_on(ask.by, found) else "bars",
        chart=_chart(ask.by, found, lang),
        maps=_maps(ask.by, found),
        laid=lambda view: _laid(view, lang),
        files=FILES,
    )


@bp.post("/reports/file")
@audience(Visitor.COORDINATOR, Visitor.LAWYER)
def file() -> AnyResponse:
    """{"by", "across", "count", "only", "as", "seal": "sealed" | "plain", "sure"} -> the same table as a file, or
    the page again while testimonies are not opened yet. The desk's log says that one was made, and not which. Raises
    `ExportRefused("unconfirmed")`, `CaseFileUnset`.
    """
    ask, form = _asked(), request.form.get("as", "")
    if form not in FILES:
        raise BadRequest
    plain, lang = sealing.is_plain(), i18n.language()
    told, progress = _opened()
    if progress.read < progress.total:
        return _not_yet(ask, progress)
    found = _table(told, ask)
    day, reader = context.now().date().isoformat(), key.reader()
    with context.station().database.transaction() as db:
        custody_log.append(db, kind="exported", ref="0" * 64, by=reader.id, day=day)
    data = _picture(ask, found, lang, form) if form in ("svg", "png") else files.written(form, ask, found)
    return sealing.answer(data if plain else exports.seal(reader, data), f"own-table-{day}.{form}", plain=plain)


def known_here() -> list[Told]:
    """What the list holds now, for `own_table.table`."""
    held = key.key_holder()
    rows, codes = held.inbox.rows(), held.words.codes()
    with context.reading() as db:
        return own_tables.told(context.station(), db, held.annexes, rows, codes)


def _not_yet(ask: Ask, progress: Progress) -> AnyResponse:
    """The page again: a file must not say less than there is, and has no place to say so."""
    read, total = progress.read, progress.total
    flash(_("Opened so far: %(read)s of %(total)s. Count again in a moment.", read=read, total=total), "refused")
    return redirect(url_for("owntables.show", **_address(ask)), code=303)  # type: ignore[arg-type]  # lists repeat


def _asked() -> Ask:
    """Raises `BadRequest` for a filter that no page of ours makes: what it leaves out would be counted."""
    by, across = _field("by", "border"), _field("across", "")
    only: dict[str, list[str]] = {}
    said = request.values.getlist("only")
    if len(said) > MOST_VALUES:
        raise BadRequest
    for name, _colon, code in (one.partition(":") for one in said):
        if name not in fields.known(key.reader().role) or not fields.is_value(name, code):
            raise BadRequest
        if code not in only.setdefault(name, []):
            only[name].append(code)
    unit = request.values.get("count", "")
    return Ask(
        by=by,
        across=across if across != by else "",
        unit=Unit(unit) if unit in set(Unit) else Unit.TESTIMONIES,
        only={name: tuple(codes) for name, codes in only.items()},
    )


def _field(argument: str, otherwise: str) -> str:
    said = request.values.get(argument, otherwise)
    return said if said in fields.known(key.reader().role) else otherwise


def _address(ask: Ask, without: str = "") -> dict[str, object]:
    """What an address holds of `ask`, without the filter `without`."""
    only = [f"{name}:{code}" for name, codes in ask.only.items() if name != without for code in codes]
    return {"by": ask.by, "across": ask.across or None, "count": str(ask.unit), "only": only}


def _opened() -> tuple[list[Told], Progress]:
    """Opens more for a moment first, as the list does."""
    held, reader = key.key_holder(), key.reader()
    progress = held.inbox.read_on(
        context.station(), reader, held.annexes, day=context.now().date(), seconds=key.AT_ONCE
    )
    return known_here(), progress


def _table(counted: list[Told], ask: Ask) -> OwnTable:
    return own_table.table(counted, ask, use=USES[key.reader().role], orders=fields.orders())


def _values(counted: list[Told], ask: Ask, where: str) -> tuple[tuple[str, int], ...]:
    """(value, how many) of the field `where` under the other filters; what is chosen already is among them."""
    others = {name: codes for name, codes in ask.only.items() if name != where}
    found = _table(counted, Ask(by=where, unit=ask.unit, only=others))
    chosen = [code for code in ask.only.get(where, ()) if code not in found.lines]
    return tuple((code, found.of_lines.get(code, 0)) for code in (*found.lines, *chosen))


def _goes_on(by: str, found: OwnTable) -> bool:
    return by in OF_TIME and len(found.lines) <= MOST_COLUMNS


def _chart(by: str, found: OwnTable, lang: str) -> Chart | None:
    if not found.lines:
        return None
    goes_on = _goes_on(by, found)
    counted = [
        Counted(name=fields.word(by, code), short=code if goes_on else "", number=found.of_lines[code])
        for code in found.lines
    ]
    draw = charts.columns if goes_on else charts.bars
    return draw(counted, limit=1, turned=dir_of(lang) == "rtl")


def _maps(by: str, found: OwnTable) -> tuple[View, ...]:
    if by not in ON_A_MAP:
        return ()
    named = [code for code in found.lines if code != UNKNOWN]
    counted = {code: border_map.Counted(name=fields.word(by, code), number=found.of_lines[code]) for code in named}
    return border_map.views(counted)


def _laid(view: View, lang: str) -> tuple[list[Name], list[Spot]]:
    return border_map.laid(view, LETTER, lambda code: codebook.country_name(code, lang))


def _picture(ask: Ask, found: OwnTable, lang: str, form: str) -> bytes:
    drawn = _drawn(ask, found, lang)
    return pdf.png(drawn, title=files.title(ask), lang=lang) if form == "png" else drawn.encode()


def _drawn(ask: Ask, found: OwnTable, lang: str) -> str:
    """The map of the part of the world where most is counted; else the chart."""
    chart = _chart(ask.by, found, lang)
    view = max(_maps(ask.by, found), key=lambda one: sum(line.counted.number for line in one.lines), default=None)
    return render_template(
        "chart_file.svg",
        title=files.title(ask),
        view=view,
        chart=None if view else chart,
        box=view.box if view else (0, 0, chart.width, chart.height) if chart else (0, 0, 1, 1),
        shape="columns" if _goes_on(ask.by, found) else "bars",
        laid=lambda view: _laid(view, lang),
    )
