"""What a sealed statement may hold changes only on purpose: desks of another version read it too."""

from __future__ import annotations

import json

import pytest

from tests.support.domain import statements
from tests.support.domain.statement_examples import EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_field_of_a_statement_holds_what_was_noted(name: str) -> None:
    """A change that is meant: `python -m tests.support.domain.statements`, and look at what changed."""
    found, noted = json.loads(json.dumps(statements.stated(name))), statements.noted()[name]
    assert {field: said for field, said in found.items() if said != noted.get(field)} == {}
    assert list(found) == list(noted)
