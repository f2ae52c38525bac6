"""Corrections of codes: of the incident for lawyers, and of the generalised coded account for coordinators.

The original never changes. `Correction` replaces one answer of the incident; `Recoding` gives the resulting coded
account, made by `coded_account.generalise` and read through `coded_account.is_at_floor`. A desk cannot vouch for what
another desk sealed, so readers ignore any value that is finer than a floor.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol, TypeVar

from testimony.answer import MISSING, Answers
from testimony.domain.coding import coded_account
from testimony.domain.coding.acts import FIELD, CodingAct, Stands, head_of, head_value
from testimony.domain.errors import EventUnreadable
from testimony.domain.values import matched

KIND = "correction"
RECODING = "recoding"
REASONS: Final = ("clerical", "misheard", "interpreting", "witness", "account", "evidence", "mistaken", "other")
"""Why: written down wrongly; heard wrongly; interpreted wrongly; the witness said so later; the account says otherwise;
other evidence; an earlier correction was the mistake; another reason."""
MOST_CODES = 200  # in one answer, and answers in one recoding
LONGEST = 40
UNKNOWN: Final[Mapping[str, Any]] = {"missing": "unk"}
"""What counts of a code about which desks differ."""

Answer = Mapping[str, Any]


class Answering(CodingAct, Protocol):
    """An act that gives a code an answer: None says that the original stands, {} that there is none."""

    def answer_to(self, code: str) -> Answer | None: ...


G = TypeVar("G", bound=Answering)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """`answer`: {"value"…} or {"missing"…}; None: the original stands again. `reason`: one of `REASONS`."""

    id: str
    field: str
    answer: Answer | None
    reason: str
    day: date
    after: frozenset[str] = frozenset()

    @property
    def about(self) -> frozenset[str]:
        return frozenset({self.field})

    def answer_to(self, code: str) -> Answer | None:
        """The same whatever `code`: it is about one."""
        return self.answer

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(correction.to_value()) == correction`."""
        return {**head_value(self), "field": self.field, "answer": self.answer, "reason": self.reason}

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Correction:
        """Raises `EventUnreadable`."""
        if value.get("reason") not in REASONS:
            raise EventUnreadable("reason")
        answer = value.get("answer")
        return cls(
            field=matched(value.get("field"), FIELD),
            answer=None if answer is None else _answer(answer),
            reason=str(value["reason"]),
            **head_of(value),
        )


