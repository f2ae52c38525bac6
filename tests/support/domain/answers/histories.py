"""Drawn histories of acts, by desks that knew of each other or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Final, NamedTuple

TODAY: Final = date(2026, 3, 31)
HASH: Final = "1a" * 32
ROLES: Final = ("lawyer", "lawyer", "lawyer", "coordinator", "interviewer")


class Head(NamedTuple):
    """What every act has. `twin`: whether its number is another's too."""

    id: str
    day: date
    after: frozenset[str]
    signer: str
    role: str
    active: bool


def id_of(number: int) -> str:
    return f"{number:032x}"


def short(name: str) -> str:
    """An id as it is noted: without its noughts."""
    return name.lstrip("0") or name


def histories(seed: int, many: int = 60) -> Iterator[tuple[str, Random, list[Head]]]:
    """Acts of which each has seen some of the others: mostly earlier ones, rarely a later one or itself."""
    dice = Random(seed)
    for number in range(many):
        made: list[Head] = []
        for place in range(1, dice.randint(3, 8)):
            name = id_of(dice.randint(1, place) if dice.random() < 0.08 else place)
            known = [id_of(one) for one in range(1, place) if dice.random() < 0.55]
            strange = [id_of(dice.randint(1, 8))] if dice.random() < 0.08 else []
            signer = dice.choice(("al", "bo", "cy"))
            day = TODAY + timedelta(days=dice.randint(-2, 2))
            made.append(Head(name, day, frozenset(known + strange), signer, dice.choice(ROLES), dice.random() < 0.85))
        yield f"{number}", dice, made


def ids(found: Iterable[Any], name: Callable[[Any], str]) -> str:
    return " ".join(short(name(one)) for one in found)
