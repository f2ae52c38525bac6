"""Finds the settlements of a ledger that are in force (two coordinators wrote the same) and the entries they cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from testimony.domain.ledger import branches as ledger_branches
from testimony.domain.ledger.acts import ORDERED, Act
from testimony.domain.ledger.branches import name_of
from testimony.domain.ledger.state import Signed

Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """One that is in force. `name`: of what was said, under which the ledger goes on. `by`: who said it, in order;
    `words`: the names of their records.

    `closed`: entries that count for nothing; `heads`: the last entries of branches. `second`: the word by which it came
    into force, at `place` of the log. `branches`: all that hangs on those, up to there; `lines`: of each head, what it
    names before it.
    `handed`: (recipient, SHA-256, person) of what was handed out by then. `undone`: the names of settlements of which a
    word is among `closed`, at a desk where it opens.
    """

    name: str
    by: tuple[str, str]
    words: tuple[str, str]
    closed: frozenset[str]
    heads: frozenset[str]
    second: Signed
    place: Place
    branches: tuple[Signed, ...] = ()
    lines: tuple[tuple[Signed, ...], ...] = ()
    handed: frozenset[tuple[str, str, str]] = frozenset()
    undone: frozenset[str] = frozenset()

    @property
    def entry(self) -> Signed:
        """As it stands in the chain."""
        return replace(self.second, name=self.name)

    @property
    def taken_up(self) -> frozenset[str]:
        """The names of all entries that it covers."""
        return self.closed.union(self.undone, (one.name for one in self.entries))

    @property
    def entries(self) -> tuple[Signed, ...]:
        """What the branches say, each entry after what it follows."""
        return (*(one for line in self.lines for one in line), *self.branches)


def is_about_something(closed: Collection[str], heads: Collection[str]) -> bool:
    """An entry that opens to nobody, or more than one branch."""
    return bool(closed) or len(heads) > 1


def in_force(entries: Iterable[Signed]) -> tuple[Settlement, ...]:
    """The settlements that two different coordinators wrote, both in central's log, in the order of the second word.

    A word that a later settlement gives up counts at no desk, also where it opens.
    """
    everything = list(entries)
    said: dict[str, list[Signed]] = defaultdict(list)
    for one in everything:
        if one.entry.act is Act.SETTLE and one.may and one.place is not None:
            said[name_of(one.entry.said["closed"], one.entry.said["heads"])].append(one)
    prevs = ledger_branches.prevs_of((one.name, one.entry) for one in everything)
    found, void = [], set[str]()
    while made := [new for name in said if (new := _made(name, said[name], everything, prevs, void)) is not None]:
        latest = max(made, key=lambda one: one.place)
        del said[latest.name]
        void |= latest.closed
        found.append(latest)
    known = {one.name: one for one in everything if one.entry.act in ORDERED}
    return tuple(_with_branches(one, everything, known) for one in sorted(found, key=lambda one: one.place))


def _made(
    name: str,
    voices: Sequence[Signed],
    everything: Sequence[Signed],
    prevs: Mapping[str, tuple[str, ...]],
    void: Collection[str],
) -> Settlement | None:
    """By the first two words of different people of which neither is in `void`, nor lapsed before the other came."""
    words = sorted((one for one in voices if one.name not in void), key=lambda one: (one.place or (0, 0), one.name))
    pairs = ((first, second) for second in words for first in words if first.place < second.place)  # type: ignore[operator]
    for first, second in pairs:
        closed, heads = (frozenset(first.entry.said[what]) for what in ("closed", "heads"))
        if second.by == first.by or not is_about_something(closed, heads) or second.place is None:
            continue
        counted = [one for one in everything if one.name not in void]
        if not has_lapsed(first, counted, prevs, until=second.place):
            return Settlement(
                name=name,
                by=(first.by, second.by),
                words=(first.name, second.name),
                closed=closed,
                heads=heads,
                second=second,
                place=second.place,
            )
    return None


def has_lapsed(
    word: Signed, everything: Iterable[Signed], prevs: Mapping[str, tuple[str, ...]], *, until: Place | None = None
) -> bool:
    """Whether who said it went on without it: then the ledger was not stuck at their desk any more.

    What they wrote behind this settlement, or before it, shows nothing: a restored central gets it in any order.
    """
    if word.place is None:
        return False
    between = [
        one
        for one in everything
        if one.by == word.by and one.may and one.entry.act in ORDERED and one.place is not None
        if word.place < one.place and (until is None or one.place < until)
    ]
    if not between:
        return False
    name = name_of(word.entry.said["closed"], word.entry.said["heads"])
    before = set[str]().union(*(ledger_branches.lineage(head, prevs) for head in word.entry.said["heads"]))
    return any(one.name not in before and name not in ledger_branches.lineage(one.name, prevs) for one in between)


def _with_branches(one: Settlement, everything: Sequence[Signed], known: Mapping[str, Signed]) -> Settlement:
    before = [each for each in everything if each.place is not None and each.place < one.place]
    lines = tuple(ledger_branches.line_of(head, known, one.closed) for head in sorted(one.heads))
    ordered = [each for each in before if each.entry.act in ORDERED and each.may]
    branches = ledger_branches.descendants(one.heads | one.closed, ordered)
    handed = {
        (each.entry.said["recipient"], each.entry.said["sha256"], each.by)
        for each in before
        if each.entry.act is Act.HANDED and each.may and each.name not in one.closed
    }
    undone = [each.entry.said for each in everything if each.entry.act is Act.SETTLE and each.name in one.closed]
    return replace(
        one,
        branches=tuple(each for each in branches if each.name not in one.closed),
        lines=lines,
        handed=frozenset(handed),
        undone=frozenset(name_of(said["closed"], said["heads"]) for said in undone),
    )
