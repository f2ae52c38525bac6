"""The eight rules of the ledger of releases: which acts it allows, and what a batch may do when.

Each function raises `LedgerRefused` (`ReleaseClock` for a wrong day) and changes nothing. docs/ledger.md gives the
rules and their reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from testimony import canonical
from testimony.domain.errors import LedgerRefused, ReleaseClock
from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.ledger.state import Floor, LedgerBatch, LedgerState, Signed, Stage, cohort, enough
from testimony.group_floor import LARGEST_SHARE, LEAST_INCIDENTS, LEAST_PERSONS

ZONES: Final = timedelta(days=1)
"""By how much the day at a desk may be ahead of the one at central."""

MILLIONTHS: Final = 1_000_000
"""In these an entry of the ledger names a share."""
WEAKEST: Final = Floor(preset="", k=LEAST_PERSONS, m=LEAST_INCIDENTS, alpha=round(LARGEST_SHARE * MILLIONTHS))
"""No organisation may set its floor below it (docs/anonymity.md)."""


def require_once(state: LedgerState, classes: Iterable[ClassMembers]) -> None:
    """R1: a record enters one class, once."""
    seen: set[str] = set()
    for line in classes:
        if not seen.isdisjoint(line.members) or any(member in state.taken for member in line.members):
            raise LedgerRefused("once")
        seen.update(line.members)


def require_frozen(state: LedgerState, batch: str, classes: Iterable[ClassMembers]) -> None:
    """R2: a line is never edited, merged or cut again: ids are new, and those of just these labels."""
    ids = [line.id for line in classes]
    new = len(set(ids)) == len(ids) and state.classes.keys().isdisjoint(ids)
    if not new or any(line.id != line.own_id(batch) for line in classes):
        raise LedgerRefused("edited")


def require_recipients(recipients: Collection[str], files: Collection[str], classes: Iterable[ClassMembers]) -> None:
    """R3: one ledger for all, who are taken to collude: a line has its set of recipients, and goes to those alone."""
    reached = {recipient for line in classes for recipient in line.recipients}
    if not reached <= set(recipients) or set(files) != reached:
        raise LedgerRefused("recipients")


def require_incremental(state: LedgerState, name: str) -> None:
    """R4: batches come one after the other and add to what left."""
    if name in state.batches:
        raise LedgerRefused("name")
    if any(batch.is_open for batch in state.batches.values()):
        raise LedgerRefused("open")


def require_pinned(state: LedgerState, profile: str) -> None:
    """R5: a profile is for what was not published; a batch goes by the one that is pinned for its preset now."""
    if profile not in state.pinned.values():
        raise LedgerRefused("profile")


def require_published(state: LedgerState, class_id: str) -> None:
    """R6: what is withdrawn before it left is left out; a revocation line is for a line that left, which stays."""
    if class_id not in state.classes or state.batches[state.classes[class_id][0]].stage is not Stage.LEFT:
        raise LedgerRefused("unpublished")


def require_recall(state: LedgerState, signed: Signed) -> None:
    """R7, R8: a whole class, or a random cohort of k persons and m incidents that leaves as many behind; once.

    A correction after publication is a recall like any other, with that reason.
    """
    require_published(state, signed.entry.said["class"])
    if signed.entry.said["class"] in state.recalls:
        raise LedgerRefused("recalled")
    cohort(state, signed.entry)


def require_groups(classes: Iterable[ClassMembers], k: int, m: int) -> None:
    """Every line stands for at least `k` different persons and `m` different incidents."""
    if any(not enough(line.persons, line.incidents, k, m) for line in classes):
        raise LedgerRefused("small")


def require_floor(floor: Floor | None, k: int, m: int, alpha: int) -> None:
    """Nothing goes below what the organisation set when it opened the ledger. `alpha` in millionths."""
    if floor is None or k < floor.k or m < floor.m or alpha > floor.alpha:
        raise LedgerRefused("floor")


def require_clock(last: date | None, day: date, logged: date | None = None) -> None:
    """The day is not before the last release, nor ahead of central's."""
    if (last is not None and day < last) or (logged is not None and day > logged + ZONES):
        raise ReleaseClock


def require(
    state: LedgerState, signed: Signed, contents: Callable[[Signed], Contents], handed: Mapping[str, object]
) -> None:
    """That the entry may follow in this state. `handed`: batches of which bytes were handed out before its place.

    `contents`: what a BATCH holds; raises `LedgerRefused("parts")`.
    """
    act = signed.entry.act
    if not signed.may:
        raise LedgerRefused("role")
    if (act is Act.OPEN) == bool(state.key):
        raise LedgerRefused("opened" if act is Act.OPEN else "unopened")
    require_clock(state.last, signed.entry.day, signed.logged)
    match act:
        case Act.OPEN:
            floor = signed.entry.said["floor"]
            require_floor(WEAKEST, floor["k"], floor["m"], floor["alpha"])
        case Act.PROFILE:
            profile = signed.entry.said["profile"]
            require_floor(state.floor, profile["k"], profile["m"], profile["alpha"])
        case Act.BATCH:
            _require_batch(state, signed, contents)
        case Act.RECALL:
            require_recall(state, signed)
        case _:
            _require_step(state, signed, handed)


def _require_batch(state: LedgerState, signed: Signed, contents: Callable[[Signed], Contents]) -> None:
    said = signed.entry.said
    require_incremental(state, said["name"])
    require_pinned(state, said["profile"])
    profile = state.profiles[said["profile"]]
    require_floor(state.floor, profile["k"], profile["m"], profile["alpha"])
    held = contents(signed)
    if not held.classes:
        raise LedgerRefused("empty")
    require_frozen(state, said["name"], held.classes)
    require_once(state, held.classes)
    if not {member for line in held.classes for member in line.members}.isdisjoint(held.waiting):
        raise LedgerRefused("once")
    require_recipients(said["recipients"], [one["recipient"] for one in said["files"]], held.classes)
    require_groups(held.classes, profile["k"], profile["m"])


def _require_step(state: LedgerState, signed: Signed, handed: Mapping[str, object]) -> None:
    """The rules for APPROVE, LEAVE and CANCEL."""
    batch = state.batches.get(signed.entry.said["batch"])
    if batch is None:
        raise LedgerRefused("unknown")
    match signed.entry.act:
        case Act.APPROVE:
            _require_stage(batch, Stage.PROPOSED)
            if signed.by == batch.by:
                raise LedgerRefused("twice")
        case Act.LEAVE:
            _require_stage(batch, Stage.APPROVED, Stage.LEFT)
            wanted = set(signed.entry.said["recipients"])
            if not wanted <= batch.files.keys() or not wanted.isdisjoint(batch.left):
                raise LedgerRefused("recipients")
        case _:
            _require_stage(batch, Stage.PROPOSED, Stage.APPROVED, Stage.LEFT)
            if batch.name in handed or not set(batch.left.values()) <= {signed.by}:
                raise LedgerRefused("handed")
            if any(line.id in state.recalls for line in batch.contents.classes):
                raise LedgerRefused("stage")


def _require_stage(batch: LedgerBatch, *stages: Stage) -> None:
    if batch.stage not in stages:
        raise LedgerRefused("stage")


def name_of_profile(profile: Mapping[str, object]) -> str:
    """The SHA-256 by which batches name a pinned profile."""
    return canonical.sha256_hex(canonical.encode(profile))
