"""The ledger of releases: one total order of acts, folded into what has left, what waits and what was taken back.

Pure: entries in the order of central's log in, one ledger out, the same at every desk that has the same log.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from testimony.domain import ledgerrules
from testimony.domain.ledgeracts import ORDERED, Act
from testimony.domain.ledgerbatch import Contents
from testimony.domain.ledgerstate import (
    Floor,
    LedgerBatch,
    Recall,
    Signed,
    Stage,
    State,
    cohort,
    pseudonym,
)
from testimony.errors import LedgerRefused, ReleaseClock

__all__ = ["Floor", "Handed", "Ledger", "LedgerBatch", "Overtaken", "Recall", "Refusal", "Signed", "Stage", "fold"]

Unpack = Callable[[Signed], Contents]


@dataclass(frozen=True, kw_only=True)
class Overtaken:
    """An entry that counts for nothing, and why: a code of `LedgerRefused`, or `clock`."""

    name: str
    by: str
    act: Act
    day: date
    batch: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Handed:
    """That the bytes `sha256` of a batch were handed to `recipient`."""

    batch: str
    recipient: str
    sha256: str
    by: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A build that gave nothing that may leave: a correct result."""

    reason: str
    counts: Mapping[str, int]
    by: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """How the ledger stands. `chain`: the accepted entries in order; `state` after them.

    `pending`: this desk's own ordered entries that have not come back from central and may still count; `ahead`: the
    state with them. Final is what `state` says. `revoked`: class id -> members withdrawn after it left. `contradicted`:
    batches that were cancelled although their bytes were handed out; they count as left.
    """

    state: State
    ahead: State
    chain: tuple[Signed, ...]
    pending: tuple[Signed, ...]
    overtaken: tuple[Overtaken, ...]
    auxiliary: frozenset[str]
    handed: tuple[Handed, ...]
    refused: tuple[Refusal, ...]
    revoked: Mapping[str, frozenset[str]]
    unread: int = 0
    unpack: Unpack = field(repr=False, compare=False)

    @property
    def head(self) -> str:
        """The record name of the last accepted entry; "" before the ledger was opened."""
        return self.state.head

    @property
    def key(self) -> bytes:
        """For pseudonyms; empty before the ledger was opened. That of the pending opening where there is no other."""
        return self.ahead.key

    @property
    def floor(self) -> Floor | None:
        return self.ahead.floor

    @property
    def batches(self) -> Mapping[str, LedgerBatch]:
        """By name, in order; also those that were cancelled."""
        return self.state.batches

    @property
    def recalled(self) -> Mapping[str, Recall]:
        """By class id."""
        return self.state.recalls

    @property
    def last(self) -> date | None:
        """The day on which the last batch left."""
        return self.state.last

    @property
    def open_batch(self) -> LedgerBatch | None:
        """The one that is under way, pending here or not."""
        return next((batch for batch in self.ahead.batches.values() if batch.is_open), None)

    @cached_property
    def contradicted(self) -> frozenset[str]:
        handed = {one.batch for one in self.handed}
        return frozenset(name for name, batch in self.batches.items() if not batch.stands and name in handed)

    @cached_property
    def published(self) -> Mapping[str, str]:
        """Member -> class id, of every batch that stands (proposed ones too): these are not released again."""
        taken = dict(self.ahead.taken)
        for name in self.contradicted:
            for line in self.batches[name].contents.classes:
                taken |= dict.fromkeys(line.members, line.id)
        return taken

    @cached_property
    def waited(self) -> Mapping[str, int]:
        """Member -> in how many batches that were approved, and not cancelled, it found no class."""
        counted = (one for one in self.batches.values() if one.stage in (Stage.APPROVED, Stage.LEFT))
        return Counter(member for batch in counted for member in batch.contents.waiting)

    def profile(self, preset: str) -> Mapping[str, Any] | None:
        """The profile that is pinned for `preset`, as canonical JSON holds it; None where none is."""
        name = self.ahead.pinned.get(preset)
        return None if name is None else self.ahead.profiles[name]

    def profile_named(self, sha256: str) -> Mapping[str, Any] | None:
        """A pinned profile, also one that another took the place of."""
        return self.ahead.profiles.get(sha256)

    def member(self, manifest: str) -> str:
        """The pseudonym of the testimony whose manifest has this name. Raises `LedgerRefused("unopened")`, as below."""
        return self._pseudonym("member", manifest)

    def person(self, person: str) -> str:
        return self._pseudonym("person", person)

    def incident(self, incident: str) -> str:
        return self._pseudonym("incident", incident)

    def before(self, batch: str) -> Ledger:
        """As it stood when `batch` was proposed: from this another desk builds the same. Raises `LedgerRefused`.

        What is said at any time, as which accounts were published, stays as it is now.
        """
        record = self.batch(batch).record
        at = next(number for number, one in enumerate(self.chain) if one.name == record)
        state = State()
        for one in self.chain[:at]:
            _apply(state, one, self.unpack)
        return replace(self, state=state, ahead=state, chain=self.chain[:at], pending=())

    def batch(self, name: str) -> LedgerBatch:
        """An accepted batch. Raises `LedgerRefused("unknown")`."""
        found = self.batches.get(name)
        if found is None:
            raise LedgerRefused("unknown")
        return found

    def _pseudonym(self, what: str, name: str) -> str:
        if not self.key:
            raise LedgerRefused("unopened")
        return pseudonym(self.key, what, name)


