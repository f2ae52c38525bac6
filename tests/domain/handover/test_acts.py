"""What a lawyer said of a hand-over comes back as it was written, and what is too long or of no act is not read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.handover.acts import LONGEST, Act, Entry, Known

DAY = date(2026, 1, 20)
ENTRY = Entry(act=Act.SEND, id="a" * 64, day=DAY, statement="s", sigs=({"key": "k", "sig": "b"},), reason="r")
KNOWN = Known(id="a" * 32, name="Border Watch", rosters="{}", recipient="partner-a", day=DAY, forgotten=("b" * 32,))


def test_they_come_back_as_they_were_written() -> None:
    assert Entry.parse(ENTRY.to_value()) == ENTRY
    assert Known.parse(KNOWN.to_value()) == KNOWN


@pytest.mark.parametrize("field", ["statement", "reason"])
def test_a_text_is_as_long_as_it_may_be(field: str) -> None:
    longest = ENTRY.to_value() | {field: "x" * LONGEST}
    assert getattr(Entry.parse(longest), field) == "x" * LONGEST
    with pytest.raises(EventUnreadable):
        Entry.parse(longest | {field: "x" * (LONGEST + 1)})


@pytest.mark.parametrize(
    "strange",
    [{"event": "SING"}, {"event": None}, {"id": "a" * 63}, {"day": "2026-99-01"}, {"day": None}, {"sigs": None},
     {"sigs": ["x"]}, {"sigs": {}}, {"statement": None}, {"reason": 1}],
)  # fmt: skip
def test_an_act_with_a_strange_field_is_not_read(strange: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Entry.parse(ENTRY.to_value() | strange)


@pytest.mark.parametrize(
    "strange",
    [{"id": "x"}, {"name": None}, {"rosters": "x" * (LONGEST + 1)}, {"recipient": None}, {"day": "20260120"},
     {"forgotten": "b" * 32}, {"forgotten": ["b"]}],
)  # fmt: skip
def test_an_organisation_with_a_strange_field_is_not_read(strange: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Known.parse(KNOWN.to_value() | strange)
