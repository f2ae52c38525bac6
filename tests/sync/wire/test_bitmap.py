"""The bitmap of what is lacking: one bit a name, and nothing that could be read in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.sync.wire import bitmap


@given(st.lists(st.booleans(), max_size=70))
def test_what_is_written_is_read(bits: list[bool]) -> None:
    names = [f"{number:064x}" for number in range(len(bits))]
    lacking = {name for name, bit in zip(names, bits, strict=True) if bit}
    assert bitmap.read(names, bitmap.write(names, lacking)) == lacking


def test_the_first_name_is_the_highest_bit() -> None:
    names = list("abcdefghi")
    assert bitmap.write(names, {"a", "i"}) == "8080"
    assert bitmap.write(names, {"b", "h"}) == "4100"


@pytest.mark.parametrize("text", ["", "80", "808080", "8081", "80 80", "808", "808G", "80A0"])
def test_another_length_or_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        bitmap.read(list("abcdefghi"), text)
