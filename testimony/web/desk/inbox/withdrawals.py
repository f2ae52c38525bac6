"""The page of withdrawals: what witnesses without a code ask for, each withdrawal's progress, and who must be told."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.domain.roles import Role
from testimony.services.tracking import withdrawal_status
from testimony.services.tracking.withdrawal_status import Fate, Reached
from testimony.services.withdrawal import clock_findings
from testimony.services.witness import callback_requests
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import disclosures
from testimony.web.desk.casefile.disclosures import Line
from testimony.web.desk.session import key
from testimony.web.text import clocks, labels

bp = Blueprint("withdrawals", __name__)

PAGE = 50


@bp.get("/<lang:lang>/withdrawals/")
@audience(Visitor.READER)
def show(lang: str) -> str:
    """The last that was heard of first."""
    page = max(request.args.get("page", 0, type=int), 0)
    with context.reading() as db:
        total = withdrawal_status.number(db)
        found = withdrawal_status.latest(context.station(), db, page=page, size=PAGE)
        unsure = clock_findings.found(db, context.station().clocks())
    more = total > (page + 1) * PAGE
    is_lawyer = key.reader().role is Role.LAWYER
    return render_template(
        "desk/withdrawals.html",
        found=found,
        clocks=clocks.sentences(unsure),
        page=page,
        more=more,
        state=state,
        reached=reached,
        labels=labels,
        tell=_to_tell(lang, {one.tid for one in found}) if is_lawyer else {},
        asked=_asked() if is_lawyer else None,
    )


@bp.post("/withdrawals/<name>/done")
@audience(Visitor.LAWYER)
def done(name: str) -> Response:
    """The request of the annex `name` was seen to: no lawyer has to look for its testimony any more."""
    annexes = key.key_holder().annexes
    with context.reading() as db:
        annexes.refresh(context.station(), db, key.reader())
    callback_requests.see_to(context.station(), key.reader(), annexes, name, day=context.now().date())
    return redirect(url_for("withdrawals.show", _anchor="requests"), code=303)


def _asked() -> list[tuple[str, str, str]]:
    """(annex, day, words) of witnesses without their code: the lawyers find the testimony by hand."""
    annexes = key.key_holder().annexes
    with context.reading() as db:
        annexes.refresh(context.station(), db, key.reader())
    waiting = callback_requests.waiting(annexes)
    return [(one.name, labels.day(one.day), str(one.content.get("text", ""))) for one in waiting]


def _to_tell(lang: str, tids: set[str]) -> dict[str, list[Line]]:
    """By testimony, the files in which it is, of which somebody has to be told, or was."""
    files = disclosures.due(lang, tids=tids)
    return {tid: [one for one in files if tid in one.ended] for tid in tids}


def state(one: Fate) -> str:
    """What it does at this desk, in words."""
    if one.state == "suspended" and one.due:
        return str(_("held back here, to be destroyed on %(day)s", day=labels.day(one.due)))
    words = {
        "suspended": _("held back here until a lawyer or coordinator confirms it"),
        "waiting": _("its testimony has not come in here"),
        "destroyed": _("destroyed on this computer"),
        "void": _("contested by two roles: it counts no more"),
        "narrowed": _("taken away from some readers"),
    }
    return str(words[one.state])


def reached(one: Reached) -> str:
    """How many have destroyed, know of it, and were not heard of; empty where nobody is concerned."""
    told = [
        (one.destroyed, _("destroyed: %(number)s", number=one.destroyed)),
        (one.known, _("know of it: %(number)s", number=one.known)),
        (one.silent, _("not heard of yet: %(number)s", number=one.silent)),
    ]
    return " · ".join(words for number, words in told if number)
