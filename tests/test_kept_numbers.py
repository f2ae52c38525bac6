"""A limit, a default or a number of a list changes only on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support import kept_numbers


@pytest.mark.parametrize("package", kept_numbers.PACKAGES)
def test_each_number_is_the_one_that_was_noted(package: str) -> None:
    """A change that is meant: `python -m tests.support.kept_numbers`, and look at what changed.

    New ones need not be noted at once, so that two changes beside each other do not collide.
    """
    found, noted = _flat(kept_numbers.in_a_program_of_its_own(package)), _flat(kept_numbers.noted(package))
    both = found.keys() & noted.keys()
    assert {name: (noted[name], found[name]) for name in both if noted[name] != found[name]} == {}
    assert len(both) > 0.9 * len(found), "most are not noted any more"


def _flat(stated: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {f"{module}.{name}": value for module, names in stated.items() for name, value in names.items()}
