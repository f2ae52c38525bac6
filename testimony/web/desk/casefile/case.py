"""The page of one case: what the roster says of it, and all that lawyers keep in it, with its history."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from testimony.domain.consent.offers import Case, offers
from testimony.domain.consent.purposes import Key
from testimony.domain.review.agenda import LISTED, LONGEST, Sort
from testimony.questionnaire.labels import country_name, options
from testimony.services.review import cases, reviews
from testimony.services.review.agendas import Agenda
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk import faces
from testimony.web.desk.casefile import agenda, attachments, choices, disclosures, feedback, history
from testimony.web.desk.casefile.agenda import Line
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("case", __name__)


@dataclass(frozen=True, kw_only=True)
class Part:
    """The deadlines, or the tasks: those that are open, and the others."""

    sort: str
    open: list[Line]
    ended: list[Line]


@bp.get("/<lang:lang>/cases/<path:case>")
@audience(Visitor.LAWYER)
def show(lang: str, case: str) -> str:
    """Only a case that this organisation has."""
    one = choices.case_of(case)
    held, today = agenda.read(), context.now().date()
    if one not in agenda.known(held):
        raise NotFound
    annexes = key.key_holder().annexes
    tids = [tid for tid, within in sorted(cases.within(context.station(), annexes).items()) if one in within]
    known, attached = details(one), attachments.shown(one)
    told = feedback.of_case(choices.code_of(one), attached.covered)
    return render_template(
        "desk/case.html",
        use=choices.use(one, lang),
        known=known,
        state=_state(known.state, lang) if known else "",
        closing=agenda.line(closing, today) if (closing := held.closing(one)) else None,
        end=agenda.line(end, today) if (end := held.end(one)) else None,
        parts=[_part(one, sort, held, known) for sort in LISTED],
        tids=tids,
        ended=set(tids) - set(attached.covered),
        addable=[each for each in choices.choices(one, lang) if not each.within],
        files=disclosures.due(lang, case=one),
        attached=attached,
        feedback=told,
        history=history.lines(one, told, held),
        named=faces.named,
        lawyers=reviews.lawyers(context.station()),
        longest=LONGEST,
        unread=held.unread,
        today=today.isoformat(),
        labels=labels,
    )


def details(one: Key) -> Case | None:
    """What the newest roster that describes the case says of it."""
    found = (offer.case for said in consent_state.organisations() for offer in offers(said) if offer.key == one)
    return next((each for each in found if each is not None), None)


def _part(one: Key, sort: Sort, held: Agenda, known: Case | None) -> Part:
    today = context.now().date()
    lines = [agenda.line(item, today, reminds=held.reminds(one, sort, item.now.due)) for item in held.of(one, sort)]
    if sort is Sort.DEADLINE:
        lines += agenda.of_roster(one, known, held, today)
    lines.sort(key=lambda each: (not each.due, each.due, each.id))
    ended = [each for each in lines if each.sign in agenda.ENDED]
    return Part(
        sort=str(sort),
        open=[each for each in lines if each not in ended],
        ended=ended,
    )


def _state(code: str, lang: str) -> str:
    return country_name(code, lang) if code in dict(options("iso3", lang)) else code
