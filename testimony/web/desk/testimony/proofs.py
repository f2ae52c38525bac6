"""The proofs of a testimony in words: one sentence each, saying exactly what fails; and its timeline in days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from testimony.errors import N_
from testimony.sealing.verification import Finding
from testimony.services.testimony.sentences import SENTENCES
from testimony.services.testimony.timeline import Step
from testimony.services.testimony.view import Opened
from testimony.web.desk.testimony import media
from testimony.web.text import bidi, labels

REPORT = N_("Do not rely on it; report it.")
STEPS = {
    "taken_down": N_("Taken down"),
    "attested": N_("Signed by the interviewer and sealed"),
    "node": N_("Received by a field station"),
    "central": N_("Received by headquarters"),
    "stamped": N_("Stamped, with the log, by a time stamp authority"),
    "cosigned": N_("Cosigned, with the log, by a partner"),
    "fetched": N_("Came to this desk"),
    "opened": N_("Opened at this desk"),
    "published": N_("Given out in a release"),
    "exported": N_("Taken out of this desk"),
    "withdrawn": N_("Withdrawn"),
}
NOT_YET = {
    "central": N_("not confirmed by its log yet"),
    "fetched": N_("the day is not known"),
    "node": N_("its receipt is here; a receipt says no day"),
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One proof in words. `holds`: yes, no, open."""

    code: str
    holds: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the way, in words; `open`: it has not happened, or nobody knows when."""

    kind: str
    title: str
    day: str
    by: str
    more: str
    open: bool


def checks(found: Iterable[Finding]) -> list[Check]:
    """In the order in which the proofs came about."""
    return [Check(code=one.code, holds=one.holds, words=_words(one)) for one in found]


def stages(opened: Opened) -> list[Stage]:
    """The way of the testimony, for the page."""
    return [_stage(step) for step in opened.trail]


def _words(one: Finding) -> str:
    values = one.values
    part = str(values.get("part", ""))
    if part in labels.COMPARTMENTS:
        part = labels.compartment(part)
    elif part in media.TITLES:
        part = _(media.TITLES[part], number=values["number"])
    shown = {
        "part": part,
        "number": values.get("number", ""),
        "position": values.get("position", ""),
        "day": labels.day(str(values.get("day", ""))),
        "by": bidi.apart(str(values.get("by", ""))),
        "time": labels.moment(str(values["time"])) if "time" in values else "",
    }
    sentence = SENTENCES[one.code]
    said = _(sentence, **{name: value for name, value in shown.items() if f"%({name})s" in sentence})
    return f"{said} {_(REPORT)}" if one.holds == "no" else str(said)


def _stage(step: Step) -> Stage:
    more = _("entry %(position)s of its log", position=step.position) if step.position is not None else ""
    if step.size:
        more = _("entries in the log then: %(size)s", size=step.size)
    if step.times > 1:
        more = _("%(times)s times", times=step.times)
    if not step.day:
        more = _(NOT_YET[step.kind])
    return Stage(
        kind=step.kind,
        title=str(_(STEPS[step.kind])),
        day=labels.day(step.day) if step.day else "",
        by=step.by or (str(_("with the withdrawal code")) if step.kind == "withdrawn" else ""),
        more=str(more),
        open=not step.day,
    )
