"""What a desk counts of its own testimonies: charts of borders and languages, expiring consents, open tasks.

It is here and not at central, because borders and languages are in parts that only readers can open. The charts are for
this desk: only a release is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask import Blueprint, render_template
from flask_babel import gettext

from testimony.domain.release.release_line import MISSING
from testimony.domain.testimony.languages import dir_of
from testimony.services.coding import counts
from testimony.services.coding.counts import OTHERS, Told
from testimony.services.consent import usable
from testimony.services.link import last_sync
from testimony.web import charts, context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.charts import Chart, Counted
from testimony.web.desk.home import preparation
from testimony.web.desk.home.uses import WEEKS
from testimony.web.desk.session import key
from testimony.web.desk.session import sync as session_sync
from testimony.web.text import labels

bp = Blueprint("dashboard", __name__)


@bp.get("/<lang:lang>/dashboard/")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str:
    """What the unlocked key opens, counted."""
    if (waiting := preparation.waiting()) is not None:
        return waiting
    station, at, annexes = context.station(), context.now().date(), key.key_holder().annexes
    with context.reading() as db:
        counted = counts.count(station, db, key.reader(), annexes, at=at)
        ending = usable.ending(station, db, key.reader(), annexes, at=at, label=counts.label, days=WEEKS[0] * 7)
        exchanged = last_sync.last(db)
    return render_template(
        "desk/dashboard.html",
        counted=counted,
        of_borders=_bars(counted.borders, lambda code: labels.border(code, lang), lang),
        of_languages=_bars(counted.languages, lambda code: labels.language(code).text, lang),
        ending=sorted(Counter(one.key.purpose.value for one in ending).items()),
        weeks=WEEKS[0],
        waiting=session_sync.waiting(),
        exchanged=exchanged.isoformat() if exchanged else "",
        labels=labels,
    )


def _bars(told: Told, name: Callable[[str], str], lang: str) -> Chart | None:
    if told.counts is None:
        return None
    words = {MISSING: gettext("not said"), OTHERS: gettext("others, with few each")}
    counted = [Counted(name=words.get(code) or name(code), number=number) for code, number in told.counts]
    return charts.bars(counted, limit=1, turned=dir_of(lang) == "rtl")
