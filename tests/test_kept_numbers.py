"""A limit, a default or a number of a list changes only on purpose."""

from __future__ import annotations

import pytest

from tests.support import kept_numbers


@pytest.mark.parametrize("package", kept_numbers.PACKAGES)
def test_each_number_is_the_one_that_was_noted(package: str) -> None:
    """A change that is meant: `python -m tests.support.kept_numbers`, and look at what changed."""
    found, noted = kept_numbers.in_a_program_of_its_own(package), kept_numbers.noted(package)
    assert {name: one for name, one in found.items() if noted.get(name) != one} == {}
    assert set(noted) == set(found)
