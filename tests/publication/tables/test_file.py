"""The file of published tables: what is in it follows from published numbers alone, and says nothing more."""

from __future__ import annotations

import csv
import io
import re
import socket
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from testimony import __version__, canonical
from testimony.domain.tables import count
from testimony.domain.tables.offsets import BASES, CellName, Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.rows import rest_code
from testimony.domain.tables.shares import Say
from testimony.publication.tables import file
from testimony.publication.tables import lines as tables_lines
from tests.support.domain.told_accounts import account, population
from tests.support.publication.published_tables import OFFSETS, PLAN, publish
from tests.support.publication.zip_reader import unpacked


@pytest.fixture(scope="module")
def made() -> Published:
    return publish(population(2400, 2))


def files(made: Published) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file.build(made, PLAN))) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_the_same_numbers_give_the_same_bytes(made: Published) -> None:
    assert file.build(made, PLAN) == file.build(Published.parse(made.to_value()), PLAN)


def test_nothing_in_the_zip_tells_when_or_where_it_was_made(made: Published) -> None:
    data = file.build(made, PLAN)
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        infos = zipped.infolist()
        told = b"".join(zipped.read(one) for one in infos)
    assert {(one.date_time, one.extra, one.comment) for one in infos} == {((1980, 1, 1, 0, 0, 0), b"", b"")}
    here = (socket.gethostname(), str(Path.cwd()), sys.prefix, date.today().isoformat(), __version__)
    assert not [one for one in here if re.search(rf"(?<![\w.]){re.escape(one)}(?![\w.])".encode(), told)]


def test_no_printed_number_is_below_its_base_and_none_is_between_multiples(made: Published) -> None:
    value = canonical.decode_object(files(made)["tables.json"])
    assert len(value["lines"]) > 500
    for line in value["lines"]:
        base = BASES[Unit(line["unit"])]
        assert line["number"] is None or (line["number"] >= base and line["number"] % base == 0)
        assert line["printed"] in (str(line["number"]), f"under {base}", "not shown")


def test_csv_and_json_have_the_same_lines(made: Published) -> None:
    found = files(made)
    value = canonical.decode_object(found["tables.json"])
    rows = list(csv.DictReader(io.StringIO(found["tables.csv"].decode())))
    assert [row["printed"] for row in rows] == [line["printed"] for line in value["lines"]]
    assert [row["row"] for row in rows] == [line["row"] for line in value["lines"]]
    assert {row["number"] for row in rows if row["printed"].startswith("under")} == {""}


def test_every_published_number_is_printed_or_said(made: Published) -> None:
    """So that nothing is rounded and kept that a reader is not told of."""
    lines = tables_lines.lines(made)
    cells = {(line.row, line.question, line.column, line.unit) for line in lines}
    assert len(cells) >= len(made.numbers) - len(made.rows["border"]) * len(made.rows["nationality"])


def test_where_nearly_all_tell_of_what_is_stigmatised_the_sentence_stands_and_not_the_number() -> None:
    stripped = [account(n, told={"act": frozenset({"undress", "dogs"})}) for n in range(2400)]
    lines = [one for one in tables_lines.lines(publish(stripped)) if one.row == "HRV-BIH" and one.question == "act"]
    shown = {one.column: (one.number, one.shown, one.share) for one in lines}
    assert shown["undress"] == (None, "not shown", str(Say.MOST))
    number, printed, share = shown["dogs"]
    assert number is not None
    assert (printed, share) == (str(number), str(Say.MOST))


def test_a_known_border_without_a_row_is_named_in_words(made: Published) -> None:
    text = files(made)["read-me.txt"].decode()
    assert "from Romania to Ukraine" in text or "Romania" in text
    assert "Bosnia" not in text, "it has a row"


def test_the_words_that_every_file_has_are_in_it(made: Published) -> None:
    text = files(made)["read-me.txt"].decode()
    for said in ("secret rule", '"under 5" means nobody to four', "do not add or subtract", "not all pushbacks"):
        assert said in text
    assert "more than 100 people" not in text
    assert "more than 100 people" in files(replace(made, capped=True))["read-me.txt"].decode()


def coverage(made: Published) -> dict[tuple[str, str], int | None]:
    return {(one.row, one.column): one.number for one in tables_lines.lines(made) if one.table == "coverage"}


def test_what_the_file_of_a_year_does_not_show_is_told_by_border(made: Published) -> None:
    found = coverage(made)
    assert {"all", "HRV-BIH"} <= {row for row, _ in found}
    assert ("all", "taken") not in found, "nothing is held back here, so it would be the total again"
    rest = rest_code(made.rows["border"])
    assert found["all", "too-few"] == made.number({"border": rest}), "the number that the rest has already"


def test_a_month_says_nothing_of_what_it_does_not_show_and_does_not_point_to_it() -> None:
    month = publish(population(300, 2), "2026-03")
    found = files(month)
    assert coverage(month) == {}
    assert b"held" not in found["tables.csv"] + found["tables.json"]
    assert "does not show" not in found["read-me.txt"].decode()


def test_numbers_of_before_are_printed_as_they_were_then() -> None:
    """Files of months had coverage, and "too few" had a number of its own. A print keeps what two people agreed to."""
    month = publish(population(300, 2), "2026-03")
    said = {why: CellName.of({"held": why}, period="2026-03") for why in ("taken", "consent", "review", "too-few")}
    before = replace(month, numbers={**month.numbers, **dict.fromkeys(said.values(), 15)})
    assert coverage(before) == {("all", why): 15 for why in said}
    assert "see 'What this file does not show'" in files(before)["read-me.txt"].decode()


def test_a_number_changes_no_other_line(made: Published) -> None:
    name = CellName.of({"border": "HRV-BIH", "act": "dogs"}, period="2026")
    other = replace(made, numbers={**made.numbers, name: made.numbers[name] + 5})
    changed = [
        (one, two) for one, two in zip(tables_lines.lines(made), tables_lines.lines(other), strict=True) if one != two
    ]
    assert [(two.row, two.column) for _, two in changed] == [("HRV-BIH", "dogs")]


def test_of_groups_of_people_a_year_tells_a_part_in_words_and_never_a_number() -> None:
    """Below 2,000 accounts a year no number of women or of children is printed anywhere."""
    back = {"gender:f": 300, "stage:child": 20, "region:m002": 0}
    year = Plan.fitting(2026, 400, borders=[], codebook="1")
    made = count.publish(population(400, 2), year, Period.of("2026"), OFFSETS, back=back)
    found = [one for one in tables_lines.lines(made) if one.dimension == "group-of-people"]
    said = {one.row: one.share for one in found}
    assert said["gender:f"] == "fewer than half"
    assert said["stage:child"] == "more than half"
    assert said["stage:adult"] == said["gender:m"] == "four in five or more"
    assert {"region:m142", "violence:yes"} <= said.keys()
    assert all(one.number is None and one.about is None for one in found)
    held = unpacked(file.build(made, year))
    assert "no number of them" in held["read-me.txt"].decode()
    rows = [row for row in held["tables.csv"].decode().splitlines() if "group-of-people" in row]
    assert len(rows) == len(found)
    assert all("accounts,,not shown," in row for row in rows)
    report = held["report-en.html"].decode()
    assert "Part of the accounts taken in that this file counts" in report
    assert "Africa" in report