@dataclass(frozen=True, kw_only=True)
class Recoding:
    """`answers`: what each of these fields of the coded account is now; {}: there is no such answer."""

    id: str
    answers: Mapping[str, Answer]
    day: date
    after: frozenset[str] = frozenset()

    @property
    def about(self) -> frozenset[str]:
        return frozenset(self.answers)

    def answer_to(self, code: str) -> Answer:
        """Raises KeyError for a code that it is not about."""
        return self.answers[code]

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(recoding.to_value()) == recoding`."""
        return {**head_value(self), "answers": {name: dict(answer) for name, answer in self.answers.items()}}

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Recoding:
        """Raises `EventUnreadable`."""
        answers = value.get("answers")
        if not isinstance(answers, Mapping) or not 0 < len(answers) <= MOST_CODES:
            raise EventUnreadable("structure")
        read = {matched(name, FIELD): {} if answer == {} else _answer(answer) for name, answer in answers.items()}
        return cls(answers=read, **head_of(value))


def candidates(original: Answers, stands: Stands[G], code: str) -> list[Answer]:
    """What `code` may be: one answer where desks agree, several where they differ; {} is none."""
    sealed = original.get(code)
    own: Answer = sealed if isinstance(sealed, Mapping) else {}  # a dishonest phone may have sealed anything
    latest = [one.act.answer_to(code) for one in stands.latest(code)]
    return _unlike([own if answer is None else answer for answer in latest] or [own])


def effective(original: Answers, stands: Stands[G], code: str) -> tuple[Answer, bool]:
    """What counts of `code`, and whether desks differ about it: then it counts as unknown until one speaks for all."""
    found = candidates(original, stands, code)
    return (found[0], False) if len(found) == 1 else (UNKNOWN, True)


def recoded(original: Answers, stands: Stands[Correction], definition: coded_account.Definition) -> dict[str, Answer]:
    """What the coded account is in every field that a correction of the incident `original` reaches.

    Where desks differ, and what they say is not the same at its floor, it is unknown.
    """
    names = {name for field in stands.codes for name in coded_account.reached_by(field, definition)}
    return {name: _in_order(name, _coded(name, original, stands, definition), definition) for name in sorted(names)}


def alike(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same: the order of several codes says nothing."""
    return _plain(one) == _plain(other)


def is_answer(field: str, answer: Answer, definition: coded_account.Definition) -> bool:
    """Whether a correction may give this answer to a field of the form: of its list, a number, a date, or missing."""
    asked = definition["fields"].get(field)
    if asked is None or asked["compartment"] != "incident":
        return False
    if answer.keys() == {"missing"}:
        return answer["missing"] in MISSING
    return answer.keys() == {"value"} and _is_value(answer["value"], asked, definition)


def _is_value(value: Any, asked: Mapping[str, Any], definition: coded_account.Definition) -> bool:
    if asked["type"] == "date":
        return is_date(value)
    if asked["type"] == "int":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 99_999
    if (
        asked["type"] not in coded_account.ONE and asked["type"] not in coded_account.SEVERAL
    ):  # rows of a repeat are not rewritten here
        return False
    known = definition["lists"].get(asked.get("list"), {"options": ()})["options"]
    told = value if isinstance(value, list) else [value]
    codes = [option["code"] for option in known if option["code"] in told and option["code"] not in MISSING]
    alone = {option["code"] for option in known if option.get("exclusive")}
    if isinstance(value, list) is not (asked["type"] in coded_account.SEVERAL) or codes != told:
        return False
    return len(codes) == 1 or not alone.intersection(codes)


def is_date(value: Any) -> bool:
    """A day, month, year or quarter as an incident holds it, of a day that there was."""
    if not isinstance(value, str) or not (
        coded_account.DAY_OR_LESS.fullmatch(value) or coded_account.QUARTER.fullmatch(value)
    ):
        return False
    try:
        date.fromisoformat(value if len(value) == len("2022-02-09") else f"{value[:4]}-01-01")
    except ValueError:
        return False
    return True


def _coded(name: str, original: Answers, stands: Stands[Correction], definition: coded_account.Definition) -> Answer:
    needed = coded_account.made_of(name, definition)
    ways = itertools.product(*(candidates(original, stands, field) for field in needed))
    made = [coded_account.generalise(dict(zip(needed, way, strict=True)), definition).get(name, {}) for way in ways]
    found = _unlike(made)
    return found[0] if len(found) == 1 else UNKNOWN


def _in_order(name: str, answer: Answer, definition: coded_account.Definition) -> Answer:
    """Several codes in the order of the floor's list: that of families would tell which acts they stand for."""
    told = answer.get("value")
    codes = coded_account.floor_codes(name, definition) or []
    return {"value": [code for code in codes if code in told]} if isinstance(told, list) else answer


def _plain(answer: Answer) -> dict[str, Any]:
    told = answer.get("value")
    return {**answer, "value": sorted(map(str, told))} if isinstance(told, list) else dict(answer)


def _unlike(answers: Iterable[Answer]) -> list[Answer]:
    found: list[Answer] = []
    for answer in answers:
        if not any(alike(answer, one) for one in found):
            found.append(answer)
    return sorted(found, key=repr)


def _answer(value: Any) -> dict[str, Any]:
    """{"missing": a code of `MISSING`}, or {"value"}: a text, a number or several texts, all short."""
    if not isinstance(value, Mapping) or len(value) != 1:
        raise EventUnreadable("structure")
    if value.get("missing") in MISSING:
        return {"missing": value["missing"]}
    told = value.get("value")
    if isinstance(told, list) and 0 < len(told) <= MOST_CODES and all(map(_is_short, told)):
        return {"value": list(told)}
    if _is_short(told) or (isinstance(told, int) and not isinstance(told, bool)):
        return {"value": told}
    raise EventUnreadable("structure")


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST
