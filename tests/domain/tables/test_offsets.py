"""Rounding by the name of a cell: the published vectors, and the law that every number follows."""

from __future__ import annotations

import pytest

from testimony.domain.tables.offsets import BASES, CellName, Offsets, Unit, printed

MASTER = bytes(range(32))
COUNTS = (0, 1, 2, 3, 4, 5, 6, 7, 12, 13)
FIRST, SECOND = [0, 0, 0, 0, 0, 5, 5, 5, 10, 10], [0, 0, 0, 0, 5, 5, 5, 5, 10, 10]
VECTORS = (
    ('{"cell":{},"edition":1,"period":"2026-03","unit":"accounts"}', {}, "2026-03", 1, "accounts", 0, FIRST),
    (
        '{"cell":{"border":"GRC-TUR"},"edition":1,"period":"2026-03","unit":"accounts"}',
        {"border": "GRC-TUR"}, "2026-03", 1, "accounts", 1, SECOND,
    ),
    (
        '{"cell":{"border":"GRC-TUR"},"edition":1,"period":"2026-Q1","unit":"accounts"}',
        {"border": "GRC-TUR"}, "2026-Q1", 1, "accounts", 4, [0, 5, 5, 5, 5, 5, 10, 10, 15, 15],
    ),
    (
        '{"cell":{"act":"undress","border":"GRC-TUR"},"edition":1,"period":"2026-Q1","unit":"accounts"}',
        {"border": "GRC-TUR", "act": "undress"}, "2026-Q1", 1, "accounts", 1, SECOND,
    ),
    (
        '{"cell":{"act":"undress","border":"GRC-TUR"},"edition":2,"period":"2026-Q1","unit":"accounts"}',
        {"border": "GRC-TUR", "act": "undress"}, "2026-Q1", 2, "accounts", 0, FIRST,
    ),
    (
        '{"cell":{"border":"HUN-SRB"},"edition":1,"period":"2026","unit":"incidents"}',
        {"border": "HUN-SRB"}, "2026", 1, "incidents", 3, [0, 0, 5, 5, 5, 5, 5, 10, 15, 15],
    ),
    (
        '{"cell":{"place":"Évros"},"edition":1,"period":"2026","unit":"accounts"}',
        {"place": "Évros"}, "2026", 1, "accounts", 1, SECOND,
    ),
)  # fmt: skip
PEOPLE = CellName.of({"border": "HUN-SRB"}, period="2026", unit=Unit.PEOPLE)


@pytest.mark.parametrize(("text", "cell", "period", "edition", "unit", "offset", "numbers"), VECTORS)
def test_the_published_vectors_hold(
    text: str, cell: dict[str, str], period: str, edition: int, unit: str, offset: int, numbers: list[int]
) -> None:
    offsets = Offsets.of(MASTER)
    name = CellName.of(cell, period=period, unit=Unit(unit), edition=edition)
    assert name.to_bytes().decode() == text
    assert offsets.key.hex() == "b16124a09fc75e38a67b3fb21b98a79ffbcf6a0a734b1c0c9c478136ca2fa5ce"
    assert offsets.offset(name) == offset
    assert [offsets.published(name, count) for count in COUNTS] == numbers


def test_numbers_of_people_are_rounded_to_twenty_five() -> None:
    offsets = Offsets.of(MASTER)
    assert offsets.offset(PEOPLE) == 3
    assert [offsets.published(PEOPLE, n) for n in (0, 10, 24, 60, 140, 155)] == [0, 0, 25, 50, 125, 150]


@pytest.mark.parametrize(("unit", "base"), BASES.items())
def test_over_all_offsets_the_mean_is_the_count_and_no_number_is_a_base_away(unit: Unit, base: int) -> None:
    by_offset = {}
    for number in range(2000):
        offsets = Offsets.of(number.to_bytes(32, "big"))
        by_offset.setdefault(offsets.offset(CellName.of({}, period="2026", unit=unit)), offsets)
    assert sorted(by_offset) == list(range(base))
    for count in range(3 * base):
        found = [one.published(CellName.of({}, period="2026", unit=unit), count) for one in by_offset.values()]
        assert sum(found) == base * count
        assert all(number % base == 0 and abs(number - count) < base for number in found)


def test_a_number_below_the_base_says_nothing_of_whether_there_was_anybody() -> None:
    assert printed(0, Unit.ACCOUNTS) == "under 5"
    assert printed(0, Unit.PEOPLE) == "under 25"
    assert printed(35, Unit.PERSONS) == "35"


def test_the_key_is_in_no_text_of_the_offsets() -> None:
    assert Offsets.of(MASTER).key.hex() not in repr(Offsets.of(MASTER))
    assert "key" not in repr(Offsets.of(MASTER))


def test_a_master_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Offsets.of(b"short")
