"""Pages that record a consent given after the interview: how it was asked, as codes only; the guards check it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.consent.guards import OBSTACLES
from testimony.domain.consent.offers import Offer, offers
from testimony.domain.consent.purposes import Purpose
from testimony.domain.testimony.languages import SCRIPTS
from testimony.errors import N_
from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.services.consent import late_grants
from testimony.services.wordings import states, wordings
from testimony.services.wordings.sentences import spoken
from testimony.services.wordings.wordings import InForce
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key, recovery
from testimony.web.desk.session import sync as session_sync
from testimony.web.text import consent_labels, labels

bp = Blueprint("lateasks", __name__)

CODED = ("cs_present", "cs_capacity", "cs_incentive", "cs_age")
THERE = {
    "guardian": N_("The guardian agreed"),
    "assent": N_("The child agreed"),
    "focal_point": N_("The child-protection focal point was there"),
    "second_adult": N_("A second adult was there"),
}


@bp.get("/<lang:lang>/testimony/<tid>/ask")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """The short form."""
    stands, served = consent_state.consent_today(tid)
    organisations = consent_state.organisations()
    checked = wordings.all_in_force(context.station())
    open_uses = [one for one in _offers() if stands.may_be_asked(one.key)]
    with context.reading() as db:
        current = late_grants.is_current(db, context.now().date())
    return render_template(
        "desk/ask.html",
        tid=tid,
        served=served,
        rough=stands.rough_facts,
        current=current,
        uses=[
            (one.id, labels.purpose(one.purpose.value), consent.recipient(one.key, organisations, lang))
            for one in open_uses
        ],
        drafts={tag for tag in SCRIPTS if _script(tag, checked.get(tag))["draft"]},
        tongues=[(tag, labels.language(tag)) for tag in SCRIPTS],
        told=consent_labels.TOLD,
        taught=consent_labels.TEACH_BACK,
        asked=asked(lang),
        there=THERE,
        labels=labels,
    )


@bp.post("/testimony/<tid>/consent/ask")
@audience(Visitor.LAWYER)
def ask(tid: str) -> Response:
    """Exchange first, so that no restriction is unseen; then judge, write down, and give what the yes opens."""
    said = request.form
    offer = next((one for one in _offers() if one.id == said.get("use")), None)
    if offer is None or said.get("answer") not in ("yes", "no"):
        raise BadRequest
    session_sync.exchange(0)
    stands, _ = consent_state.consent_today(tid)
    reader, annexes = recovery.acting()
    hindered = late_grants.ask(
        context.station(),
        reader,
        stands,
        annexes,
        offer.key,
        _circumstances(said),
        life_months=offer.life_months,
        agreed=said["answer"] == "yes",
        day=context.now().date(),
    )
    key.key_holder().news()
    if hindered is None:
        flash(gettext("Written down and signed: %(answer)s.", answer=_answer(said["answer"])))
    else:
        flash(gettext("Written down as asked and refused: %(why)s", why=gettext(OBSTACLES[hindered])), "refused")
    return redirect(url_for("consentacts.show", tid=tid), code=303)


def _offers() -> list[Offer]:
    """What can be asked for at a desk: the voice and the pictures were, or were not, made at the interview."""
    made_then = (Purpose.RECORD, Purpose.VOICE, Purpose.PHOTOGRAPH)
    return [one for one in offers(context.station().chain.latest.organisation) if one.purpose not in made_then]


def _circumstances(said: MultiDict[str, str]) -> dict[str, Any]:
    """In the shape of the consent compartment. What was not chosen is not there, and the guards say so."""
    found: dict[str, Any] = {
        "told": _known(said.getlist("told"), consent_labels.TOLD),
        "teach_back": {
            name: "understood" if name in said.getlist("taught") else "not" for name in consent_labels.TEACH_BACK
        },
        "interpreter": {"used": "interpreter" in said, "officer": "interpreter_officer" in said},
        "mode": "oral",
        **{name: True for name in THERE if name in said},
    }
    for name in CODED:
        field = Form.load().field(name)
        codes = _known(said.getlist(name), {option.code for option in Form.load().lists[field.list or ""].options})
        if codes:
            found[name.removeprefix("cs_")] = codes if field.type == "multi" else codes[0]
    if (tag := said.get("script")) in SCRIPTS:
        found |= {"script": _script(str(tag), wordings.in_force(context.station(), str(tag))), "language": tag}
    return found


def _script(tag: str, wording: InForce | None) -> dict[str, Any]:
    """The words in which it was asked, and how far they were checked by the wording that the roster in force names."""
    script = Script.load(tag)
    found: dict[str, Any] = {"id": script.id, "version": script.version, "lang": tag, "sha256": script.sha256}
    state = states.of_script(spoken(context.station().chain.latest.organisation, tag), tag, wording)
    named = {"wording": wording.name} if wording else {}
    return {**found, "draft": not state.may_be_read, "state": state.code, "heard": "read", **named}


def _known(given: list[str], codes: Any) -> list[str]:
    return [code for code in given if code in codes]


def asked(lang: str, names: Sequence[str] = CODED) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """(field, type, question, [(code, words)]) of what is chosen from a list."""
    form, found = Form.load(), []
    wording = Wording(form, lang)
    for name in names:
        field = form.field(name)
        listed = field.list or ""
        options = [(one.code, wording.option_label(listed, one.code)) for one in form.lists[listed].options]
        found.append((name, field.type, wording.field_label(name), options))
    return found


def _answer(code: str) -> str:
    return str(gettext("yes") if code == "yes" else gettext("no"))
