"""Settling a ledger that cannot go on: an entry that opens to nobody, or two branches. Always to the careful side.

Two coordinators say the same SETTLE (docs/ledger.md, "Settling"). From the place of the second word on, whatever stands
in any branch counts as left to everybody whom it was for, and the ledger goes on from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from testimony import canonical
from testimony.domain.ledgeracts import ORDERED, Act
from testimony.domain.ledgerbatch import Contents
from testimony.domain.ledgerstate import LedgerBatch, Recall, Signed, Stage, State, cohort
from testimony.domain.ledgersteps import Unpack, proposed
from testimony.errors import LedgerRefused

Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """One that is in force. `name`: of what was said, under which the ledger goes on. `by`: who said it, in order.

    `closed`: entries that count for nothing; `heads`: the last entries of branches. `second`: the word by which it came
    into force, at `place` of the log. `branches`: all that hangs on those, up to there; `lines`: of each head, what it
    names before it.
    `handed`: (batch, recipient, person) of what was handed out by then.
    """

    name: str
    by: tuple[str, str]
    closed: frozenset[str]
    heads: frozenset[str]
    second: Signed
    place: Place
    branches: tuple[Signed, ...] = ()
    lines: tuple[tuple[Signed, ...], ...] = ()
    handed: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def entry(self) -> Signed:
        """As it stands in the chain."""
        return replace(self.second, name=self.name)

    @property
    def taken_up(self) -> frozenset[str]:
        """The names of all entries that it speaks of."""
        return self.closed.union(one.name for one in (*self.branches, *(one for line in self.lines for one in line)))


def name_of(closed: Iterable[str], heads: Iterable[str]) -> str:
    """SHA-256, in hex, of the canonical JSON of what is settled: it goes by that name whoever said it first."""
    return canonical.sha256_hex(canonical.encode({"closed": sorted(closed), "heads": sorted(heads)}))


def is_about_something(closed: Collection[str], heads: Collection[str]) -> bool:
    """An entry that opens to nobody, or more than one branch."""
    return bool(closed) or len(heads) > 1


def in_force(entries: Iterable[Signed]) -> tuple[Settlement, ...]:
    """Those that two different coordinators said, both in central's log, in the order of the second word."""
    everything = list(entries)
    said: dict[str, list[Signed]] = defaultdict(list)
    for one in everything:
        if one.entry.act is Act.SETTLE and one.may and one.place is not None:
            said[name_of(one.entry.said["closed"], one.entry.said["heads"])].append(one)
    found = [made for name, voices in said.items() if (made := _made(name, voices)) is not None]
    known = {one.name: one for one in everything if one.entry.act in ORDERED}
    return tuple(_with_branches(one, everything, known) for one in sorted(found, key=lambda one: one.place))


def _made(name: str, voices: Sequence[Signed]) -> Settlement | None:
    first, *others = sorted(voices, key=lambda one: (one.place or (0, 0), one.name))
    second = next((one for one in others if one.by != first.by), None)
    closed, heads = (frozenset(first.entry.said[what]) for what in ("closed", "heads"))
    if second is None or second.place is None or not is_about_something(closed, heads):
        return None
    by = (first.by, second.by)
    return Settlement(name=name, by=by, closed=closed, heads=heads, second=second, place=second.place)


def _with_branches(one: Settlement, everything: Sequence[Signed], known: Mapping[str, Signed]) -> Settlement:
    before = [each for each in everything if each.place is not None and each.place < one.place]
    lines = tuple(_lineage(head, known, one.closed) for head in sorted(one.heads))
    roots = one.heads | one.closed
    branches = _descendants(roots, [each for each in before if each.entry.act in ORDERED and each.may])
    handed = {
        (each.entry.said["batch"], each.entry.said["recipient"], each.by)
        for each in before
        if each.entry.act is Act.HANDED and each.may
    }
    ours = tuple(each for each in branches if each.name not in one.closed)
    return replace(one, branches=ours, lines=lines, handed=frozenset(handed))


