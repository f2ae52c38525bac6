"""Applies a valid ledger entry to the ledger's state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from testimony.domain.ledger import rules as ledger_rules
from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.batch import Contents
from testimony.domain.ledger.state import Floor, LedgerBatch, LedgerState, Recall, Signed, Stage, cohort

Unpack = Callable[[Signed], Contents]
"""What a BATCH holds. Raises `LedgerRefused("parts")`."""


def apply(state: LedgerState, signed: Signed, unpack: Unpack) -> None:
    """Change `state` by an entry that was found to be allowed."""
    said, entry = signed.entry.said, signed.entry
    match entry.act:
        case Act.OPEN:
            state.key, state.floor = bytes.fromhex(said["key"]), Floor(**said["floor"])
        case Act.PROFILE:
            name = ledger_rules.name_of_profile(said["profile"])
            state.profiles[name] = said["profile"]
            state.pinned[said["profile"]["preset"]] = name
        case Act.BATCH:
            _propose(state, signed, unpack(signed))
        case Act.RECALL:
            state.recalls[said["class"]] = _recall(state, signed)
        case _:
            _step(state, signed)
    state.head = signed.name


def proposed(state: LedgerState, signed: Signed, contents: Contents) -> LedgerBatch:
    """The batch that a BATCH proposes. Of a profile that is not known here the floor is all that is sure."""
    said = signed.entry.said
    least = {"preset": "", "k": 1, "m": 1, "alpha": 1_000_000} if state.floor is None else asdict(state.floor)
    profile = state.profiles.get(said["profile"], least)
    return LedgerBatch(
        name=said["name"],
        record=signed.name,
        by=signed.by,
        day=signed.entry.day,
        profile=said["profile"],
        preset=profile["preset"],
        k=profile["k"],
        m=profile["m"],
        alpha=profile["alpha"],
        first=said["first"],
        recipients=tuple(said["recipients"]),
        files={one["recipient"]: one["sha256"] for one in said["files"]},
        contents=contents,
    )


def _propose(state: LedgerState, signed: Signed, contents: Contents) -> None:
    batch = state.batches[signed.entry.said["name"]] = proposed(state, signed, contents)
    for line in contents.classes:
        state.classes[line.id] = (batch.name, line)
        state.taken |= dict.fromkeys(line.members, line.id)


def _step(state: LedgerState, signed: Signed) -> None:
    batch, day = state.batches[signed.entry.said["batch"]], signed.entry.day
    match signed.entry.act:
        case Act.APPROVE:
            batch = replace(batch, stage=Stage.APPROVED, approved_by=signed.by)
        case Act.LEAVE:
            left = {**batch.left, **dict.fromkeys(signed.entry.said["recipients"], signed.by)}
            batch = replace(batch, stage=Stage.LEFT, left=left, left_on=batch.left_on or day)
            state.last = day
        case _:
            batch = replace(batch, stage=Stage.CANCELLED)
            for line in batch.contents.classes:
                for member in line.members:
                    del state.taken[member]
    state.batches[batch.name] = batch


def _recall(state: LedgerState, signed: Signed) -> Recall:
    said = signed.entry.said
    return Recall(
        class_id=said["class"],
        reason=said["reason"],
        whole=not said["wanted"],
        members=cohort(state, signed.entry),
        by=signed.by,
        day=signed.entry.day,
    )
