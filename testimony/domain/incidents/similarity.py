"""Finds accounts that may describe the same incident, by place, time, group size, kind of incident and rare words.

Every score can be checked by a person: each reason gives points and is shown in words. The program only suggests; a
lawyer decides.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from testimony.answer import Answers, read

LEAST: Final = 5
"""Points from which two accounts are shown beside each other."""
APART: Final = 14
"""Days between two times, at the nearest, from which they are no one event whatever else agrees."""
MOST_WORDS: Final = 4
"""Shared words that count, a point each."""
FEW: Final = 50
"""While fewer accounts are open nobody can tell which words are rare, so only long ones count."""
LONG, SHORT, SHORT_ELSEWHERE = 6, 4, 3  # letters; scripts without vowels have shorter words

_WORD_ENDS = re.compile(r"""[\s.,;:!?…؟،؛۔।॥።፧፣'"“”‘’«»()\[\]{}<>/\\|*_=+—–-]+""")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:\.\.([0-9]{4})-([0-9]{2}))?", re.ASCII)
_SEGMENT = re.compile(r"[A-Z]{3}-[A-Z]{3}(:[a-z0-9_-]{1,32})?", re.ASCII)
_CODE = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{3}", re.ASCII)
_AROUND: Final = {"hour": 0, "day": 0, "week": 3}


@dataclass(frozen=True, kw_only=True)
class Account:
    """The values that are compared. `segment`: "HRV-BIH:north", "HRV-BIH" where the part is not known, "" unknown.

    `first`, `last`: the days between which it was, as exactly as it was told; None: not known. `size`: of the group.
    """

    segment: str = ""
    first: date | None = None
    last: date | None = None
    size: int | None = None
    type: str = ""

    @property
    def border(self) -> str:
        return self.segment.partition(":")[0]

    @property
    def part(self) -> str:
        """The part of the border; "" if it is not known."""
        part = self.segment.partition(":")[2]
        return "" if part == "all" else part

    @classmethod
    def from_answers(cls, answers: Answers) -> Account:
        """From the opened incident; what is no value of its field says nothing."""
        span = span_of(_value(answers, "i_date"), _value(answers, "i_date_prec"))
        size = _value(answers, "g_size")
        return cls(
            segment=_matched(_SEGMENT, _value(answers, "i_segment")) or _border(answers),
            first=span[0] if span else None,
            last=span[1] if span else None,
            size=size if isinstance(size, int) and not isinstance(size, bool) and 0 < size < 10**6 else None,
            type=_matched(_CODE, _value(answers, "i_type")),
        )


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why: `code` of the kind, the points that it gave (negative: against), and what the two have in common."""

    code: str
    points: int
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Another account that may tell of the same event."""

    tid: str
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        return sum(reason.points for reason in self.reasons)


@dataclass
class Compared:
    """Every account that is compared, with the words of its statements as numbers. Not safe between threads."""

    _tids: list[str] = field(default_factory=list)
    _accounts: list[Account | None] = field(default_factory=list)
    _said: list[array[int]] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)  # testimony -> its place in the lists above
    _vocabulary: dict[str, int] = field(default_factory=dict)
    _who: list[array[int]] = field(default_factory=list)  # word -> places

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, tid: str) -> bool:
        return tid in self._numbers

    def account(self, tid: str) -> Account | None:
        """What is known of it; None where it is not held."""
        place = self._numbers.get(tid)
        return None if place is None else self._accounts[place]

    def hold(self, tid: str, account: Account, folded: Iterable[str]) -> None:
        """From now on this is what the testimony says; `folded` as `search_terms.folded` gives it."""
        self.forget(tid)
        place = self._numbers[tid] = len(self._tids)
        words = {word for text in folded for word in _WORD_ENDS.split(text) if is_compared(word)}
        numbers = array("I", sorted(self._number(word) for word in sorted(words)))
        self._tids.append(tid)
        self._accounts.append(account)
        self._said.append(numbers)
        for number in numbers:
            self._who[number].append(place)

    def forget(self, tid: str) -> None:
        """It is compared no more; what it alone said is kept in no list of places."""
        place = self._numbers.pop(tid, None)
        if place is None:
            return
        for number in self._said[place]:
            self._who[number].remove(place)
        self._tids[place], self._accounts[place], self._said[place] = "", None, array("I")

    def alike(self, tid: str, *, without: Set[str] = frozenset(), most: int = 8) -> list[Alike]:
        """Others that have at least `LEAST` points, those with most first; none of `without`."""
        place = self._numbers.get(tid)
        own = None if place is None else self._accounts[place]
        if place is None or own is None:
            return []
        shared = self._shared(place)
        found: list[tuple[int, int]] = []
        for other, account in enumerate(self._accounts):
            if account is None or other == place or self._tids[other] in without:
                continue
            points = _points(own, account)
            if points is not None:
                points += min(len(shared.get(other, ())), MOST_WORDS)
                if points >= LEAST:
                    found.append((-points, other))
        best = sorted(found, key=lambda one: (one[0], self._tids[one[1]]))[:most]
        chosen = {other: shared.get(other, [])[:MOST_WORDS] for _, other in best}
        words = self._spelt({number for numbers in chosen.values() for number in numbers})
        return [self._similarity_to(own, other, [words[each] for each in numbers]) for other, numbers in chosen.items()]

    def _number(self, word: str) -> int:
        number = self._vocabulary.setdefault(word, len(self._vocabulary))
        if number == len(self._who):
            self._who.append(array("I"))
        return number

    def _shared(self, place: int) -> dict[int, list[int]]:
        """Place -> the rare words that it shares with `place`, those that fewest use first."""
        rare = max(2, len(self._numbers) // 200)
        words = sorted((len(self._who[number]), number) for number in self._said[place])
        wanted = [number for used, number in words if 2 <= used <= rare]
        if len(self._numbers) < FEW:
            long = {number for word, number in self._vocabulary.items() if len(word) >= LONG}
            wanted = [number for number in wanted if number in long]
        shared: dict[int, list[int]] = {}
        for number in wanted:
            for other in self._who[number]:
                shared.setdefault(other, []).append(number)
        return shared

    def _spelt(self, wanted: Set[int]) -> dict[int, str]:
        """The words of those numbers. Looked for from end to end: a second list of all words would be as long again."""
        return {number: word for word, number in self._vocabulary.items() if number in wanted} if wanted else {}

    def _similarity_to(self, own: Account, other: int, words: list[str]) -> Alike:
        account = self._accounts[other] or Account()
        reasons = reasons_of(own, account)
        if words:
            reasons.append(Reason(code="words", points=len(words), shared=tuple(words)))
        return Alike(tid=self._tids[other], reasons=tuple(reasons))


def reasons_of(own: Account, other: Account) -> list[Reason]:
    """What agrees and what does not, of everything but the words."""
    found = [_place(own, other), _time(own, other), _size(own, other), _kind(own, other)]
    return [reason for reason in found if reason is not None]


def span_of(value: Any, precision: Any) -> tuple[date, date] | None:
    """The days between which it was: by what was written, and no finer than `precision` says; a year without one."""
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    precision = precision if isinstance(precision, str) else ""
    try:
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        written = date(year, month, day)
        if match[3] and precision in _AROUND:
            around = timedelta(days=_AROUND[precision])
            return written - around, written + around
        if match[2] and not match[4] and precision in (*_AROUND, "month"):
            return written.replace(day=1), _end_of_month(year, month)
        if match[2] and precision in (*_AROUND, "month", "quarter"):
            first = (month - 1) // 3 * 3 + 1
            return date(year, first, 1), _end_of_month(year, first + 2)
        return date(year, 1, 1), date(year, 12, 31)
    except (ValueError, OverflowError):
        return None


def days_apart(own: Account, other: Account) -> int | None:
    """Between the two times at the nearest, 0 where they may be one; None where one is not known."""
    if own.first is None or own.last is None or other.first is None or other.last is None:
        return None
    return max((other.first - own.last).days, (own.first - other.last).days, 0)


def is_compared(word: str) -> bool:
    """Whether a folded word is long enough to say something."""
    return len(word) >= (SHORT if word.isascii() else SHORT_ELSEWHERE)


def _points(own: Account, other: Account) -> int | None:
    """The points for all reasons except the words; None if they cannot be one event."""
    apart = days_apart(own, other)
    if apart is not None and apart > APART:
        return None
    return sum(reason.points for reason in reasons_of(own, other))


def _place(own: Account, other: Account) -> Reason | None:
    if not own.border or not other.border:
        return None
    if own.border != other.border:
        return OTHER_BORDER
    if own.part == other.part and own.part:
        return Reason(code="segment", points=3, shared=(own.segment,))
    if own.part and other.part:
        return Reason(code="other_part", points=1, shared=(own.border,))
    return Reason(code="border", points=2, shared=(own.border,))


def _time(own: Account, other: Account) -> Reason | None:
    apart = days_apart(own, other)
    if apart is None or own.first is None or own.last is None or other.first is None or other.last is None:
        return None
    if apart:
        return Reason(code="near", points=1, shared=(str(apart),)) if apart <= 3 else FAR
    longest = max((own.last - own.first).days, (other.last - other.first).days)
    if longest == 0:
        return Reason(code="day", points=4, shared=(own.first.isoformat(),))
    if longest <= 6:
        return Reason(code="week", points=3, shared=(max(own.first, other.first).isoformat(),))
    if longest <= 31:
        return Reason(code="month", points=2, shared=(max(own.first, other.first).isoformat()[:7],))
    return Reason(code="year", points=1, shared=(str(max(own.first, other.first).year),))


def _size(own: Account, other: Account) -> Reason | None:
    if own.size is None or other.size is None:
        return None
    low, high = sorted((own.size, other.size))
    if low == high:
        return Reason(code="size", points=2, shared=(str(low),))
    if high <= low * 1.25:
        return Reason(code="near_size", points=1, shared=(str(low), str(high)))
    return Reason(code="other_size", points=-1, shared=(str(low), str(high))) if high > low * 3 else None


def _kind(own: Account, other: Account) -> Reason | None:
    same = own.type and own.type == other.type
    return Reason(code="type", points=1, shared=(own.type,)) if same else None


OTHER_BORDER: Final = Reason(code="other_border", points=-3)
FAR: Final = Reason(code="far", points=0)


def _border(answers: Answers) -> str:
    origin, destination = (_matched(_COUNTRY, _value(answers, name)) for name in ("i_from", "i_to"))
    return f"{origin}-{destination}" if origin and destination else ""


def _value(answers: Mapping[str, Any], name: str) -> Any:
    answer = answers.get(name)
    return read(answer).get("value") if isinstance(answer, Mapping) else None


def _matched(form: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and form.fullmatch(value) else ""


def _end_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
