"""The history of a consent in plain words: one line per event, with its effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from testimony.domain.consent.authority import INTERVIEW, PHONE, RULES, WITNESS
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.guards import OBSTACLES
from testimony.domain.consent.purposes import Key
from testimony.domain.consent.timeline import Step
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.errors import N_
from testimony.services.consent import erasures
from testimony.services.consent.consents import Consents
from testimony.web.desk.consent import consent
from testimony.web.text import labels
from testimony.web.text.labels import Words
from testimony.web.text.numerals import series

ACTS = {
    Act.GRANT: N_("said yes"),
    Act.REFUSE: N_("said no"),
    Act.WITHDRAW: N_("taken back"),
    Act.INVALIDATE: N_("found not valid"),
    Act.HOLD: N_("put on hold"),
    Act.RELEASE: N_("hold lifted"),
    Act.ERASE: N_("erased for ever"),
}
WHO = {
    INTERVIEW: N_("The witness, at the interview"),
    WITNESS: N_("The witness, with the withdrawal code"),
    PHONE: N_("The witness, through an interviewer's phone"),
    "lawyer": N_("A lawyer"),
    "coordinator": N_("A coordinator"),
    "interviewer": N_("An interviewer"),
    "recovery": N_("A holder of the recovery key"),
}
REASONS = {
    "pressure": N_("There were signs of pressure"),
    "not_understood": N_("The person had not understood it"),
    "wrong_words": N_("The wording was wrong"),
    "wrong_person": N_("Somebody else had answered"),
    "danger": N_("Using it could put somebody in danger"),
    "other": N_("Another reason"),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line: when, who, what, about which use for whom (`recipient` None: for everybody), and the effect."""

    id: str
    act: str
    day: str
    who: str
    words: str
    use: str
    recipient: Words | None
    counts: bool
    outcome: tuple[str, ...]


def timeline_lines(stands: Consents, rosters: Iterable[Mapping[str, Any]], lang: str) -> list[Told]:
    """The lines in order. `rosters` are what the rosters say of the organisation, the newest first."""
    organisations = list(rosters)
    return [_timeline_line(step, stands, organisations, lang) for step in stands.steps]


def act(event: ConsentEvent) -> str:
    """What the event says, in a word or two."""
    return str(_(ACTS[event.act])) if event.act in ACTS else str(event.act)


def erasing() -> str:
    """What follows when one person proposes to erase everything."""
    return str(
        _(
            "The whole testimony is set aside at once and destroyed after %(days)s days, unless a lawyer and a "
            "coordinator say that it is false. A second person who confirms it destroys it at once.",
            days=GRACE_PERIOD.days,
        )
    )


def use(event: ConsentEvent, organisations: list[Mapping[str, Any]], lang: str) -> tuple[str, Words | None]:
    """What the event is about."""
    if event.purpose is None:
        return str(_("every use")), None
    name = labels.purpose(event.purpose.value)
    if event.recipient is None:
        return name, None
    return name, consent.recipient(Key(event.purpose, event.recipient), organisations, lang)


def _timeline_line(step: Step, stands: Consents, organisations: list[Mapping[str, Any]], lang: str) -> Told:
    about, recipient = use(step.event, organisations, lang)
    return Told(
        id=step.event.id,
        act=str(step.event.act),
        day=labels.day(step.event.day.isoformat()),
        who=series(_(WHO.get(role, role)) for role in step.roles),
        words=act(step.event),
        use=about,
        recipient=recipient,
        counts=not step.rule and step.ended_by is None and step.ended_on is None,
        outcome=tuple(_outcome(step, stands)),
    )


def _outcome(step: Step, stands: Consents) -> Iterable[str]:
    if step.event.id in stands.documents:
        yield consent.by_document(stands.documents[step.event.id])
    if step.event.reason:
        known = REASONS | OBSTACLES
        yield str(_(known[step.event.reason])) if step.event.reason in known else step.event.reason
    if step.rule:
        yield _rule(step, stands)
    if step.ended_by is not None:
        since = labels.day(step.ended_by.day.isoformat())
        yield str(_("This yes does not count any more since %(day)s: %(what)s.", day=since, what=act(step.ended_by)))
    elif step.ended_on is not None:
        yield str(_("This yes ended on %(day)s.", day=labels.day(step.ended_on.isoformat())))


def _rule(step: Step, stands: Consents) -> str:
    """Why it does not count as what it says, and what it does meanwhile."""
    if stands.is_void(step.event):
        return str(_("A lawyer and a coordinator said that this is false. The hold stays until both lift it."))
    if step.rule == "second.signature" and erasures.erases_everything(step.event):
        return erasing()
    return str(_(RULES[step.rule]))
