"""A rule says of the same case what it said before, unless a change is meant."""

from __future__ import annotations

import pytest

from tests.support.domain.answers import noted


@pytest.mark.parametrize(("group", "rule"), noted.NAMES)
def test_each_rule_says_what_was_noted(group: str, rule: str) -> None:
    """A change that is meant: `python -m tests.support.domain.answers.noted`, and look at what changed."""
    found, before = noted.stated(group, rule), noted.noted(group, rule)
    assert found.keys() == before.keys()
    assert {case: (before[case], said) for case, said in found.items() if said != before[case]} == {}
