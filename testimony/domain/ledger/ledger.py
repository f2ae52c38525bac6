"""The current state of the ledger of releases: published, waiting and recalled records, and invalid entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger import settle
from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.batch import ANY_INCIDENT
from testimony.domain.ledger.settlement import Settlement
from testimony.domain.ledger.state import Floor, LedgerBatch, LedgerState, Recall, Signed, Stage, pseudonym
from testimony.domain.ledger.steps import Unpack, apply

BRANCH: Final = "branch"
"""The reason for overtaking a batch that was released in a branch that no log and no settlement names."""

__all__ = ["BRANCH", "Floor", "Handed", "Ledger", "LedgerBatch", "Overtaken", "Recall", "Refusal", "Signed", "Stage"]


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
    """The fact that the bytes `sha256` of a batch were handed to `recipient`."""

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
    state with them. Final is what `state` says. `revoked`: class id -> members withdrawn after it left; `ended`: class
    id -> recipient -> members whose use for that recipient alone was taken back. `contradicted`: batches that were
    cancelled although their bytes were handed out; they count as left. `settlements`: those in force. `elsewhere`:
    member -> class id, of releases that two people made in a branch that no log and no settlement names.
    """

    state: LedgerState
    ahead: LedgerState
    chain: tuple[Signed, ...]
    pending: tuple[Signed, ...]
    overtaken: tuple[Overtaken, ...]
    auxiliary: frozenset[str]
    handed: tuple[Handed, ...]
    refused: tuple[Refusal, ...]
    revoked: Mapping[str, frozenset[str]]
    ended: Mapping[str, Mapping[str, frozenset[str]]]
    settlements: tuple[Settlement, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
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
        """Member -> class id, of every batch that stands (proposed ones too): these are not released again.

        And of those `elsewhere`: until it is known what became of them, nothing of them leaves.
        """
        taken = {**self.elsewhere, **self.ahead.taken}
        for name in self.contradicted:
            for line in self.batches[name].contents.classes:
                taken |= dict.fromkeys(line.members, line.id)
        return taken

    @cached_property
    def waited(self) -> Mapping[str, int]:
        """Member -> in how many batches that were approved, and not cancelled, it found no class."""
        counted = (one for one in self.batches.values() if one.stage in (Stage.APPROVED, Stage.LEFT))
        return Counter(member for batch in counted for member in batch.contents.waiting)

    @cached_property
    def lines_of(self) -> Mapping[str, tuple[str, ...]]:
        """Member -> its classes in batches that stand: more than one only where branches were settled."""
        found: dict[str, tuple[str, ...]] = {}
        for name, batch in self.ahead.batches.items():
            if batch.stands or name in self.contradicted:
                for line in batch.contents.classes:
                    for member in line.members:
                        found[member] = (*found.get(member, ()), line.id)
        return found

    @cached_property
    def twice(self) -> frozenset[str]:
        """Members that left in two lines because the ledger had branches: settling tells it and cannot undo it."""
        settled = {line.id for one in self.ahead.batches.values() if one.settled for line in one.contents.classes}
        if not settled:
            return frozenset()
        return frozenset(name for name, ids in self.lines_of.items() if len(ids) > 1 and settled.issuperset(ids))

    @cached_property
    def settled(self) -> frozenset[str]:
        """The names of the entries that settlements cover: they are not requested any more."""
        return frozenset[str]().union(*(one.taken_up for one in self.settlements))

    def withdrawn(self, class_id: str, recipient: str) -> frozenset[str]:
        """The members of a line whose recall must be reported to `recipient`."""
        return self.revoked.get(class_id, frozenset()) | self.ended.get(class_id, {}).get(recipient, frozenset())

    def withdrawn_from(self, class_id: str) -> frozenset[str]:
        """The same of all recipients together."""
        alone = self.ended.get(class_id, {}).values()
        return self.revoked.get(class_id, frozenset()).union(*alone)

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

    def aliases(self, manifest: str) -> frozenset[str]:
        """The same, and its pseudonyms in branches that had another key."""
        return frozenset(pseudonym(key, "member", manifest) for key in (self.key, *self.ahead.former_keys) if key)

    def is_published(self, manifest: str) -> bool:
        """Whether it is in a batch that stands, of whatever branch."""
        return not self.published.keys().isdisjoint(self.aliases(manifest))

    def person(self, person: str) -> str:
        return self._pseudonym("person", person)

    def incident(self, incident: str) -> str:
        """`ANY_INCIDENT` for "", an unidentified incident."""
        return self._pseudonym("incident", incident) if incident else ANY_INCIDENT

    def before(self, batch: str) -> Ledger:
        """As it stood when `batch` was proposed: from this another desk builds the same. Raises `LedgerRefused`.

        What is said at any time, as which accounts were published, stays as it is now. Of a batch that another branch
        proposed there is no such ledger here.
        """
        record = self.batch(batch).record
        at = next((number for number, one in enumerate(self.chain) if one.name == record), None)
        if at is None:
            raise LedgerRefused("unknown")
        state = LedgerState()
        settled = {one.name: one for one in self.settlements}
        for one in self.chain[:at]:
            if one.entry.act is Act.SETTLE:
                settle.settle(state, settled[one.name], self.unpack)
            else:
                apply(state, one, self.unpack)
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
