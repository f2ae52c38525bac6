"""Every file says what it does not show: borders without a line by name, and numbers that follow from lines."""

from __future__ import annotations

import functools
from dataclasses import replace

from testimony.anonymity.pool import Record
from testimony.publication import content
from testimony.publication.content import Content
from testimony.publication.package import build, files
from testimony.publication.sheets import coverage
from tests.support.anonymity.frozen_profile import alike
from tests.support.publication.editions import edition, profile, records, usual
from tests.support.publication.zip_reader import rows_of, unpacked

LACKING = "LTU-BLR"


@functools.cache
def said() -> Content:
    """A border of which twelve people told, all of one incident: none of its accounts is in a line."""
    usual_ones = [one for one in records() if not one.values[1].startswith(LACKING)]
    return content.content_of(edition([*usual_ones, *_waiting()], profile(usual_ones)))


def _waiting() -> list[Record]:
    told = alike(12, start=900, incident="only", recipients=frozenset({"P06"}))
    return [replace(one, values=("2019-05", f"{LACKING}:all", *one.values[2:])) for one in told]


def test_a_border_of_which_nothing_is_shown_is_named_as_missing() -> None:
    made = files(said())
    heads, _, *rows = rows_of(made["coverage.csv"])
    held = [dict(zip(heads, row, strict=True)) for row in rows]
    (row,) = [one for one in held if one["label"] == LACKING]
    assert (row["accounts"], row["waiting"], row["shown"]) == ("0", "not_said", "not_in_file")
    assert LACKING in coverage.missing(said())
    page = made["report.en.html"].decode()
    assert "People told of these borders too." in page
    assert "Lithuania" in page.partition("People told of these borders too.")[2].partition("</ul>")[0]


def test_a_number_is_said_and_one_that_is_too_small_has_a_word() -> None:
    assert [coverage.few(one) for one in (10, None)] == [10, coverage.FEW]


def test_accounts_of_a_label_are_those_of_its_lines() -> None:
    made = unpacked(build(usual()))
    heads, _, *rows = rows_of(made["coverage.csv"])
    held = [dict(zip(heads, row, strict=True)) for row in rows]
    for attribute in ("date", "place", "age", "gender"):
        _, *sums = rows_of(made[f"sums/by-{attribute}.csv"])
        told = {one["label"]: one["accounts"] for one in held if one["question"] == attribute}
        assert {row[0]: row[1] for row in sums} == {label: number for label, number in told.items() if number != "0"}
    regions = [int(one["accounts"]) for one in held if one["question"] == "nat"]
    assert sum(regions) == content.content_of(usual()).accounts


def test_of_each_kind_of_violence_the_accounts_in_lines_that_say_a_number() -> None:
    made = unpacked(build(usual()))
    table_heads, _, *lines = rows_of(made["table.csv"])
    table = [dict(zip(table_heads, line, strict=True)) for line in lines]
    heads, _, *rows = rows_of(made["coverage.csv"])
    held = [dict(zip(heads, row, strict=True)) for row in rows if row[0] == coverage.COUNTED]
    assert [one["label"] for one in held] == list(content.content_of(usual()).marks)
    for one in held:
        assert int(one["accounts"]) == sum(int(line["accounts"]) for line in table if line[one["label"]].isdigit())
        assert one["waiting"] == ""
        assert one["shown"] == ("in_file" if one["accounts"] != "0" else "not_in_file")
