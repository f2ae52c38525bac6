"""Prints release plans and the results of release commands: one sentence, then figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from testimony.cli.output import counted

if TYPE_CHECKING:
    from testimony.services.ledger.settlement import Stuck
    from testimony.services.release.history import History, Told
    from testimony.services.release.plan import Plan
    from testimony.services.release.recall_advice import Advice

REASONS: Final = {
    "withdrawn": "withdrawn",
    "suspended": "set aside",
    "closed": "this desk cannot open them",
    "unreadable": "cannot be read",
    "no_consent": "no consent to this use today",
    "not_cleared": "not cleared by two people",
    "published": "published before",
    "auxiliary": "their account was made public",
    "told_again": "told again by the same person",
    "period": "not known to lie in the period",
    "held_back": "held back for good: an entry that opens to nobody may have published them",
}
ADVICE: Final = {
    "corrected": "a lawyer corrected what it counts",
    "not_cleared": "it is not cleared any more",
    "persons": "lawyers say that fewer different people are in it than it promises",
    "incidents": "lawyers say that fewer different pushbacks are in it than it promises",
    "twice": "testimonies of it are in a second line, since the ledger had two branches",
}
SINGLE: Final = ("corrected", "not_cleared")
NEXT: Final = {
    "proposed": "another coordinator approves it",
    "approved": "a coordinator sends it",
    "left": "left",
    "cancelled": "cancelled",
}


def sentence(plan: Plan) -> str:
    """What the lines stand for."""
    preset = plan.preset
    return (
        f"Each line stands for at least {preset.k} different people from at least {preset.m} different pushbacks. "
        "Nobody can\ntell from this file, or from any two files that you have sent, which of them spoke."
    )


def figures(plan: Plan) -> Iterator[tuple[str, str]]:
    """Published, held back and why, risk and loss, as (subject, fact)."""
    risk = plan.risk
    left = f"{counted(risk.published, 'testimony')} in {counted(risk.classes, 'line')}"
    yield "would leave", f"{left}, for {', '.join(sorted(plan.files))}"
    waited = ", ".join(f"{count} after {counted(times, 'batch')}" for times, count in risk.waiting)
    yield "held back", f"{len(plan.waiting)} in groups too small" + (f" ({waited})" if waited else "")
    for reason, count in sorted(plan.left_out.items()):
        yield "", f"{count} {REASONS.get(reason, reason)}"
    yield "preset", f"{plan.preset.id}; new testimonies use {plan.first} of {len(plan.profile.tiers)} levels of detail"
    yield "risk", f"at most {percent(risk.prosecutor)} for one person, {percent(risk.marketer)} over all"
    for name, share in zip(plan.batch.profile.attributes, risk.loss, strict=True):
        yield "loss", f"{name}: {percent(share)}"
    cells = risk.shown + plan.table.blanks
    yield "counts", f"{risk.shown} of {cells} shown, the others are below three or not shown"
    for recipient, sha256 in plan.sha256.items():
        yield "file", f"{recipient}: {counted(len(plan.files[recipient]), 'byte')}, SHA-256 {sha256}"


def history(told: History) -> Iterator[tuple[str, str]]:
    """All that became of releases, as (subject, fact)."""
    yield "published", f"{counted(told.published, 'testimony')}, each once"
    for one in told.releases:
        yield from _release(one)
    for refusal in told.refusals:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(refusal.counts.items()))
        yield "refused", f"{refusal.day} by {refusal.by}: {refusal.reason}" + (f" ({counts})" if counts else "")
    for late in told.overtaken:
        what = "it left in another story" if late.reason == "branch" else "nothing of it left"
        yield "overtaken", f"{late.day} {str(late.act).lower()} by {late.by}: {late.reason}; {what}"
    for settled in told.settled:
        about = f"{counted(len(settled.closed), 'entry')} that nobody opens, {counted(len(settled.heads), 'branch')}"
        yield "settled", f"{settled.second.entry.day} by {' and '.join(settled.by)}: {about}"
    if told.unread:
        yield "unread", f"{counted(told.unread, 'entry')} of the ledger, of a newer version or damaged"


def advice(found: Iterable[Advice]) -> Iterator[tuple[str, str]]:
    """The lines whose recall is advised, with the reason and the command to type."""
    for one in found:
        yield (
            "recall",
            f"line c{one.class_id} of {one.batch}: {ADVICE[one.why]} ({counted(len(one.tids), 'testimony')})",
        )
        # a group that lawyers made too small has none to hide in: the whole line goes
        named = "".join(f" --testimony {tid}" for tid in one.tids) if one.why in SINGLE else ""
        yield "", f"testimony release recall c{one.class_id} --reason correction --home HOME{named}"


def stuck(found: Stuck) -> Iterator[tuple[str, str]]:
    """What holds the ledger up at this desk, what colleagues said to settle, and what is to be done next."""
    for entry in found.closed:
        yield "closed", f"{entry.name} of {entry.day}, by {entry.by}: ask them for `testimony release let-in` first"
    for head in found.heads:
        yield "branch", f"ends with {head}"
    for offer in found.offers:
        fits = "" if offer.fits else ": this desk can open it, or has not all of it"
        yield "settled", f"{offer.day} by {offer.by}{fits}"
    for offer in found.said:
        yield "said", f"{offer.day}, here; a second coordinator says the same with `testimony release settle --agree`"
    if not found and not found.said:
        yield "ledger", "nothing holds it up at this desk"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _release(one: Told) -> Iterator[tuple[str, str]]:
    batch = one.batch
    waits = " (not yet in central's log)" if one.pending else ""
    yield str(batch.stage), f"{batch.name}, {batch.day}, preset {batch.preset}: {NEXT[batch.stage]}{waits}"
    held = f"{counted(one.testimonies, 'testimony')} in {counted(one.rows, 'line')}"
    yield "", f"{held}, {one.waiting} wait; built by {batch.by}"
    for recipient in sorted(batch.files):
        by = batch.left.get(recipient)
        state = "handed out" if recipient in one.handed else "ordered to leave" if by else "has not left"
        yield "", f"{recipient}: {state}" + (f", by {by}" if by else "") + f", SHA-256 {batch.files[recipient]}"
    if one.withdrawn or one.recalled:
        yield "", f"{counted(one.withdrawn, 'testimony')} withdrawn since, {counted(one.recalled, 'line')} recalled"