def fold(signed: Iterable[Signed], unpack: Unpack, *, unread: int = 0) -> Ledger:
    """All opened entries of one ledger, in any order and each once; `unpack` gives what a BATCH holds.

    Of several that follow the same head the first in the log that is allowed is accepted; the others are overtaken.
    """
    everything = [one for one in signed if one.entry.act is not Act.PART]
    follow = _followers(everything)
    handed = [one for one in everything if one.entry.act is Act.HANDED and one.may]
    state, chain, refused = State(), [], {}  # type: State, list[Signed], dict[str, str]
    _follow(state, chain, refused, follow, unpack, handed, pending=False)
    ahead, pending = state.copy(), []  # type: State, list[Signed]
    _follow(ahead, pending, refused, follow, unpack, handed, pending=True)
    counted = {one.name for one in (*chain, *pending)}
    others = [one for one in everything if one.entry.act in ORDERED and one.name not in counted]
    free = sorted((one for one in everything if one.may), key=_order)
    return Ledger(
        state=state,
        ahead=ahead,
        chain=tuple(chain),
        pending=tuple(pending),
        overtaken=tuple(_overtaken(one, refused) for one in sorted(others, key=_order)),
        auxiliary=frozenset(name for one in _of(free, Act.AUXILIARY) for name in one.entry.said["members"]),
        handed=tuple(_handed(one) for one in _of(free, Act.HANDED)),
        refused=tuple(_refusal(one) for one in _of(free, Act.REFUSED)),
        revoked=_revoked(_of(free, Act.REVOKED)),
        unread=unread,
        unpack=unpack,
    )


def allowed(ledger: Ledger, signed: Signed, unpack: Unpack) -> None:
    """Raise unless `signed`, which is about to be written, may follow what this desk knows, pending acts included."""
    handed = {one.batch: True for one in ledger.handed}
    ledgerrules.require(ledger.ahead, signed, unpack, handed)


def _follow(
    state: State,
    chain: list[Signed],
    refused: dict[str, str],
    follow: Mapping[str, Sequence[Signed]],
    unpack: Unpack,
    handed: Sequence[Signed],
    *,
    pending: bool,
) -> None:
    """From the head of `state` as far as entries follow each other."""
    found: Signed | None = None
    while True:
        found = None
        for one in follow.get(state.head, ()):
            if pending or one.place is not None:
                found = found or _accepted(state, one, refused, unpack, handed)
        if found is None:
            return
        _apply(state, found, unpack)
        chain.append(found)


def _accepted(
    state: State, one: Signed, refused: dict[str, str], unpack: Unpack, handed: Sequence[Signed]
) -> Signed | None:
    before = {each.entry.said["batch"]: True for each in handed if _order(each) < _order(one) or one.place is None}
    try:
        ledgerrules.require(state, one, unpack, before)
    except LedgerRefused as refusal:
        refused[one.name] = refusal.reason
        return None
    except ReleaseClock:
        refused[one.name] = "clock"
        return None
    return one


def _apply(state: State, signed: Signed, unpack: Unpack) -> None:
    """Change `state` by an entry that was found to be allowed."""
    said, entry = signed.entry.said, signed.entry
    match entry.act:
        case Act.OPEN:
            state.key, state.floor = bytes.fromhex(said["key"]), Floor(**said["floor"])
        case Act.PROFILE:
            name = ledgerrules.name_of_profile(said["profile"])
            state.profiles[name] = said["profile"]
            state.pinned[said["profile"]["preset"]] = name
        case Act.BATCH:
            _propose(state, signed, unpack(signed))
        case Act.RECALL:
            state.recalls[said["class"]] = _recall(state, signed)
        case _:
            _step(state, signed)
    state.head = signed.name


def _propose(state: State, signed: Signed, contents: Contents) -> None:
    said = signed.entry.said
    profile = state.profiles[said["profile"]]
    state.batches[said["name"]] = LedgerBatch(
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
    for line in contents.classes:
        state.classes[line.id] = (said["name"], line)
        state.taken |= dict.fromkeys(line.members, line.id)


def _step(state: State, signed: Signed) -> None:
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


def _recall(state: State, signed: Signed) -> Recall:
    said = signed.entry.said
    return Recall(
        class_id=said["class"],
        reason=said["reason"],
        whole=not said["wanted"],
        members=cohort(state, signed.entry),
        by=signed.by,
        day=signed.entry.day,
    )


def _followers(everything: Iterable[Signed]) -> dict[str, list[Signed]]:
    """The entries that follow each head, in the order of the log; those that have not come back from it at the end."""
    found: dict[str, list[Signed]] = defaultdict(list)
    for one in sorted(everything, key=_order):
        if one.entry.act in ORDERED:
            found[one.entry.prev].append(one)
    return found


def _order(one: Signed) -> tuple[bool, tuple[int, int], str]:
    return one.place is None, one.place or (0, 0), one.name


def _of(entries: Iterable[Signed], act: Act) -> list[Signed]:
    return [one for one in entries if one.entry.act is act]


def _overtaken(one: Signed, refused: Mapping[str, str]) -> Overtaken:
    batch = one.entry.said.get("batch", one.entry.said.get("name", ""))
    reason = refused.get(one.name, "overtaken")
    return Overtaken(name=one.name, by=one.by, act=one.entry.act, day=one.entry.day, batch=batch, reason=reason)


def _handed(one: Signed) -> Handed:
    return Handed(by=one.by, day=one.entry.day, **one.entry.said)


def _refusal(one: Signed) -> Refusal:
    return Refusal(by=one.by, day=one.entry.day, **one.entry.said)


def _revoked(entries: Iterable[Signed]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in entries:
        found[one.entry.said["class"]].add(one.entry.said["member"])
    return {name: frozenset(members) for name, members in found.items()}
