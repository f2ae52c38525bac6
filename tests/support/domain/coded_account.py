"""Random incidents, and the promise that their coded account holds only known codes, bands and months."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

from testimony.questionnaire.codebook import Codebook

CODEBOOK = Codebook.load()


WRITTEN_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2})?)?")


def require_floor(name: str, answer: dict[str, Any]) -> None:
    """The promise, said from the codebook and not from the code: only known codes, bands, months."""
    field = CODEBOOK.fields[name]
    assert field.coded
    if "missing" in answer:
        assert answer in ({"missing": "unk"}, {"missing": "ref"}, {"missing": "nask"})
        return
    value = answer["value"]
    if field.type == "date":
        assert WRITTEN_DATE.fullmatch(value)
        return
    allowed = {
        "repeat": lambda: {"yes", "no"},
        "int": lambda: set(CODEBOOK.lists[field.band or ""].codes),
    }.get(field.type, lambda: set(CODEBOOK.codes("vio_family" if name == "v_acts" else field.list or "")))()
    assert set(value if isinstance(value, list) else [value]) <= allowed - {"hour", "day", "week"} - {"XXX"}, name


def random_incident(chance: random.Random) -> dict[str, Any]:
    """Answers of every field of the codebook: right ones, wrong ones, and words where no words belong."""
    return {name: random_answer(chance, name) for name in CODEBOOK.fields if chance.random() < 0.9}


def random_answer(chance: random.Random, name: str) -> dict[str, Any]:
    field = CODEBOOK.fields[name]
    codes = [] if field.list in (None, "bcp47") else [*CODEBOOK.codes(field.list or "")]
    date = f"{chance.randrange(1999, 2030)}-{chance.randrange(0, 15):02d}-{chance.randrange(1, 32):02d}"
    good: dict[str, Callable[[], Any]] = {
        "date": lambda: date[: chance.choice([4, 7, 10, 10])],
        "int": lambda: chance.randrange(-2, 300),
        "repeat": lambda: [{"from": "SVN", "to": "HRV", "method": "bus"}] * chance.randrange(4),
        "multi": lambda: chance.sample(codes, min(len(codes), chance.randrange(5))),
        "multi_code": lambda: chance.sample(codes, min(len(codes), chance.randrange(5))),
        "select": lambda: chance.choice(codes or ["x"]),
        "code": lambda: chance.choice(codes or ["x"]),
    }
    bad = ["his name is X", "2022-02-09T10:00", "2018-10..2018-12", ["words", 3, None], {"a": 1}, 1.5, True, None, ""]
    value = good.get(field.type, lambda: "words")() if chance.random() < 0.8 else chance.choice(bad)
    return chance.choice([{"value": value}] * 8 + [{"missing": "ref"}, {"missing": "he said no"}, {}])
