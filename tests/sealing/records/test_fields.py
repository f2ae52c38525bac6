"""A field of a statement has its form and its length to the last character."""

from __future__ import annotations

import pytest

from testimony.errors import Refused
from testimony.sealing.records import fields


def test_a_text_has_at_most_200_characters_unless_its_statement_says_otherwise() -> None:
    assert fields.text("ع" * 200) == "ع" * 200
    assert fields.text("four", 4) == "four"
    for value, longest in (("a" * 201, 200), ("a" * 5, 4), ("", 200), ("a\0b", 200), (b"bytes", 200), (None, 200)):
        with pytest.raises(Refused) as refused:
            fields.text(value, longest) if longest != 200 else fields.text(value)
        assert refused.value.rule == "structure"
