"""Count what chosen testimonies say on each theme of the civil-society letter, without saying whose answer it is.

It counts the answers as lawyers corrected them, at the detail levels of the coded account, and those that only lawyers
get, too. It contains no words of any witness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from testimony.anonymity import small_counts
from testimony.answer import read
from testimony.domain.coding.coded_account import SEVERAL, Definition, floor_codes, for_lawyers, is_at_floor
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Form

LEAST: Final = 3
"""Smaller numbers are suppressed, and so are those from which a smaller one can be worked out."""
UNKNOWN: Final = ""
"""The answer of those who gave none: not known, refused, not asked, or lawyers differ."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question. `counts`: (code, how many testimonies), in list order; None if suppressed."""

    field: str
    counts: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, kw_only=True)
class Theme:
    """`told`: how many testimonies answer some question on it; None if suppressed."""

    code: str
    told: int | None
    questions: tuple[Answered, ...]


def count(accounts: Sequence[Mapping[str, Any]]) -> list[Theme]:
    """The themes that some of the coded accounts (field -> answer) mention, in order."""
    told = [{name: codes for name in _asked() if (codes := _codes(name, one))} for one in accounts]
    found = [_theme(code, told) for code in Codebook.load().themes]
    return [one for one in found if one.questions]


def visible(counts: Mapping[str, int], total: int, *, several: bool) -> dict[str, int | None]:
    """`counts` of `total` testimonies, suppressed if one is below `LEAST` or would reveal one that is.

    `several`: a testimony may have several answers, so each number reveals only how many do not have that answer.
    """
    if several:
        shown = {
            code: number >= LEAST and (number == total or total - number >= LEAST) for code, number in counts.items()
        }
    else:
        limit = small_counts.least_shown([*counts.values()], least=LEAST)
        shown = {code: limit is not None and number >= limit for code, number in counts.items()}
    return {code: number if shown[code] else None for code, number in counts.items()}


def _asked() -> list[str]:
    """The questions whose answers may leave, except dates, which are not countable."""
    return [one.id for one in Form.load().fields if one.export != "never" and one.themes and one.type != "date"]


@cache
def _definition() -> Definition:
    return for_lawyers(Form.load().value)


def _codes(name: str, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The answers with codes of the list; nothing if it was not answered, or not with a code of ours."""
    answer = answers.get(name)
    if not isinstance(answer, Mapping) or not is_at_floor(name, answer, _definition()):
        return ()
    value = read(answer).get("value")
    return tuple(map(str, value if isinstance(value, list) else [] if value is None else [value]))


def _theme(code: str, told: Sequence[Mapping[str, tuple[str, ...]]]) -> Theme:
    names = [name for name in _asked() if code in Form.load().field(name).themes]
    answering = sum(any(name in one for name in names) for one in told)
    shown = visible({"": answering}, len(told), several=True)[""]
    questions = tuple(_answered(name, told) for name in names if any(name in one for one in told))
    return Theme(code=code, told=shown, questions=questions)


def _answered(name: str, told: Sequence[Mapping[str, tuple[str, ...]]]) -> Answered:
    field = Form.load().field(name)
    counts = Counter(each for one in told for each in one.get(name, (UNKNOWN,)))
    shown = visible(counts, len(told), several=field.type in SEVERAL)
    return Answered(field=name, counts=tuple((one, shown[one]) for one in _ordered(counts, name) if one in shown))


def _ordered(codes: Iterable[str], name: str) -> list[str]:
    known = [*(floor_codes(name, _definition()) or ()), UNKNOWN]
    return sorted(codes, key=known.index)
