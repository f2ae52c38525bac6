"""The proofs of a testimony in words: one sentence each, saying exactly what fails; and its timeline in days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from testimony.errors import N_
from testimony.services.testimony.proofs import Finding
from testimony.services.testimony.timeline import Step
from testimony.services.testimony.view import Opened
from testimony.web.text import bidi, labels

REPORT = N_("Do not rely on it; report it.")
SENTENCES = {
    "manifest.sound": N_("The list of its parts is signed by an enrolled device, and nothing was changed since."),
    "manifest.signature": N_("The list of its parts is not signed by the device that it names."),
    "manifest.unknown": N_("The list of its parts is signed by a device that was never enrolled."),
    "manifest.revoked": N_("The list of its parts is signed by a device whose key was revoked."),
    "manifest.roster": N_("The list of its parts names a roster that is not in the chain of this organisation."),
    "manifest.altered": N_("The list of its parts was changed after it was signed."),
    "part.sound": N_("Every part that your key opens is here, and is exactly the one that was sealed."),
    "part.altered": N_("This part was changed or damaged after it was sealed: %(part)s."),
    "part.missing": N_("This part has not arrived here, or not in a form that this program reads: %(part)s."),
    "part.pieces": N_("A piece was changed or damaged after it was sealed: %(part)s."),
    "part.lacking": N_("Not all pieces have arrived here: %(part)s."),
    "attestation.sound": N_("The interviewer signed that this is what was said."),
    "attestation.parts": N_("What the interviewer signed is of other parts than these."),
    "attestation.key": N_("Who signed as the interviewer was no active interviewer of this organisation then."),
    "attestation.signature": N_("The interviewer's signature does not belong to what it stands under."),
    "attestation.structure": N_("What the interviewer signed was changed or damaged."),
    "attestation.closed": N_(
        "Who took it down is not for your key, so the interviewer's signature cannot be checked here."
    ),
    "attestation.missing": N_("What the interviewer signed has not arrived here."),
    "receipt.sound": N_("A station signed that it holds it, and keeps to what it signed."),
    "receipt.log": N_("No receipt is kept at this desk: the log itself proves what a receipt only promises."),
    "receipt.missing": N_("There is no receipt of it here, and no proof in the log in its place."),
    "receipt.signer": N_("A receipt of it is signed by somebody who is no station of this organisation."),
    "receipt.signature": N_("A receipt of it is not signed by the station that it names."),
    "receipt.other": N_("A receipt that is kept for it is of something else, or leaves out some of its parts."),
    "receipt.forked": N_("Headquarters signed in a receipt for another log than the one that it shows this desk."),
    "log.sound": N_("The log of headquarters proves that it came in, at entry %(position)s."),
    "log.waiting": N_("The log of headquarters has not confirmed it yet. Fetch again later."),
    "log.dropped": N_("Headquarters signed that it came in, and its log does not have it, or dropped it."),
    "log.proof": N_("The proof that it stands in the log of headquarters at entry %(position)s is wrong."),
    "log.head": N_("The head of the log of headquarters is not signed by headquarters."),
    "log.gap": N_("Entries are lacking from the log of headquarters here, so nothing proves that it came in."),
    "seen.stamped": N_(
        "Somebody else saw the log with it in it: a time stamp authority, %(by)s, stamped it on %(time)s."
    ),
    "seen.cosigned": N_("Somebody else saw the log with it in it: a partner, %(by)s, cosigned it on %(time)s."),
    "story.one": N_(
        "The log of headquarters was only added to, and everybody whose word came here was shown the same."
    ),
    "story.unread": N_("The log of headquarters was not read here yet. Fetch first."),
    "story.forked": N_("Headquarters showed others another log. Found on %(day)s."),
    "story.changed": N_(
        "The log of headquarters here is not the one that headquarters signed: earlier entries differ."
    ),
    "story.gap": N_("Entries are lacking from the log of headquarters here: what was dropped cannot be told."),
}
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
    part = labels.compartment(one.part) if one.part in labels.COMPARTMENTS else ""
    if one.number:
        kind = _("Recording %(number)s") if one.part == "voice" else _("Picture %(number)s")
        part = kind % {"number": one.number}
    given = {
        "part": part,
        "position": one.position,
        "day": labels.day(one.day),
        "by": bidi.apart(one.seen.by) if one.seen else "",
        "time": labels.moment(one.seen.time) if one.seen else "",
    }
    said = _(
        SENTENCES[one.code], **{name: value for name, value in given.items() if f"%({name})s" in SENTENCES[one.code]}
    )
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
