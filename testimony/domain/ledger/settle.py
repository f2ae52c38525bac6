"""Settles a ledger that is stuck on an unreadable entry or on two branches, always with the cautious result.

Two coordinators write the same SETTLE (docs/ledger.md, "Settling"). From the position of the second one on, everything
in any branch counts as released to all its recipients, and the ledger continues from there.
"""

from __future__ import annotations

from dataclasses import replace

from testimony import canonical
from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger import branches
from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.rules import ZONES
from testimony.domain.ledger.settlement import Settlement
from testimony.domain.ledger.state import LedgerBatch, LedgerState, Recall, Signed, Stage, cohort
from testimony.domain.ledger.steps import Unpack, proposed


def settle(state: LedgerState, settlement: Settlement, unpack: Unpack) -> None:
    """Change `state`, as the log alone has it there, by the settlement: the union of all branches.

    What stands in one of them counts as left to all whom it was for, and nobody hands more of it out. Of an entry that
    nobody opens it is not known what it published: everything that had come by then counts as published.
    """
    stood = {name for line in settlement.lines for name in branches.standing(line)}
    for one in settlement.entries:
        _take_up(state, settlement, one, unpack)
    for name, batch in list(state.batches.items()):
        if batch.stands or name in stood:
            _count_as_left(state, settlement, batch)
    if settlement.closed:
        state.held_before = max(state.held_before or settlement.place, settlement.place)
    state.head = settlement.name if state.key else ""  # if nobody can open its beginning, it starts again


def _take_up(state: LedgerState, settlement: Settlement, one: Signed, unpack: Unpack) -> None:
    """What an entry of a branch adds, whether a rule was kept or not. A batch that is new stands."""
    said = one.entry.said
    match one.entry.act:
        case Act.OPEN:
            key = bytes.fromhex(said["key"])
            if not state.key:
                state.key = key
            elif key != state.key and key not in state.former_keys:
                state.former_keys = (*state.former_keys, key)
        case Act.PROFILE:
            state.profiles.setdefault(canonical.sha256_hex(canonical.encode(said["profile"])), said["profile"])
        case Act.BATCH:
            _add(state, one, unpack)
        case Act.LEAVE:
            _set_clock(state, one)
        case Act.RECALL if said["class"] in state.classes:
            _recall(state, one)


def _add(state: LedgerState, one: Signed, unpack: Unpack) -> None:
    """Beside what is there: of a testimony that both branches published both lines stay.

    Its author names a batch. If there is another one of that name, it goes by the first half of its record's.
    """
    try:
        contents = branches.held_in(state, one, unpack)
    except LedgerRefused:
        return  # it left nowhere
    there = state.batches.get(one.entry.said["name"])
    batch = proposed(state, one, contents)
    if there is not None:
        if one.name[:32] in state.batches or (there.contents, there.files) == (contents, batch.files):
            return
        batch = replace(batch, name=one.name[:32])
    _keep(state, batch)


def _keep(state: LedgerState, batch: LedgerBatch) -> None:
    state.batches[batch.name] = batch
    for line in batch.contents.classes:
        state.classes.setdefault(line.id, (batch.name, line))
        for member in line.members:
            state.taken.setdefault(member, line.id)


def _set_clock(state: LedgerState, one: Signed) -> None:
    """No release is before the last one of any branch. A day ahead of central's is nobody's."""
    if one.logged is not None and one.entry.day <= one.logged + ZONES:
        state.last = max(state.last or one.entry.day, one.entry.day)


def _recall(state: LedgerState, one: Signed) -> None:
    """Of two different cohorts of one line all of it counts as recalled: together they may leave nobody hidden.

    Which one was drawn is not known where a branch had another key.
    """
    said = one.entry.said
    line = state.classes[said["class"]][1]
    try:
        members = frozenset(line.members) if state.former_keys else cohort(state, one.entry)
    except LedgerRefused:
        members = frozenset(line.members)
    before = state.recalls.get(line.id)
    if before is not None and before.members != members:
        members = frozenset(line.members)
    whole = members == frozenset(line.members)
    state.recalls[line.id] = Recall(
        class_id=line.id, reason=said["reason"], whole=whole, members=members, by=one.by, day=one.entry.day
    )


def _count_as_left(state: LedgerState, settlement: Settlement, batch: LedgerBatch) -> None:
    """To everybody whom it was for; who handed it out may give the same bytes again, and nobody else any."""
    state.batches[batch.name] = replace(
        batch,
        stage=Stage.LEFT,
        left={to: _giver(settlement, batch, to) for to in batch.files},
        left_on=batch.left_on or settlement.second.entry.day,
        settled=True,
    )
    for line in batch.contents.classes:
        for member in line.members:
            state.taken.setdefault(member, line.id)


def _giver(settlement: Settlement, batch: LedgerBatch, to: str) -> str:
    """Who sent it to `to` after another person had made the same bytes, and handed these out; "" for nobody."""
    said = [one for one in settlement.entries if one.entry.said.get("batch") == batch.name]
    approved = batch.approved_by or any(one.entry.act is Act.APPROVE and one.by != batch.by for one in said)
    let = {one.by for one in said if one.entry.act is Act.LEAVE and to in one.entry.said["recipients"]}
    let |= {batch.left.get(to, "")}
    gave = {by for recipient, sha256, by in settlement.handed if (recipient, sha256) == (to, batch.files[to])}
    return min(gave & let, default="") if approved else ""