def _lineage(head: str, known: Mapping[str, Signed], void: Collection[str]) -> tuple[Signed, ...]:
    """`head` and what it follows, the oldest first, as far back as it is known and counts."""
    found: list[Signed] = []
    names: set[str] = set()
    while head in known and head not in void and head not in names:
        names.add(head)
        found.append(known[head])
        head = known[head].entry.prev
    return tuple(reversed(found))


def _descendants(roots: Collection[str], entries: Sequence[Signed]) -> list[Signed]:
    """All that follows one of `roots`, whether it counted or not, each after what it follows."""
    followers: dict[str, list[Signed]] = defaultdict(list)
    for one in sorted(entries, key=lambda one: (one.place or (0, 0), one.name)):
        followers[one.entry.prev].append(one)
    found, names, waiting = [], set(roots), sorted(roots)
    while waiting:
        for one in followers.get(waiting.pop(0), ()):
            if one.name not in names:
                names.add(one.name)
                found.append(one)
                waiting.append(one.name)
    return found


def settle(state: State, settlement: Settlement, unpack: Unpack) -> None:
    """Change `state`, as the log alone has it there, by the settlement: the union of all branches.

    What stands in one of them counts as left to all whom it was for, and nobody hands more of it out. Of an entry that
    nobody opens it is not known what it published: everything that had come by then counts as published.
    """
    stood = {name for line in settlement.lines for name in _standing(line)}
    for one in (*(one for line in settlement.lines for one in line), *settlement.branches):
        _take_up(state, settlement, one, unpack)
    for name, batch in list(state.batches.items()):
        if batch.stands or name in stood:
            _count_as_left(state, settlement, batch)
    if settlement.closed:
        state.held_before = max(state.held_before or settlement.place, settlement.place)
    state.head = settlement.name if state.key else ""  # where nobody opens how it began, it begins anew


def _standing(line: Iterable[Signed]) -> set[str]:
    """The batches that a branch proposed and did not cancel."""
    found: set[str] = set()
    for one in line:
        if one.entry.act is Act.BATCH:
            found.add(one.entry.said["name"])
        elif one.entry.act is Act.CANCEL:
            found.discard(one.entry.said["batch"])
    return found


def _take_up(state: State, settlement: Settlement, one: Signed, unpack: Unpack) -> None:
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
        case Act.BATCH if said["name"] not in state.batches:
            try:
                _add(state, one, unpack(one))
            except LedgerRefused:  # what it holds is not here: so it may hold anybody
                state.held_before = max(state.held_before or settlement.place, settlement.place)
        case Act.RECALL if said["class"] in state.classes:
            _recall(state, one)


def _add(state: State, one: Signed, contents: Contents) -> None:
    """Beside what is there: of a testimony that both branches published both lines stay."""
    batch = proposed(state, one, contents)
    state.batches[batch.name] = batch
    for line in contents.classes:
        state.classes.setdefault(line.id, (batch.name, line))
        for member in line.members:
            state.taken.setdefault(member, line.id)


def _recall(state: State, one: Signed) -> None:
    """Of two different cohorts of one line all of it counts as recalled: together they may leave nobody hidden."""
    said = one.entry.said
    line = state.classes[said["class"]][1]
    try:
        members = cohort(state, one.entry)
    except LedgerRefused:
        members = frozenset(line.members)
    before = state.recalls.get(line.id)
    if before is not None and before.members != members:
        members = frozenset(line.members)
    whole = members == frozenset(line.members)
    state.recalls[line.id] = Recall(
        class_id=line.id, reason=said["reason"], whole=whole, members=members, by=one.by, day=one.entry.day
    )


def _count_as_left(state: State, settlement: Settlement, batch: LedgerBatch) -> None:
    """To everybody whom it was for; who handed it out may give the same bytes again, and nobody else any."""
    left = {
        to: next((by for name, recipient, by in sorted(settlement.handed) if (name, recipient) == (batch.name, to)), "")
        for to in batch.files
    }
    state.batches[batch.name] = replace(
        batch, stage=Stage.LEFT, left=left, left_on=batch.left_on or settlement.second.entry.day, settled=True
    )
    for line in batch.contents.classes:
        for member in line.members:
            state.taken.setdefault(member, line.id)
