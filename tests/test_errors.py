"""Every refusal has a sentence for each of its reasons, and can be said wherever it is caught."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest

import testimony
from testimony.errors import TestimonyError

PACKAGE = Path(testimony.__file__).parent
FILLED = re.compile(r"%\((\w+)\)")


def refusals() -> Iterator[tuple[type[TestimonyError], str, str]]:
    for file in sorted(PACKAGE.rglob("errors.py")):
        module = importlib.import_module(".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts))
        for kind in vars(module).values():
            if not (isinstance(kind, type) and issubclass(kind, TestimonyError) and hasattr(kind, "REASONS")):
                continue
            if next(iter(signature(kind).parameters), None) == "reason":
                yield from ((kind, *each) for each in kind.REASONS.items())


@pytest.mark.parametrize(
    ("kind", "reason", "sentence"), [pytest.param(*one, id=f"{one[0].__name__} {one[1]}") for one in refusals()]
)
def test_a_refusal_says_its_sentence(kind: type[TestimonyError], reason: str, sentence: str) -> None:
    values = dict.fromkeys(FILLED.findall(sentence), 3) if "values" in signature(kind).parameters else {}
    error = kind(reason, **values)  # type: ignore[call-arg]
    assert str(error) == (sentence % error.values if error.values else sentence)
    assert not FILLED.search(str(error))
