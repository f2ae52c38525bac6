"""Page of the uses that witnesses are asked about, and the form of a new one: a case, a mandate, a clinic, a partner.

The form makes a proposal of the next roster, which the roots sign as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from testimony.domain.consent.offers import Offer, offers, text_in
from testimony.domain.testimony.languages import SCRIPTS, autonym, dir_of
from testimony.questionnaire.labels import country_name, options
from testimony.services.roster import adoption, proposals, uses
from testimony.services.roster.errors import UseRefused
from testimony.services.roster.proposals import USE, Wish
from testimony.services.roster.uses import NewUse
from testimony.web import context, error_handlers
from testimony.web.auth import audience
from testimony.web.central import access as central_access
from testimony.web.central.proposals import PROPOSING, REFUSED, WATCHING, Answered
from testimony.web.text import i18n, labels
from testimony.web.text.labels import Words

bp = Blueprint("uses", __name__)
EMPTY: Final = NewUse(purpose="")
ALONE: Final = "alone"


@dataclass(frozen=True, kw_only=True)
class Use:
    """A use of the roster in force, as a page shows it."""

    title: str
    name: Words
    months: int | None
    body: str
    application: str
    state: str
    deadline: str
    over: bool
    lawyers: tuple[str, ...]


@bp.get("/<lang:lang>/uses")
@audience(*WATCHING)
def show(lang: str) -> str:
    """What witnesses are asked today."""
    roster = context.station().chain.latest
    with context.reading() as db:
        adoption.refresh(context.station(), db)
    found = [_shown(offer, lang) for offer in offers(roster.organisation)]
    return render_template("central/uses.html", found=found)


@bp.get("/<lang:lang>/uses/new")
@audience(*PROPOSING)
def begin(lang: str) -> str:
    """The form, empty."""
    return _form(EMPTY, {})


@bp.post("/<lang:lang>/uses/new")
@audience(*PROPOSING)
def propose(lang: str) -> Answered:
    """Propose it; or the form as it was filled, with a sentence beside every field that is wrong."""
    typed, by = _typed(lang), central_access.acting()
    station, today = context.station(), context.now().date()
    try:
        with context.transaction() as db:
            waiting = _waiting(db)
            if found := uses.problems(station.chain.rosters, waiting, typed, today):
                return _form(typed, _sentences(found, lang)), error_handlers.status_of(found[0])
            recipient, new = uses.made(station.chain.rosters, waiting, typed, today)
            add = proposals.wish_alone if request.form.get("how") == ALONE else proposals.wish
            id = add(station, db, Wish(act=USE, id=recipient, request=uses.encode(new)), by)
    except REFUSED as error:
        return _form(typed, {"purpose": error_handlers.sentence_of(error)}), error_handlers.status_of(error)
    return redirect(url_for("proposal.show", proposal=id), code=303)


def _waiting(db: Session) -> list[uses.Entries]:
    adoption.refresh(context.station(), db)
    return proposals.uses_waiting(db)


def _naming(lang: str) -> str:
    return lang if lang in SCRIPTS else "en"


def _typed(lang: str) -> NewUse:
    """What was sent, its white space at both ends taken away. The first name is that in the language of the page, or in
    English where witnesses cannot be asked in that language.
    """
    form = request.form
    first = _naming(lang)
    tags = [first, *(tag for tag in SCRIPTS if tag != first)]
    names = {tag: form.get(f"name-{tag}", "").strip() for tag in tags}
    return NewUse(
        purpose=form.get("purpose", ""),
        names={tag: name for tag, name in names.items() if name},
        months=form.get("months", "").strip(),
        also=tuple(form.getlist("also")),
        body=form.get("body", "").strip(),
        application=form.get("application", "").strip(),
        state=form.get("state", ""),
        deadline=form.get("deadline", "").strip(),
        past=form.get("past") == "yes",
        lawyers=tuple(form.getlist("lawyers")),
    )


def _sentences(found: list[UseRefused], lang: str) -> dict[str, str]:
    """The first sentence of each field. A name that is lacking is lacking in the language of the page."""
    named = [(f"name-{_naming(lang)}" if one.field == "name" else one.field, one) for one in found]
    return {field: error_handlers.sentence_of(one) for field, one in reversed(named)}


def _form(typed: NewUse, wrong: Mapping[str, str]) -> str:
    lang, roster = i18n.language(), context.station().chain.latest
    naming = _naming(lang)
    lawyers = [id for id, _recipient in roster.readers("lawyers")]
    return render_template(
        "central/newuse.html",
        typed=typed,
        wrong=dict(sorted(wrong.items(), key=lambda one: _place(one[0]))),
        named=uses.NAMED,
        unnamed=uses.UNNAMED,
        also=uses.ALSO,
        purpose=labels.purpose,
        states=options("iso3", lang),
        lawyers=dict.fromkeys((*lawyers, *typed.lawyers)),
        first=Words(autonym(naming), naming, dir_of(naming)),
        tongues=[Words(autonym(tag), tag, dir_of(tag)) for tag in SCRIPTS if tag != naming],
        others=any(f"name-{tag}" in wrong or tag in typed.names for tag in SCRIPTS if tag != naming),
        is_day=_is_day(typed.deadline),
        ended=labels.day(roster.expires) if roster.expired(context.today()) else "",
    )


def _place(field: str) -> int:
    """Where a field stands in the form."""
    order = ("purpose", "also", "name", "months", "body", "application", "state", "deadline", "lawyers")
    return order.index(field.partition("-")[0])


def _shown(offer: Offer, lang: str) -> Use:
    case = offer.case
    name = text_in(offer.name, lang)
    return Use(
        title=labels.purpose(offer.purpose.value),
        name=Words(name or labels.recipient(offer.recipient), lang, dir_of(lang)),
        months=offer.life_months,
        body=case.body if case else "",
        application=case.application if case else "",
        state=_state(case.state, lang) if case else "",
        deadline=labels.day(case.deadline) if case and case.deadline else "",
        over=bool(case and case.deadline and case.deadline < context.today()),
        lawyers=case.lawyers if case else (),
    )


def _state(code: str, lang: str) -> str:
    return country_name(code, lang) if code in dict(options("iso3", lang)) else code


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
