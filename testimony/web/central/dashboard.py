"""The coordinator's dashboard at central: testimonies by week and by station, and what waits where. Only counts.

No language and no border: they are sealed, and this server has no key. The dashboard of a coordinator's desk has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import gettext

from testimony.domain.testimony.languages import dir_of
from testimony.services.monitoring import alarms, attention, backlog, intake_statistics, overview
from testimony.services.monitoring.intake_statistics import Arrivals, Week
from testimony.services.monitoring.types import NodeLine
from testimony.web import charts, context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.central import access as central_access
from testimony.web.charts import Chart, Counted
from testimony.web.text import labels, quantities

bp = Blueprint("dashboard", __name__)
SEES_STATIONS: Final = (Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR)
SHOWN: Final = 13
"""Weeks of a page: a quarter of a year, whose columns have room for a number each."""


@bp.get("/<lang:lang>/dashboard")
@audience(*SEES_STATIONS, Visitor.OBSERVER)
def show(lang: str) -> str:
    """Numbers for everybody; station by station for who sees stations."""
    station, page = context.station(), max(request.args.get("page", 0, type=int), 0)
    with context.reading() as db:
        nodes = overview.nodes(station, db)
        arrivals = intake_statistics.count(db, today=context.now().date())
        waits = backlog.count(station, db, nodes)
        opened, _ = alarms.listed(db)
    return render_template(
        "central/dashboard.html",
        weeks=_weeks(arrivals, page, lang),
        page=page,
        more=len(arrivals.weeks) > (page + 1) * SHOWN,
        sees_stations=central_access.is_(*SEES_STATIONS),
        stations=_stations(nodes, lang),
        nodes=nodes,
        ago=lambda day: _ago(day, station.today()),
        waits=waits,
        alarms=len(opened),
        silence=attention.SILENCE.days,
        amount=quantities.amount,
    )


def _weeks(arrivals: Arrivals, page: int, lang: str) -> Chart | None:
    """The chart of one page, the newest weeks first; None where there is nothing to show."""
    if arrivals.limit is None:
        return None
    last = len(arrivals.weeks) - page * SHOWN
    counted = [_counted(week) for week in arrivals.weeks[max(0, last - SHOWN) : max(0, last)]]
    return charts.columns(counted, limit=arrivals.limit, turned=dir_of(lang) == "rtl") if counted else None


def _counted(week: Week) -> Counted:
    start = week.start.isoformat()
    return Counted(
        name=gettext("from %(day)s", day=labels.day(start)), short=labels.short_day(start), number=week.number
    )


def _stations(nodes: Sequence[NodeLine], lang: str) -> Chart | None:
    """Exact counts, as in the list of stations; the largest first, without stations that delivered nothing."""
    counted = [Counted(name=node.id, number=node.testimonies) for node in nodes if node.testimonies]
    counted.sort(key=lambda one: (-(one.number or 0), one.name))
    return charts.bars(counted, limit=1, turned=dir_of(lang) == "rtl") if counted else None


def _ago(day: str, today: str) -> int:
    """Whole days since `day`."""
    return max(0, (date.fromisoformat(today) - date.fromisoformat(day)).days)
