"""The ledger's state after a number of entries: batches, classes, profiles, recalls. The rules query it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.acts import Entry, Reason
from testimony.domain.ledger.batch import ANY_INCIDENT, ClassMembers, Contents


class Stage(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    LEFT = "left"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What no release of the organisation goes below; `alpha` in millionths."""

    preset: str
    k: int
    m: int
    alpha: int


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An entry, and whose it is. `name`: of its record. `by`: the id of the person.

    `may`: whether that was an active coordinator of the roster in force at its place. `place`: (log, position) in
    central's log; None while it has not come back. `logged`: the day that central wrote beside it.
    """

    name: str
    by: str
    may: bool
    entry: Entry
    place: tuple[int, int] | None = None
    logged: date | None = None


@dataclass(frozen=True, kw_only=True)
class LedgerBatch:
    """A batch. `record`: the name of the entry that proposed it. `left`: recipient -> who let it leave there.

    `files`: recipient -> SHA-256 of the file. `profile`: SHA-256 of the pinned one, whose `k`, `m` and `alpha` it has.
    `settled`: it counts as left to all of them because the ledger was settled; then `left` names who handed it out.
    """

    name: str
    record: str
    by: str
    day: date
    profile: str
    preset: str
    k: int
    m: int
    alpha: int
    first: int
    recipients: tuple[str, ...]
    files: Mapping[str, str]
    contents: Contents
    stage: Stage = Stage.PROPOSED
    approved_by: str = ""
    left: Mapping[str, str] = field(default_factory=dict)
    left_on: date | None = None
    settled: bool = False

    @property
    def stands(self) -> bool:
        return self.stage is not Stage.CANCELLED

    @property
    def is_open(self) -> bool:
        """It neither left nor was cancelled: no other is proposed meanwhile."""
        return self.stage in (Stage.PROPOSED, Stage.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Recall:
    """What was taken back: all of a class, or `members` of it, a random cohort."""

    class_id: str
    reason: Reason
    whole: bool
    members: frozenset[str]
    by: str
    day: date


@dataclass(kw_only=True)
class LedgerState:
    """Changed entry by entry by the fold, and by nobody else. `profiles`: by SHA-256; `pinned`: preset -> SHA-256.

    `classes`: class id -> the batch and the class, of all batches ever; `taken`: member -> class id, of those that
    stand; `last`: the day on which the last batch left. By settlements: `former_keys`, of branches that had another;
    `held_before`: what had come to central's log by there counts as published, whatever it was.
    """

    head: str = ""
    key: bytes = b""
    floor: Floor | None = None
    profiles: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    pinned: dict[str, str] = field(default_factory=dict)
    batches: dict[str, LedgerBatch] = field(default_factory=dict)
    classes: dict[str, tuple[str, ClassMembers]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    recalls: dict[str, Recall] = field(default_factory=dict)
    last: date | None = None
    former_keys: tuple[bytes, ...] = ()
    held_before: tuple[int, int] | None = None

    def copy(self) -> LedgerState:
        """Another that changes by itself; what it holds is never changed in place."""
        return LedgerState(
            head=self.head,
            key=self.key,
            floor=self.floor,
            profiles=dict(self.profiles),
            pinned=dict(self.pinned),
            batches=dict(self.batches),
            classes=dict(self.classes),
            taken=dict(self.taken),
            recalls=dict(self.recalls),
            last=self.last,
            former_keys=self.former_keys,
            held_before=self.held_before,
        )


def pseudonym(key: bytes, what: str, name: str) -> str:
    """HMAC-SHA-256(ledger key, `what` ":" `name`), the first 16 bytes in hex. what: member, person, incident."""
    return hmac.digest(key, f"{what}:{name}".encode(), hashlib.sha256)[:16].hex()


def enough(persons: Sequence[str], incidents: Sequence[str], k: int, m: int) -> bool:
    """Whether a group stands for at least `k` different persons and `m` different incidents."""
    return len(set(persons)) >= k and len(set(incidents) - {ANY_INCIDENT}) >= m


def cohort(state: LedgerState, entry: Entry) -> frozenset[str]:
    """Which members of its class a RECALL takes back: all where nobody is wanted.

    Else the wanted ones, and of the others as many as a group needs, in the order of SHA-256(seed || member). The seed
    is HMAC(ledger key, "cohort:" prev ":" class id): nobody chooses it and every desk computes it. Raises
    `LedgerRefused("cohort")` where no group can be taken out that leaves a valid one behind.
    """
    batch_name, line = state.classes[entry.said["class"]]
    batch, wanted = state.batches[batch_name], frozenset(entry.said["wanted"])
    if not wanted:
        return frozenset(line.members)
    seed = hmac.digest(state.key, f"cohort:{entry.prev}:{line.id}".encode(), hashlib.sha256)
    rows = sorted(
        zip(line.members, line.persons, line.incidents, strict=True),
        key=lambda row: (row[0] not in wanted, hashlib.sha256(seed + row[0].encode()).digest()),
    )
    sizes = range(max(len(wanted), batch.k), len(rows))
    size = next((size for size in sizes if _is_group(rows[:size], batch)), len(rows))
    if not wanted <= frozenset(line.members) or not _is_group(rows[size:], batch):
        raise LedgerRefused("cohort")
    return frozenset(row[0] for row in rows[:size])


def _is_group(rows: Sequence[tuple[str, str, str]], batch: LedgerBatch) -> bool:
    return enough([person for _, person, _ in rows], [incident for _, _, incident in rows], batch.k, batch.m)
