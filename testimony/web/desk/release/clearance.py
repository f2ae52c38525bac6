"""Clearance of testimonies that no lawyer can open: two coordinators clear each one by the coded record alone."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.domain.release.columns import ATTRIBUTES, Line
from testimony.publication.text import vocabulary
from testimony.publication.text.phrases import LANGUAGES, Words
from testimony.services.coding import clearance, opened_accounts
from testimony.services.coding.eligibility import Account
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.release import candidates
from testimony.services.release.desk import Releaser
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import text as release_text
from testimony.web.desk.session import key

bp = Blueprint("clearings", __name__)

PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Record:
    """A coded record. `told`: (what is asked, what it says); `marks`: what it answered with yes; `by`: who cleared it;
    `mine`: whether this person did."""

    tid: str
    told: list[tuple[str, str]]
    marks: list[str]
    by: list[str]
    mine: bool
    cleared: bool


@bp.get("/<lang:lang>/releases/clearing")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str | Response:
    """The testimonies that wait for this person first, then those that wait for another, then what is cleared."""
    job = release_acts.begin("clearings", None, _alone)
    if job.running:
        return redirect(url_for("releaseprogress.show"), code=303)
    page = max(request.args.get("page", 0, type=int), 0)
    found = sorted((_record(one, lang) for one in job.result or ()), key=lambda one: (one.cleared, one.mine, one.tid))
    return render_template(
        "desk/clearings.html",
        records=found[page * PAGE : (page + 1) * PAGE],
        total=len(found),
        waiting=sum(not one.mine and not one.cleared for one in found),
        page=page,
        more=len(found) > (page + 1) * PAGE,
        spoken=lang if lang in LANGUAGES else LANGUAGES[0],
        error=release_acts.sentence(job),
    )


@bp.post("/releases/clearing/<tid>/clear")
@audience(Visitor.COORDINATOR)
def clear(tid: str) -> Response:
    """Say that it may be released, as far as its coded record tells."""
    account = next((one for one in _alone(release_acts.releaser()) if one.tid == tid), None)
    if account is None:
        raise TestimonyUnknown(tid=tid)
    day, annexes = context.now().date(), key.key_holder().annexes
    clearance.clear(context.station(), key.reader(), annexes, account, day=day)
    flash(release_acts.reaching(_("You cleared it. A second coordinator has to clear it too, at another desk.")))
    return redirect(url_for("clearings.show"), code=303)


@bp.post("/releases/clearing/<tid>/take-back")
@audience(Visitor.COORDINATOR)
def take_back(tid: str) -> Response:
    """Say that it may not."""
    day, annexes = context.now().date(), key.key_holder().annexes
    clearance.take_back(context.station(), key.reader(), annexes, tid, day=day)
    flash(_("It may not be released until two coordinators clear it anew."))
    return redirect(url_for("clearings.show"), code=303)


def _alone(by: Releaser) -> list[Account]:
    """What no lawyer can open, and may be used."""
    with by.station.database.reading() as session:
        found = opened_accounts.open_accounts(
            by.station, session, by.reader, by.annexes, candidates.vocabulary(), at=by.day
        )
    return [one for one in found if one.alone and one.line is not None and not one.gone]


def _record(account: Account, lang: str) -> Record:
    stands = clearance.clearance_of(context.station().chain, key.key_holder().annexes, account.tid)
    words = Words(lang if lang in LANGUAGES else LANGUAGES[0])
    line = account.line
    return Record(
        tid=account.tid,
        told=_attribute_rows(line, words) if line else [],
        marks=sorted(vocabulary.mark_word(one, words) for one in line.marks) if line else [],
        by=sorted(stands.cleared_by),
        mine=key.reader().id in stands.cleared_by,
        cleared=stands.cleared,
    )


def _attribute_rows(line: Line, words: Words) -> list[tuple[str, str]]:
    values = zip(ATTRIBUTES, line.values, strict=True)
    return [(release_text.attribute(name), vocabulary.label_word(name, value, words)) for name, value in values]
