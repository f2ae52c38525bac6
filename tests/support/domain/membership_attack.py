"""Somebody who knows half of all accounts in full guesses from published tables whether a person is among the others.

The numbers behind the sentences on groups of people are taken for printed, which is more than anybody reads.
The attacker knows the target in full and its month of admission, and every account that is held back, takes the other
accounts from statistics (a Gaussian over all published cells) and accuses those whose being in it makes the numbers
likelier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Protocol, TypeVar

import numpy as np

from testimony.domain.tables import count, times
from testimony.domain.tables.account import Counted
from testimony.domain.tables.count import BACK, CONSENT, COUNTED, HELD, REVIEW, TAKEN
from testimony.domain.tables.groups import GROUP
from testimony.domain.tables.offsets import Offsets, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH, NATIONALITY, PERSON
from testimony.domain.tables.rows import ALL, rest_code
from tests.support.domain.told_accounts import population

YEAR: Final = 2026
STATISTICS: Final = 3000
"""Accounts of the same population, from which the attacker knows how often what is told."""
NOISE: Final = 4.0
"""The variance of rounding to base 5 by an offset that is not known."""
HELD_BACK: Final = 6
"""Of so many accounts one more is held back, for want of consent or of review."""
T = TypeVar("T", contravariant=True)
Cell = tuple[tuple[str, str], ...]
Back = tuple[tuple[Counted, str], ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """`auc`: how often a member looks likelier than another. `right`: how many of the likelier half are members.

    `surest`: how many of the likeliest tenth are.
    """

    auc: float
    right: float
    surest: float


def attack(
    layers: dict[Kind, int],
    *,
    accounts: int,
    seed: int,
    only: Sequence[int] = range(1, 13),
    variety: float = 0.1,
    stories: int = 0,
) -> Found:
    """Over a year of files with these layers. `only`: the months of admission of those who are accused.

    `stories`: how many further accounts are published as stories. The attacker takes each for an account that is known
    in full, with its month of admission, which is more than a story says.
    As many other accounts of the same population are the decoys.
    """
    random = Random(seed)
    everybody = population(2 * accounts, seed, variety=variety)
    random.shuffle(everybody)
    inside = everybody[:accounts]
    months = [1 + number * 12 // accounts for number in range(accounts)]
    order = list(range(accounts))
    random.shuffle(order)
    known = set(order[: accounts // 2 + stories])
    decoys = everybody[accounts : 2 * accounts - len(known)]
    plan = Plan(year=YEAR, layers=layers, borders=(), codebook="1")
    offsets = Offsets.of(random.randbytes(32))
    members, others = list[float](), list[float]()
    elsewhere = population(STATISTICS, seed + 1000, variety=variety)
    back = tuple((one, random.choice((CONSENT, REVIEW))) for one in elsewhere[: accounts // HELD_BACK])
    made: dict[str, File] = {}
    for month in only:
        for label in set(_labels(layers, month)) - made.keys():
            made[label] = File(label, plan, inside, months, known, elsewhere, offsets, back)
        judge = Judge([made[label] for label in _labels(layers, month)])
        members += judge.scores([inside[n] for n in range(accounts) if months[n] == month and n not in known])
        others += judge.scores(decoys[(month - 1) * len(decoys) // 12 : month * len(decoys) // 12])
    return judged(members, others)


def _labels(layers: dict[Kind, int], month: int) -> list[str]:
    """The files that count an account of this month, the shortest period first."""
    labels = {
        Kind.MONTH: f"{YEAR}-{month:02d}", Kind.QUARTER: f"{YEAR}-Q{(month + 2) // 3}", Kind.YEAR: str(YEAR),
    }  # fmt: skip
    return [label for kind, label in labels.items() if kind in layers]


class Known(Protocol[T]):
    """What somebody holds. `rest`: its numbers without the accounts that they know; `unknown`: how many remain.

    `of_all`: the features of other accounts of the same population. `noise`: the variance of each number.
    """

    rest: Any
    unknown: int
    of_all: Any
    noise: Any

    def features(self, accounts: Sequence[T]) -> Any: ...


class File:
    """One file: what is published, what the known accounts explain of it, and how many are not known."""

    def __init__(
        self,
        label: str,
        plan: Plan,
        inside: Sequence[Counted],
        months: Sequence[int],
        known: set[int],
        everybody: Sequence[Counted],
        offsets: Offsets,
        back: Back,
    ) -> None:
        period = Period.of(label)
        held = [n for n in range(len(inside)) if period.contains(Period.of(f"{YEAR}-{months[n]:02d}"))]
        made = _publish([inside[n] for n in held], plan, period, offsets, back)
        cells = [name for name in made.numbers if name.unit is Unit.ACCOUNTS]
        self._made, self._period = made, period
        self._index = {name.cell: at for at, name in enumerate(cells)}
        numbers = np.array([made.numbers[name] for name in cells], dtype=float)
        self.rest = numbers - self.features([inside[n] for n in held if n in known]).sum(axis=0)
        for cell in (cell for one in back for cell in _cells_of_held(*one, made)):
            if cell in self._index:
                self.rest[self._index[cell]] -= 1
        self.unknown = sum(1 for n in held if n not in known)
        self.of_all = self.features(everybody)
        self.noise = np.full(len(numbers), NOISE)

    def features(self, accounts: Sequence[Counted]) -> Any:
        """For each account the cells that count it."""
        found = np.zeros((len(accounts), len(self._index)))
        for at, one in enumerate(accounts):
            columns = [self._index[cell] for cell in _cells(one, self._made, self._period) if cell in self._index]
            found[at, columns] = 1
        return found


class Judge:
    """The likelihood of the numbers of all files with somebody against the one without."""

    def __init__(self, files: Sequence[Known[Any]]) -> None:
        self._files = files
        sizes = [len(file.rest) for file in files]
        ends = np.cumsum([0, *sizes])
        whole = np.hstack([file.of_all for file in files])
        self._mean = whole.mean(axis=0)
        covariance = np.cov(whole, rowvar=False)
        self._sigma = np.diag(np.concatenate([file.noise for file in files]))
        inner = 0
        for at, file in enumerate(files):  # an account of a shorter period is in all longer ones
            self._sigma[ends[at] :, ends[at] :] += (file.unknown - inner) * covariance[ends[at] :, ends[at] :]
            inner = file.unknown
        expected = np.concatenate([file.unknown * self._mean[ends[at] : ends[at + 1]] for at, file in enumerate(files)])
        self._weights = np.linalg.solve(self._sigma, np.concatenate([file.rest for file in files]) - expected)

    def scores(self, accounts: Sequence[Any]) -> list[float]:
        if not accounts:
            return []
        shift = np.hstack([file.features(accounts) for file in self._files]) - self._mean
        return list(shift @ self._weights - (shift * np.linalg.solve(self._sigma, shift.T).T).sum(axis=1) / 2)


def _publish(accounts: Sequence[Counted], plan: Plan, period: Period, offsets: Offsets, back: Back) -> Published:
    """As the desk counts, without asking whether the period is large enough: the attack is to see what that is for."""
    groups = Counter(code for one, _ in back for code in one.groups)
    held = [(one.border, why) for one, why in back]
    return count.Count(accounts, plan, period, plan.layers[period.kind], offsets, 1).published(held, groups)


def _row(code: str, made: Published) -> str:
    return code if code in made.rows[BORDER] else rest_code(made.rows[BORDER])


def _cells_of_held(one: Counted, why: str, made: Published) -> Iterator[Cell]:
    """The cells that count an account which is held back."""
    for said in (why, TAKEN):
        yield ((HELD, said),)
        yield ((BORDER, _row(one.border, made)), (HELD, said))
    yield from (((GROUP, code), (HELD, BACK)) for code in one.groups)


def _cells(one: Counted, made: Published, period: Period) -> Iterator[Cell]:
    rows: list[dict[str, str]] = [{}]
    for dimension in made.rows:
        code = one.row(dimension)
        rows.append({dimension: code if code in made.rows[dimension] else rest_code(made.rows[dimension])})
    yield ((HELD, TAKEN),)
    yield ((BORDER, _row(one.border, made)), (HELD, TAKEN))
    yield from (((GROUP, code), (HELD, COUNTED)) for code in one.groups)
    for row in rows:
        yield tuple(row.items())
        for question, columns in one.told.items():
            for extra in ((question, column) for column in columns):
                yield tuple(sorted((*row.items(), extra)))
            yield tuple(sorted((*row.items(), ("answered", question))))
        level = made.levels.get(row.get(BORDER, ALL))
        if level and one.when:
            yield tuple(sorted((*row.items(), (MONTH, times.column_of(one.when, level, period)))))
            yield tuple(sorted((*row.items(), ("answered", MONTH))))
        if {NATIONALITY, PERSON} & row.keys():
            yield tuple(sorted((*row.items(), (BORDER, one.border))))


def judged(members: Sequence[float], others: Sequence[float]) -> Found:
    lots = Random(0)  # for those who look alike
    ranked = sorted([(score, lots.random(), 1) for score in members] + [(score, lots.random(), 0) for score in others])
    below = Counter[int]()
    wins = 0
    for _, _, member in ranked:
        wins += below[0] if member else 0
        below[member] += 1
    half, tenth = ranked[len(ranked) // 2 :], ranked[-(len(ranked) // 10) :]
    return Found(
        auc=wins / (len(members) * len(others)),
        right=sum(member for _, _, member in half) / len(half),
        surest=sum(member for _, _, member in tenth) / len(tenth),
    )
