"""The same records are the same release at every desk and in every version, unless a change is meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.anonymity import kept


@pytest.mark.parametrize("name", kept.STATED)
def test_the_engine_makes_what_was_noted(name: str) -> None:
    """A change that is meant: `python -m tests.support.anonymity.kept`, and look at what changed."""
    found, noted = kept.stated(name), kept.noted()[name]
    assert found.keys() == noted.keys()
    assert {what: (noted[what], said) for what, said in _different(found, noted)} == {}


def _different(found: dict[str, Any], noted: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(what, said) for what, said in found.items() if said != noted[what]]
