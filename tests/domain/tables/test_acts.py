"""Entries about published tables: read as they were written, and nothing else is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from testimony.domain import parts
from testimony.domain.errors import EventUnreadable
from testimony.domain.tables import acts
from testimony.domain.tables.acts import Act, Contents, Entry
from tests.support.domain.tables_entries import DAY, PLAN, contents

SECRET = Entry(act=Act.SECRET, day=DAY, said={"generation": 1, "share": "ab" * 32, "reason": "first"})


@pytest.mark.parametrize(
    "entry",
    [
        SECRET,
        Entry(act=Act.PLAN, day=DAY, said={"plan": PLAN.to_value()}),
        Entry(act=Act.NUMBERS, day=DAY, said={"generation": 1, "parts": ("cd" * 32,), "sha256": "ef" * 32}),
        Entry(act=Act.AGREE, day=date(2026, 5, 1), said={"about": "ab" * 32}),
        Entry(act=Act.PART, day=DAY, said={"text": "abc"}),
    ],
    ids=lambda entry: str(entry.act),
)
def test_an_entry_is_read_as_it_was_written(entry: Entry) -> None:
    assert Entry.parse(entry.to_value()) == entry


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "ledger"}, {"v": "2"}, {"act": "OPEN"}, {"day": "2026-02-30"}, {"share": "ab"}, {"generation": 0},
        {"reason": "bored"}, {"more": 1},
    ],
)  # fmt: skip
def test_what_has_another_shape_is_no_entry(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Entry.parse(SECRET.to_value() | change)


def test_numbers_are_packed_and_unpacked() -> None:
    made = contents("2026-01", range(5))
    texts, sha256 = acts.pack(made)
    assert acts.unpack(texts, sha256) == made
    assert acts.unpack(*acts.pack(replace(made, until=(1, 20)))) == replace(made, until=(1, 20))
    for damaged in ([texts[0][:-4]], [*texts, "AAAA"], ["?"]):
        with pytest.raises(EventUnreadable):
            acts.unpack(damaged, sha256)
    with pytest.raises(EventUnreadable):
        acts.unpack(texts, "0" * 64)


@pytest.mark.parametrize("until", [None, 5, [5], [0, -1], [0, "5"], [0, 5, 5]])
def test_numbers_with_another_place_of_the_log_cannot_be_read(until: Any) -> None:
    made = contents("2026-01", range(5))
    packed = parts.pack({"published": made.published.to_value(), "members": sorted(made.members), "until": until})
    with pytest.raises(EventUnreadable):
        acts.unpack(*packed)


def test_an_account_goes_by_half_of_its_records_name() -> None:
    assert acts.member("ab" * 32) == "ab" * 16
    assert isinstance(contents("2026-01", range(2)), Contents)
