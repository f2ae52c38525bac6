"""How proposed exports stand, and whether exports need a second lawyer: a pure function over what lawyers said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from testimony.domain.exports.approval import Act, Entry, Proposal

STANDS: Final = timedelta(days=14)
"""For how long a proposal can be approved, and its export made."""


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An entry and who signed it, by the id in the roster."""

    entry: Entry
    by: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What was proposed. `proposal`: None where it is that one lawyer is enough. `decided_by`: "" while it waits."""

    id: str
    digest: str
    proposal: Proposal | None
    by: str
    day: date
    state: State
    decided_by: str = ""
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Approvals:
    """`required`: the ids of the rules in force; none where one lawyer is enough. `held`: the newest first."""

    required: frozenset[str]
    held: tuple[Standing, ...]


def fold(said: Iterable[Signed], at: date) -> Approvals:
    """The same in whatever order the acts came. One lawyer makes the rule; two end it.

    Only somebody else than its author approves a proposal, and anybody refuses it. A refusal counts before an approval.
    Of two proposals with one id none counts.
    """
    acts = sorted(said, key=lambda one: (one.entry.day, one.by, one.entry.about))
    times = Counter(one.entry.id for one in acts if one.entry.act in (Act.PROPOSE, Act.RELAX))
    held = [
        _standing(acts, one, at)
        for one in acts
        if one.entry.act in (Act.PROPOSE, Act.RELAX) and times[one.entry.id] == 1
    ]
    rules = {one.entry.id for one in acts if one.entry.act is Act.REQUIRE}
    ended = {id for one in held if one.proposal is None and one.state is State.APPROVED for id in one.ends}
    return Approvals(required=frozenset(rules - ended), held=tuple(reversed(held)))


def _standing(acts: list[Signed], proposed: Signed, at: date) -> Standing:
    entry, digest = proposed.entry, proposed.entry.about
    own = [one for one in acts if one.entry.id == entry.id and one.entry.digest == digest]
    refused = next((one.by for one in own if one.entry.act is Act.REFUSE), "")
    approved = next(
        (one.by for one in own if one.entry.act is Act.APPROVE and one.by != proposed.by and _in_time(entry, one)), ""
    )
    is_old = abs(at - entry.day) > STANDS
    if refused:
        state = State.REFUSED
    elif approved and (entry.act is Act.RELAX or not is_old):
        state = State.APPROVED
    else:
        state = State.EXPIRED if is_old else State.WAITING
    return Standing(
        id=entry.id,
        digest=digest,
        proposal=entry.proposal,
        by=proposed.by,
        day=entry.day,
        state=state,
        decided_by=refused or approved,
        ends=entry.ends,
    )


def _in_time(entry: Entry, approval: Signed) -> bool:
    return abs(approval.entry.day - entry.day) <= STANDS
