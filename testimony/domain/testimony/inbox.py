"""The list of testimonies at a desk: the codes in its rows, and its filters and sort orders.

Pure code: services/inbox/inbox.py opens the testimonies for it. Every value is a code of a fixed list, a day, a number
or an id of the roster. No word of a testimony is here, and no question asks for the label, so none can get into an
address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final

from testimony.domain.consent.purposes import Purpose
from testimony.domain.review.review import ReviewState
from testimony.domain.testimony.languages import AUTONYMS

CONSENT: Final = ("release", "lawyer", "nothing", "on_hold", "expired", "taken_back", "unreadable")
"""What may be done: leave in a release, be worked on by lawyers, or neither; and what stands in the way of more."""
USE: Final = re.compile(rf"(?:{'|'.join(Purpose)}) [a-z0-9][a-z0-9._-]{{0,63}}", re.ASCII)
"""A use that may be made today, by its purpose and the code of its recipient."""
FLAGS: Final = (
    "withdrawn", "ended", "damaged", "broken", "unverified", "incomplete", "partial", "closed", "uncoded",
    "untranslated", "second", "media", "media_coming",
)  # fmt: skip
"""In the order in which a reader wants to know them."""
GIVEN: Final = ("me", "nobody", "somebody")
SORTS: Final = ("arrival", "date", "number", "state", "place")
NEWEST_FIRST: Final = frozenset({"arrival", "date"})
PERIODS: Final = {"week": 7, "month": 30, "quarter": 91, "year": 365}  # days back from today
PLACE: Final = re.compile(r"[A-Z]{3}-[A-Z]{3}(:[a-z0-9_-]{1,32})?", re.ASCII)
KIND: Final = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
MONTH: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?", re.ASCII)
WHOLE: Final = ":all"
"""Ends the code of a border that has no parts."""
DAY: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


class Unasked(ValueError):
    """A question that is not in the codes of this module."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One testimony. `read`: whether it was opened for the list; until then number, arrival and review say something.

    `day`: taken down. `place`: "HRV-BIH:north" or "HRV-BIH". `kind`: of incident. `month`: of it, as coarse as coded.
    `consent`: codes of `CONSENT`, and what matches `USE`. `acts`: of violence, as this reader has them coded.
    `gender`, `age`, `nationality`: of the witness, as coded.
    `languages`: BCP 47, of the statements; at a coordinator's desk of the talk about consent. `opens`: the parts that
    this key opens. `further`: the manifest of an earlier one of the same witness, as this one names it. `label`: the
    lawyers' private one, free text; empty at every other desk.
    """

    tid: str
    manifest: str
    arrival: int
    read: bool = False
    day: str = ""
    place: str = ""
    kind: str = ""
    month: str = ""
    acts: frozenset[str] = frozenset()
    gender: str = ""
    age: str = ""
    nationality: str = ""
    languages: tuple[str, ...] = ()
    consent: frozenset[str] = frozenset()
    state: ReviewState = ReviewState.NEW
    assigned: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    opens: tuple[str, ...] = ()
    further: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which rows: every one that is asked for must be met; an empty one asks for nothing. `month`: of the incident, or
    its year. `since`/`until`: days, both of them meant. `turned`: the order from its end."""

    state: str = ""
    given: str = ""
    place: str = ""
    language: str = ""
    month: str = ""
    act: str = ""
    kind: str = ""
    consent: str = ""
    flag: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    sort: str = "arrival"
    turned: bool = False

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Question:
        """From JSON; absent is not asked. Raises `Unasked` for what is no code of ours."""
        known: dict[str, Any] = {}
        for each in fields(cls):
            if each.name not in value:
                continue
            said = value[each.name]
            if each.name == "turned":
                if type(said) is not bool:
                    raise Unasked(each.name)
            elif not isinstance(said, str) or (said and not ALLOWED[each.name](said)):
                raise Unasked(each.name)
            known[each.name] = said
        made = cls(**known)
        return made if made.sort else replace(made, sort="arrival")

    @classmethod
    def forgiving(cls, value: Mapping[str, str]) -> Question:
        """From an address: what is no code asks for nothing. Days, months and acts are in no address."""
        told: dict[str, Any] = {
            name: said for name, said in value.items() if name in CODES and said and ALLOWED[name](said)
        }
        return cls(**told, turned=value.get("turned") == "yes")

    @property
    def codes(self) -> dict[str, str]:
        """What an address may hold of it; `forgiving(question.codes)` asks the same but for days, month and act."""
        said = {name: str(getattr(self, name)) for name in CODES if getattr(self, name) != getattr(EMPTY, name)}
        return said | ({"turned": "yes"} if self.turned else {})

    def without(self, name: str) -> dict[str, str]:
        """The same codes, except the one called `name`."""
        return {code: said for code, said in self.codes.items() if code != name}

    @property
    def value(self) -> dict[str, Any]:
        """`parse(question.value) == question`."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return replace(self, sort=EMPTY.sort, turned=False) != EMPTY


CODES: Final = ("state", "given", "place", "language", "kind", "consent", "flag", "period", "sort")
ALLOWED: Final[Mapping[str, Callable[[str], bool]]] = {
    "state": lambda said: said in frozenset(map(str, ReviewState)),
    "given": GIVEN.__contains__,
    "place": lambda said: PLACE.fullmatch(said) is not None,
    "language": AUTONYMS.__contains__,
    "kind": lambda said: KIND.fullmatch(said) is not None,
    "month": lambda said: MONTH.fullmatch(said) is not None,
    "act": lambda said: KIND.fullmatch(said) is not None,
    "consent": lambda said: said in CONSENT or USE.fullmatch(said) is not None,
    "flag": FLAGS.__contains__,
    "period": PERIODS.__contains__,
    "since": lambda said: DAY.fullmatch(said) is not None,
    "until": lambda said: DAY.fullmatch(said) is not None,
    "sort": SORTS.__contains__,
}
EMPTY: Final = Question()


def asked(
    rows: Iterable[Row], question: Question, *, me: str, today: date, only: Collection[str] | None = None
) -> list[Row]:
    """The `rows` that `question` asks for, in its order; `only`: of these testimonies. `me`: id of the reader."""
    tests = list(_tests(question, me, today))
    found = [row for row in rows if (only is None or row.tid in only) and all(test(row) for test in tests)]
    return _in_order(found, question)


def places(rows: Iterable[Row]) -> tuple[str, ...]:
    """What a list of places offers: the borders of `rows`, each before its parts; one without parts stands once."""
    said = {row.place for row in rows if row.place}
    return tuple(sorted({place.removesuffix(WHOLE) for place in said} | {place.partition(":")[0] for place in said}))


def months(rows: Iterable[Row]) -> tuple[str, ...]:
    """What a list of months offers: those of `rows`, newest first, each year before its months."""
    said = {row.month for row in rows if row.month}
    return tuple(sorted(said | {month[:4] for month in said}, key=lambda month: month.ljust(7, "~"), reverse=True))


def _tests(question: Question, me: str, today: date) -> Iterable[Callable[[Row], bool]]:
    if question.state:
        yield lambda row: row.state == question.state
    if question.given:
        yield {
            "me": lambda row: me in row.assigned,
            "nobody": lambda row: not row.assigned,
            "somebody": lambda row: bool(row.assigned),
        }[question.given]
    if question.place:
        part = f"{question.place}:"
        yield lambda row: row.place == question.place or row.place.startswith(part)
    if question.language:
        yield lambda row: question.language in row.languages
    if question.month:
        yield lambda row: row.month.startswith(question.month)
    if question.act:
        yield lambda row: question.act in row.acts
    if question.kind:
        yield lambda row: row.kind == question.kind
    if question.consent:
        yield lambda row: question.consent in row.consent
    if question.flag:
        yield lambda row: question.flag in row.flags
    since = max(question.since, _since(question.period, today))
    if since:
        yield lambda row: row.day >= since
    if question.until:
        yield lambda row: "" < row.day <= question.until


def _since(period: str, today: date) -> str:
    return (today - timedelta(days=PERIODS[period])).isoformat() if period else ""


def _in_order(rows: list[Row], question: Question) -> list[Row]:
    """The newest first, numbers and places ascending; `turned` the other way. What is not known stands last."""
    key: Callable[[Row], Any] = WORTH[question.sort]
    newest = sorted(rows, key=lambda row: row.arrival, reverse=True)  # beside each other the newest first
    known = [row for row in newest if key(row) != ""]
    unknown = [row for row in newest if key(row) == ""]
    backwards = (question.sort in NEWEST_FIRST) is not question.turned
    return sorted(known, key=key, reverse=backwards) + unknown


ORDER: Final = {state: place for place, state in enumerate(
    (ReviewState.NEW, ReviewState.IN_REVIEW, ReviewState.NEEDS_INFORMATION,
     ReviewState.CLEARED, ReviewState.NOT_FOR_RELEASE)
)}  # fmt: skip
WORTH: Final[Mapping[str, Callable[[Row], Any]]] = {
    "arrival": lambda row: row.arrival,
    "date": lambda row: row.day,
    "number": lambda row: row.tid,
    "state": lambda row: ORDER[row.state],
    "place": lambda row: row.place,
}
