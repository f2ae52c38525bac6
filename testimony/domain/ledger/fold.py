"""Computes the ledger of releases from its entries, in the order of central's log.

Every desk with the same log gets the same ledger, whatever the order in which the entries arrived there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from testimony.domain.errors import LedgerRefused, ReleaseClock
from testimony.domain.ledger import branches, settle
from testimony.domain.ledger import rules as ledger_rules
from testimony.domain.ledger import settlement as ledger_settlement
from testimony.domain.ledger.acts import ORDERED, Act
from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.ledger.ledger import BRANCH, Handed, Ledger, Overtaken, Refusal
from testimony.domain.ledger.state import LedgerState, Signed
from testimony.domain.ledger.steps import Unpack, apply


def fold(signed: Iterable[Signed], unpack: Unpack, *, unread: int = 0) -> Ledger:
    """All opened entries of one ledger, in any order and each once; `unpack` gives what a BATCH holds.

    Of several that follow the same head the first in the log that is allowed is accepted; the others are overtaken.
    """
    everything = [one for one in signed if one.entry.act is not Act.PART]
    settlements = ledger_settlement.in_force(everything)
    void = frozenset(name for one in settlements for name in one.closed)
    follow = _followers(one for one in everything if one.name not in void)
    unpack = _without(void, unpack)
    handed = [one for one in everything if one.entry.act is Act.HANDED and one.may and one.name not in void]
    state, chain, refused = LedgerState(), [], {}  # type: LedgerState, list[Signed], dict[str, str]
    for settlement in settlements:
        _follow(state, chain, refused, follow, unpack, handed, pending=False, until=settlement.place)
        settle.settle(state, settlement, unpack)
        chain.append(settlement.entry)
    _follow(state, chain, refused, follow, unpack, handed, pending=False)
    ahead, pending = state.copy(), []  # type: LedgerState, list[Signed]
    _follow(ahead, pending, refused, follow, unpack, handed, pending=True)
    counted = {one.name for one in (*chain, *pending)}.union(*(one.taken_up for one in settlements))
    others = [one for one in everything if one.entry.act in ORDERED and one.name not in counted]
    elsewhere = _elsewhere(everything, [one for one in others if one.name not in void], unpack)
    refused |= dict.fromkeys(elsewhere, BRANCH)
    free = sorted((one for one in everything if one.may), key=_order)
    return Ledger(
        state=state,
        ahead=ahead,
        chain=tuple(chain),
        pending=tuple(pending),
        overtaken=tuple(_overtaken(one, refused) for one in sorted(others, key=_order)),
        auxiliary=frozenset(name for one in _entries_of(free, Act.AUXILIARY) for name in one.entry.said["members"]),
        handed=tuple(_handed(one) for one in _entries_of(free, Act.HANDED)),
        refused=tuple(_refusal(one) for one in _entries_of(free, Act.REFUSED)),
        revoked=_revoked(_entries_of(free, Act.REVOKED)),
        ended=_ended(_entries_of(free, Act.ENDED)),
        settlements=settlements,
        elsewhere={member: line.id for lines in elsewhere.values() for line in lines for member in line.members},
        unread=unread,
        unpack=unpack,
    )


def allowed(ledger: Ledger, signed: Signed, unpack: Unpack) -> None:
    """Raise unless `signed`, which is about to be written, may follow what this desk knows, pending acts included."""
    handed = {one.batch: True for one in ledger.handed}
    ledger_rules.require(ledger.ahead, signed, unpack, handed)


def _without(void: frozenset[str], unpack: Unpack) -> Unpack:
    """`unpack`, for which nothing in `void` is a piece of a batch, also where it opens."""

    def strict(signed: Signed) -> Contents:
        if not void.isdisjoint(signed.entry.said["parts"]):
            raise LedgerRefused("parts")
        return unpack(signed)

    return strict


def _elsewhere(
    everything: Sequence[Signed], others: Sequence[Signed], unpack: Unpack
) -> dict[str, tuple[ClassMembers, ...]]:
    """Record -> lines, of releases that two people made and the log now knows not, or too late."""
    found: dict[str, tuple[ClassMembers, ...]] = {}
    batches = [one for one in others if one.entry.act is Act.BATCH]
    prevs = branches.prevs_of((one.name, one.entry) for one in everything) if batches else {}
    for one in branches.made_by_two(batches, everything, prevs):
        try:
            found[one.name] = unpack(replace(one, place=None)).classes
        except LedgerRefused:
            continue  # not here as it was announced: no desk can have accepted it
    return found


def _follow(
    state: LedgerState,
    chain: list[Signed],
    refused: dict[str, str],
    follow: Mapping[str, Sequence[Signed]],
    unpack: Unpack,
    handed: Sequence[Signed],
    *,
    pending: bool,
    until: tuple[int, int] | None = None,
) -> None:
    """From the head of `state` as far as entries follow each other, and were logged before `until`."""
    found: Signed | None = None
    while True:
        found = None
        for one in follow.get(state.head, ()):
            if (pending or one.place is not None) and (until is None or (one.place or until) < until):
                found = found or _accepted(state, one, refused, unpack, handed)
        if found is None:
            return
        apply(state, found, unpack)
        chain.append(found)


def _accepted(
    state: LedgerState, one: Signed, refused: dict[str, str], unpack: Unpack, handed: Sequence[Signed]
) -> Signed | None:
    before = {each.entry.said["batch"]: True for each in handed if _order(each) < _order(one) or one.place is None}
    try:
        ledger_rules.require(state, one, unpack, before)
    except LedgerRefused as refusal:
        refused[one.name] = refusal.reason
        return None
    except ReleaseClock:
        refused[one.name] = "clock"
        return None
    return one


def _followers(everything: Iterable[Signed]) -> dict[str, list[Signed]]:
    """The entries that follow each head, in the order of the log; those that have not come back from it at the end."""
    found: dict[str, list[Signed]] = defaultdict(list)
    for one in sorted(everything, key=_order):
        if one.entry.act in ORDERED:
            found[one.entry.prev].append(one)
    return found


def _order(one: Signed) -> tuple[bool, tuple[int, int], str]:
    return one.place is None, one.place or (0, 0), one.name


def _entries_of(entries: Iterable[Signed], act: Act) -> list[Signed]:
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


def _ended(entries: Iterable[Signed]) -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for one in entries:
        of_class, member = found[one.entry.said["class"]], frozenset({one.entry.said["member"]})
        for recipient in one.entry.said["recipients"]:
            of_class[recipient] = of_class.get(recipient, frozenset()) | member
    return dict(found)
