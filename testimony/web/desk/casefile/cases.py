"""The page of all cases, and the cases of one testimony: add it where the witness consented, remove it at any time."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.domain.consent.purposes import Key
from testimony.domain.review.case import CASES, Act
from testimony.services.consent.consents import Consents
from testimony.services.review import agendas, cases
from testimony.services.review.errors import CaseRefused
from testimony.services.stories import quotations
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import agenda, case, choices, referrals
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import labels
from testimony.web.text.labels import Words

bp = Blueprint("cases", __name__)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case for the page. `code`: what the button sends. `stands`: whether the witness agrees to it today."""

    code: str
    title: str
    recipient: Words
    within: bool
    stands: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The cases it is in or may be added to, then (day, signer, what was said, which case), and what cannot be read.

    `refers`: whether the witness agrees to a service that a referral sheet may be made for. `quotes`: whether to quotes
    in reports or to journalists.
    """

    cases: list[Case]
    said: list[tuple[str, str, str, str]]
    unread: int
    refers: bool = False
    quotes: bool = False


def shown(tid: str, stands: Consents, lang: str) -> Shown:
    """The cases of the testimony `tid`, by the annexes that the desk has opened. Into a closed one nothing is taken."""
    annexes = key.key_holder().annexes
    held, organisations = cases.cases_of(context.station(), annexes, tid), consent_state.organisations()
    noted = agendas.read(context.station(), annexes)
    usable = {one for one in stands.usable if one.purpose in CASES and noted.closing(one) is None}
    possible = sorted(usable | held.within)
    lines = [
        Case(
            code=choices.code_of(one),
            title=labels.purpose(one.purpose.value),
            recipient=consent.recipient(one, organisations, lang),
            within=one in held.within,
            stands=one in stands.usable,
        )
        for one in possible
    ]
    said = [
        (
            labels.day(one.event.day.isoformat()),
            one.signer,
            str(_("taken into the case") if one.event.act is Act.TAKE else _("taken out of the case")),
            consent.recipient(one.event.case, organisations, lang).text,
        )
        for one in held.said
    ]
    return Shown(
        cases=lines,
        said=said,
        unread=held.unread,
        refers=bool(referrals.services(stands)),
        quotes=bool(quotations.allowed(stands)),
    )


@bp.get("/<lang:lang>/cases/")
@audience(Visitor.LAWYER)
def index(lang: str) -> str:
    """Every use that a case may be made for, with its testimonies; before them the nearest deadlines and own tasks."""
    held, today = agenda.read(), context.now().date()
    within = cases.within(context.station(), key.key_holder().annexes)
    known = sorted(agenda.known(held))
    closed = {one for one in known if held.closing(one)}
    lines = [(choices.use(one, lang), [tid for tid, cases in sorted(within.items()) if one in cases]) for one in known]
    noted = [
        agenda.line(item, today) for item in held.items if held.reminds(item.now.case, item.now.sort, item.now.due)
    ]
    noted += [each for one in known for each in agenda.of_roster(one, case.details(one), held, today)]
    codes = {choices.code_of(one) for one in closed}
    return render_template(
        "desk/cases.html",
        lines=sorted(lines, key=lambda each: each[0].code in codes),
        closed=codes,
        nearest=[(one, choices.use(one.case, lang)) for one in agenda.nearest(noted)],
        tasks=[(one, choices.use(one.case, lang)) for one in agenda.tasks_of(key.reader().id, noted)],
        labels=labels,
    )


@bp.post("/testimony/<tid>/case/take")
@audience(Visitor.LAWYER)
def take(tid: str) -> Response:
    """It is used in this case from now on."""
    stands = _served(tid)
    one = _open_case(stands)
    held = cases.cases_of(context.station(), key.key_holder().annexes, tid)
    cases.take(context.station(), key.reader(), held, one, usable=stands.usable, day=context.now().date())
    return _back(tid)


@bp.post("/cases/take")
@audience(Visitor.LAWYER)
def take_several() -> Response:
    """The testimonies `tid` are used in this case from now on: all of them, or none if one may not be."""
    tids = list(dict.fromkeys(request.form.getlist("tid")))
    if not tids:
        raise CaseRefused("none")
    chosen = []
    for tid in tids:
        stands = _served(tid)
        chosen.append((tid, stands.usable, _open_case(stands)))
    for tid, usable, one in chosen:
        held = cases.cases_of(context.station(), key.key_holder().annexes, tid)
        if one not in held.within:  # a colleague may have taken it in meanwhile
            cases.take(context.station(), key.reader(), held, one, usable=usable, day=context.now().date())
    return _back(tids[0])


@bp.post("/testimony/<tid>/case/leave")
@audience(Visitor.LAWYER)
def leave(tid: str) -> Response:
    """It is not used in this case any more."""
    _served(tid)
    held = cases.cases_of(context.station(), key.key_holder().annexes, tid)
    one = _named(list(held.within))
    cases.leave(context.station(), key.reader(), held, one, day=context.now().date())
    return _back(tid)


def _served(tid: str) -> Consents:
    """With what came since. Raises `TestimonyUnknown`, `CaseRefused` for what was withdrawn."""
    stands, served = consent_state.consent_today(tid)
    if not served:
        raise CaseRefused("gone")
    return stands


def _open_case(stands: Consents) -> Key:
    """The case that the form names, if the witness agrees to it. Raises `CaseRefused`."""
    one = _named(list(stands.usable))
    if agenda.read().closing(one):
        raise CaseRefused("closed")
    return one


def _named(known: list[Key]) -> Key:
    """The case that the form names, of those `known`. Raises `CaseRefused`."""
    found = next((one for one in known if choices.code_of(one) == request.form.get("case")), None)
    if found is None:
        raise CaseRefused("consent")
    return found


def _back(tid: str) -> Response:
    """To the page of the case, where the form stood there; else to the testimony."""
    flash(_("Written down and signed. It counts here from now on; the next exchange brings it to the other lawyers."))
    if request.form.get("from") == "case":
        return redirect(url_for("case.show", case=request.form.get("case", ""), _anchor="within"), code=303)
    return redirect(f"{url_for('testimony.show', tid=tid)}#case", code=303)
