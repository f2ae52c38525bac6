"""The page on which a reader records a change to a consent: held, withdrawn, not valid, lifted, erased."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.consent.events import Act
from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import contests as consent_contests
from testimony.services.consent import erasures
from testimony.services.consent.consents import Consents
from testimony.services.consent.contests import Suspension
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.opening.reader import Reader
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import consent, timeline_text
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import bidi, labels

bp = Blueprint("consentacts", __name__)

EVERYTHING = "all"


@bp.get("/<lang:lang>/testimony/<tid>/consent")
@audience(Visitor.READER)
def show(lang: str, tid: str) -> str:
    """How it stands, who said what, what waits for a second signature, and what this reader may say."""
    stands, served = consent_state.consent_today(tid)
    organisations, suspended = consent_state.organisations(), consent_state.suspensions(tid)
    reader = key.reader()
    return render_template(
        "desk/consent.html",
        tid=tid,
        stands=stands,
        served=served,
        by_document=consent.by_document,
        purposes=consent.purposes(stands.lines, organisations, lang),
        asked=[(line, consent.recipient(line.key, organisations, lang)) for line in stands.lines or ()],
        timeline=timeline_text.timeline_lines(stands, organisations, lang),
        waiting=[(one, *timeline_text.use(one, organisations, lang)) for one in stands.waiting],
        reader=reader,
        suspensions=[(one, _heading(one, stands)) for one in suspended],
        final=any(one.whole and one.reader and one.signer != reader.id for one in suspended),
        has_said=_has_said(reader, suspended, stands),
        own=consent_acts.signer_of(reader).kid,
        may=consent_acts.ONE_SIGNS[reader.role],
        reasons=timeline_text.REASONS,
        act_words=timeline_text.act,
        erases_everything=erasures.erases_everything,
        erasing=timeline_text.erasing(),
        labels=labels,
        closed=key.key_holder().annexes.closed(),
    )


@bp.post("/testimony/<tid>/consent/say")
@audience(Visitor.READER)
def say(tid: str) -> Response:
    """Write down one act: codes alone, no word of anybody's."""
    act, about, reason = _act(request.form.get("act", "")), request.form.get("about", ""), request.form.get("reason")
    everything = act is Act.WITHDRAW and _is_everything(about)
    stands = _seen(tid, everything=everything)
    if act in (Act.HOLD, Act.INVALIDATE) and reason not in consent_acts.REASONS:
        raise BadRequest
    code = reason if act in (Act.HOLD, Act.INVALIDATE) else None
    at = context.now().date()
    use = None if everything else _about(about, stands)
    consent_acts.say(context.station(), key.reader(), stands, act, use, reason=code, day=at)
    flash(gettext("Written down and signed. It counts here from now on; the next exchange brings it to everybody."))
    return _back(tid)


@bp.post("/testimony/<tid>/consent/contest")
@audience(Visitor.READER)
def contest(tid: str) -> Response:
    """Say that a worker's withdrawal is false; two roles make it void."""
    reason, withdrawal = request.form.get("reason", ""), request.form.get("withdrawal", "")
    if reason not in consent_acts.REASONS:
        raise BadRequest
    at = context.now().date()
    consent_contests.contest(context.station(), key.reader(), tid, withdrawal, reason=reason, day=at)
    flash(gettext("Written down and signed. It counts here from now on; the next exchange brings it to everybody."))
    return redirect(url_for("consentacts.show", tid=tid), code=303)


@bp.post("/testimony/<tid>/consent/confirm")
@audience(Visitor.READER)
def confirm(tid: str) -> Response:
    """Sign what another proposed."""
    stands, _ = consent_state.consent_today(tid)
    at = context.now().date()
    consent_acts.confirm(context.station(), key.reader(), stands, request.form.get("event", ""), day=at)
    flash(gettext("Confirmed and signed. It counts here from now on; the next exchange brings it to everybody."))
    return _back(tid)


def _back(tid: str) -> Response:
    """To the page of its consent, or to the list if this act destroyed the testimony."""
    if not consent_state.is_here(tid):
        return redirect(url_for("shelf.show"), code=303)
    return redirect(url_for("consentacts.show", tid=tid), code=303)


def _seen(tid: str, *, everything: bool) -> Consents:
    """Raises `ConsentActRefused` where what the act would follow on cannot be seen.

    That the witness takes `everything` back is refused nobody, whatever their key opens and whatever suspends it
    already: what suspends it may turn out to be false.
    """
    stands, served = consent_state.consent_today(tid)
    if everything:
        return stands
    if not served:
        raise ConsentActRefused("gone")
    if stands.lines is None:
        raise ConsentActRefused("unreadable")
    return stands


def _heading(one: Suspension, stands: Consents) -> str:
    """Why something is held back. Who proposes to erase everything signs a withdrawal too, which the witness never
    asked for.
    """
    if not one.whole:
        return str(gettext("A part was taken back or erased. Some readers cannot open it any more."))
    if _erases(one, stands):
        return str(gettext("Somebody proposes to erase this testimony for ever."))
    return str(gettext("Somebody said that the witness withdraws this testimony"))


def _erases(one: Suspension, stands: Consents) -> bool:
    return any(one.withdrawal == erasure.withdrawal for erasure in stands.erasures)


def _has_said(reader: Reader, suspended: Iterable[Suspension], stands: Consents) -> bool:
    """Whether this reader passed on already that the witness takes everything back."""
    return any(one.whole and one.signer == reader.id and not _erases(one, stands) for one in suspended)


def _act(name: str) -> Act:
    try:
        return Act(name)
    except ValueError as error:
        raise BadRequest from error


def _is_everything(name: str) -> bool:
    """Without the consent to keep the record, nothing of it is left."""
    return name == EVERYTHING or name.partition(" ")[0] == Purpose.RECORD


def _about(name: str, stands: Consents) -> Key | None:
    """`all`, or one of the uses that were asked: "P06 public"."""
    if name == EVERYTHING:
        return None
    asked = {bidi.contained(f"{line.purpose} {line.recipient}"): line.key for line in stands.lines or ()}
    found = asked.get(bidi.contained(name))
    if found is None:
        raise ConsentActRefused("unknown")
    return Key(Purpose(found.purpose), found.recipient)
