"""Assigns accounts to incidents for counting, so that incidents are never overcounted.

Classes of linked and similar accounts (`pseudonyms`) would count an account with few details as an incident of its own,
although it may describe any other incident. Such an account gets no incident here and adds nothing to the count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from testimony.domain.incidents import equivalence

ANY: Final = ""
"""In the place of a name: it may be any incident, also one that others tell of."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an account says of its incident. `part`: the segment of the border, "" where it is not known which."""

    month: str
    border: str
    part: str

    @property
    def around(self) -> tuple[str, str]:
        """What any account of this incident says that says both."""
        return self.month, self.border

    @property
    def answers(self) -> tuple[str, ...]:
        return self.month, self.border, self.part


def names(told: Mapping[str, Told | None], linked: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Testimony -> the name of its incident, or `ANY`, for each of `told`: what it says of it.

    `linked`: the ids that a lawyer gave it. Of two names that are not `ANY` the incidents are two, as far as accounts
    say what was and lawyers know it.
    """
    nothing: tuple[str, ...] = ()
    alike = {tid: one.answers if one else nothing for tid, one in told.items()}
    classes = equivalence.classes(alike, linked, apart={nothing})
    exact = {tid: one.around for tid, one in told.items() if one and one.part}
    everybodys = frozenset(exact.values())
    nobodys = frozenset(around for tid, around in exact.items() if not linked.get(tid))
    firm, loose = _around(classes, told, exact=True), _around(classes, told, exact=False)

    def counts(tid: str) -> bool:
        one, name = told[tid], classes[tid]
        if linked.get(tid):  # nobody else's may be it, of the month and border of which it says no part
            return bool(firm[name] or loose[name]) and nobodys.isdisjoint(loose[name] - firm[name])
        return one is not None and (bool(one.part) or one.around not in everybodys)

    return {tid: classes[tid] if counts(tid) else ANY for tid in told}


def _around(
    classes: Mapping[str, str], told: Mapping[str, Told | None], *, exact: bool
) -> Mapping[str, set[tuple[str, str]]]:
    """For each class, the months and borders of its accounts that say, or do not say, which part of it."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for tid, one in told.items():
        if one and bool(one.part) is exact:
            found[classes[tid]].add(one.around)
    return found
