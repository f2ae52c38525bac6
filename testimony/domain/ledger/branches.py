"""Orders the entries of the ledger of releases into lines and branches, including entries that do not count.

After central was restored, the log may hold several branches. Each entry names the one before it, whenever it is
logged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from testimony import canonical
from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.acts import ORDERED, Act, Entry
from testimony.domain.ledger.batch import Contents
from testimony.domain.ledger.rules import require_frozen, require_groups, require_once, require_recipients
from testimony.domain.ledger.state import LedgerState, Signed
from testimony.domain.ledger.steps import Unpack, proposed


def name_of(closed: Iterable[str], heads: Iterable[str]) -> str:
    """SHA-256, in hex, of the canonical JSON of what is settled: its name, independent of who wrote it first."""
    return canonical.sha256_hex(canonical.encode({"closed": sorted(closed), "heads": sorted(heads)}))


def prevs_of(entries: Iterable[tuple[str, Entry]]) -> dict[str, tuple[str, ...]]:
    """What each entry follows, by the names of their records, and each settlement by its own name."""
    found: dict[str, tuple[str, ...]] = {}
    for name, entry in entries:
        if entry.act in ORDERED:
            found[name] = (entry.prev,)
        elif entry.act is Act.SETTLE:
            heads = entry.said["heads"]
            found[name_of(entry.said["closed"], heads)] = tuple(heads)
    return found


def lineage(head: str, prevs: Mapping[str, tuple[str, ...]]) -> set[str]:
    """`head` and all that it follows, as far as it is known here; what was settled follows several."""
    found: set[str] = set()
    waiting = [head]
    while waiting:
        one = waiting.pop()
        if one and one not in found:
            found.add(one)
            waiting += prevs.get(one, ())
    return found


def line_of(head: str, known: Mapping[str, Signed], void: Collection[str]) -> tuple[Signed, ...]:
    """`head` and what it follows, the oldest first, as far back as it is known and counts."""
    found: list[Signed] = []
    names: set[str] = set()
    while head in known and head not in void and head not in names:
        names.add(head)
        found.append(known[head])
        head = known[head].entry.prev
    return tuple(reversed(found))


def descendants(roots: Collection[str], entries: Sequence[Signed]) -> list[Signed]:
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


def tips(records: Collection[str], names: Iterable[str], prevs: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The entries of `names` that follow one of `records`, or are one, and that none of the others follows."""
    behind = {name: lineage(name, prevs) for name in names}
    found = {name for name, line in behind.items() if not line.isdisjoint(records)}
    return {name for name in found if not any(name in behind[other] for other in found - {name})}


def standing(line: Iterable[Signed]) -> set[str]:
    """The batches that a branch proposed and did not cancel."""
    found: set[str] = set()
    for one in line:
        if one.entry.act is Act.BATCH:
            found.add(one.entry.said["name"])
        elif one.entry.act is Act.CANCEL:
            found.discard(one.entry.said["batch"])
    return found


def held_in(state: LedgerState, one: Signed, unpack: Unpack) -> Contents:
    """The contents of a branch's BATCH; the order in which its rules were checked is not known here.

    Its pieces may have come back to a restored central behind it. Raises `LedgerRefused` for what no desk can have
    accepted in any branch, whatever stood before it: an entry that one coordinator made up counts for nothing.
    """
    said, held = one.entry.said, unpack(replace(one, place=None))
    batch = proposed(state, one, held)
    if not held.classes or (state.profiles and said["profile"] not in state.profiles):
        raise LedgerRefused("empty" if not held.classes else "profile")
    require_frozen(LedgerState(), said["name"], held.classes)
    require_once(LedgerState(), held.classes)
    require_recipients(said["recipients"], [file["recipient"] for file in said["files"]], held.classes)
    require_groups(held.classes, batch.k, batch.m)
    return held


def made_by_two(
    batches: Iterable[Signed], entries: Iterable[Signed], prevs: Mapping[str, tuple[str, ...]]
) -> list[Signed]:
    """The `batches` (BATCH) that another person approved, with a later LEAVE.

    An approval is of a batch that stood in the log as its author saw it: if it does not now, there was another branch.
    """
    proposed_here = [one for one in batches if one.may]
    if not proposed_here:
        return []
    steps: dict[str, list[Signed]] = defaultdict(list)
    for one in entries:
        if one.may and one.entry.act in (Act.APPROVE, Act.LEAVE):
            steps[one.entry.said["batch"]].append(one)
    return [one for one in proposed_here if _is_made_by_two(one, steps[one.entry.said["name"]], prevs)]


def _is_made_by_two(batch: Signed, steps: Sequence[Signed], prevs: Mapping[str, tuple[str, ...]]) -> bool:
    approvals = {
        one.name
        for one in steps
        if one.entry.act is Act.APPROVE and one.by != batch.by and batch.name in lineage(one.name, prevs)
    }
    leaves = (one.name for one in steps if one.entry.act is Act.LEAVE)
    return bool(approvals) and any(not approvals.isdisjoint(lineage(name, prevs)) for name in leaves)
