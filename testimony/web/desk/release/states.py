"""The state of each release as one desk knows it: who acts next, and which buttons to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from testimony.domain.ledger.ledger import Ledger, LedgerBatch, Stage
from testimony.errors import N_

PROPOSED, WAITS, AGREED, WAY, MAY, LEFT = "proposed", "waits", "agreed", "way", "may", "left"
SETTLED = "settled"
GIVEN_UP, RECALLED, CONTRADICTED = "given-up", "recalled", "contradicted"
STATES = {
    PROPOSED: (N_("Proposed"), "warn"),
    WAITS: (N_("Waits for a colleague"), "warn"),
    AGREED: (N_("Agreed"), "good"),
    WAY: (N_("On its way to headquarters"), "warn"),
    MAY: (N_("May be handed out"), "good"),
    LEFT: (N_("Left"), "good"),
    SETTLED: (N_("Counts as left"), "warn"),
    GIVEN_UP: (N_("Given up"), "quiet"),
    RECALLED: (N_("Recalled"), "bad"),
    CONTRADICTED: (N_("Given up, but handed out"), "bad"),
}
"""In words, and the tone of them."""
NEXT = {
    PROPOSED: N_("The next sync sends it to the others. Then another coordinator has to agree at another desk."),
    WAITS: N_("Another coordinator has to agree at another desk. Then you can continue here."),
    AGREED: N_("One of you orders that it leaves. Consent is looked up once more before."),
    WAY: N_("After the next sync you can continue here."),
    MAY: N_("Who ordered that it leaves hands the file out, at their own desk."),
    LEFT: N_("Nothing. The people who have the file are told when somebody withdraws, or when you take lines back."),
    SETTLED: N_("The ledger was settled: it may have left. It goes to nobody else; its lines may be taken back."),
    GIVEN_UP: N_("Nothing. Its testimonies may be in another release."),
    RECALLED: N_("Tell the people who have the file that it no longer counts, and that they have to delete it."),
    CONTRADICTED: N_("It counts as left. Talk to the colleague who handed it out."),
}
"""What has to be done next, and by whom."""
MINE = {
    WAITS: N_(
        "You can agree, at this desk: it makes the release anew from its own testimonies and compares the bytes."
    ),
    MAY: N_("You ordered that it leaves: hand the file out here."),
}
"""The same where it is this person's turn."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A release for a page. `waiting`: recipients for whom it was not ordered to leave; `ready`: for whom this person
    may hand out; `handed`: who has it; `steps`: which buttons there are: approve, send, hand-out, cancel, recall."""

    batch: LedgerBatch
    state: str
    words: str
    tone: str
    next: str
    steps: frozenset[str]
    waiting: tuple[str, ...]
    ready: tuple[str, ...]
    handed: frozenset[str]
    recalled: tuple[str, ...]


def release_states(held: Ledger, me: str) -> list[Told]:
    """Every release, the newest first; `me`: who looks."""
    return [_release_state(held, batch, me) for batch in reversed(held.ahead.batches.values())]


def find_release(held: Ledger, name: str, me: str) -> Told | None:
    """One of them, by its name."""
    return next((found for found in release_states(held, me) if found.batch.name == name), None)


def _release_state(held: Ledger, batch: LedgerBatch, me: str) -> Told:
    handed = frozenset(each.recipient for each in held.handed if each.batch == batch.name)
    recalled = tuple(line.id for line in batch.contents.classes if line.id in held.recalled)
    state = _state(held, batch, handed, recalled)
    steps = _steps(batch, state, me, handed)
    mine = steps & {"approve", "hand-out"} and state in MINE
    words, tone = STATES[state]
    return Told(
        batch=batch,
        state=state,
        words=str(_(words)),
        tone=tone,
        next=str(_(MINE[state] if mine else NEXT[state])),
        steps=steps,
        waiting=tuple(sorted(batch.files.keys() - batch.left.keys())),
        ready=_ready(batch, state, me, handed),
        handed=handed,
        recalled=recalled,
    )


def _state(held: Ledger, batch: LedgerBatch, handed: Iterable[str], recalled: tuple[str, ...]) -> str:
    known = held.batches.get(batch.name)
    if batch.name in held.contradicted:
        return CONTRADICTED
    if batch.stage is Stage.CANCELLED:
        return GIVEN_UP
    if known is None:
        return PROPOSED
    if (known.stage, known.left) != (batch.stage, batch.left):
        return WAY
    if recalled and len(recalled) == len(batch.contents.classes):
        return RECALLED
    if batch.settled:
        return SETTLED
    if batch.stage is Stage.LEFT:
        return LEFT if set(batch.left) <= set(handed) else MAY
    return WAITS if batch.stage is Stage.PROPOSED else AGREED


def _ready(batch: LedgerBatch, state: str, me: str, handed: frozenset[str]) -> tuple[str, ...]:
    """Includes files that were saved already: the same person may save them again."""
    may = state in (MAY, LEFT, SETTLED) or (state == WAY and bool(handed))
    return tuple(sorted(to for to, by in batch.left.items() if by == me)) if may else ()


def _steps(batch: LedgerBatch, state: str, me: str, handed: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    if state == WAITS and batch.by != me:
        found.add("approve")
    if state in (AGREED, MAY, LEFT) and batch.files.keys() - batch.left.keys():
        found.add("send")
    if _ready(batch, state, me, handed):
        found.add("hand-out")
    if state in (PROPOSED, WAITS, AGREED) or (state == MAY and not handed and set(batch.left.values()) <= {me}):
        found.add("cancel")
    if state in (MAY, LEFT, SETTLED):
        found.add("recall")
    return frozenset(found)
