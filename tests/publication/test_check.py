"""Whatever somebody changes in a release, the check says so in a sentence, and never stops at what it reads."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.publication import content, manifest, package
from testimony.publication.check import Report, check
from testimony.publication.content import Content
from testimony.sealing.archive.zip import StoredZip
from tests.support.each_time import each_time
from tests.support.publication.editions import few
from tests.support.publication.zip_reader import unpacked

WHOLE = package.build(few())
SAID = content.content_of(few())
FILES = package.files(SAID)
EACH_KIND = {(name.partition(".")[0], Path(name).suffix): name for name in FILES}.values()
"""Of those that differ in their language alone, one."""
Change = Callable[[dict[str, Any]], None]


def packed(files: Mapping[str, bytes], listed: bytes | None = None) -> bytes:
    """A zip with its list made anew, as somebody makes it who knows the form."""
    written = io.BytesIO()
    container = StoredZip(written.write)
    for name, data in ((manifest.NAME, listed or manifest.make(package.head(SAID), files)), *sorted(files.items())):
        container.add(name, data)
    container.finish()
    return written.getvalue()


def consistent(change: Change) -> Report:
    """Checked: a zip of which the table was changed, and every other file made from it as the program does."""
    value = json.loads(canonical.encode(SAID.value))
    change(value)
    made = content.read(canonical.encode(value))
    return check(package.pack(made, _files(made)))


def _files(made: Content) -> Mapping[str, bytes]:
    """Where no files can be made from a wrong table, those of the right one stand beside it."""
    try:
        return package.files(made)
    except (KeyError, TypeError, ValueError, IndexError):
        return FILES | {package.TABLE: canonical.encode(made.value)}


def codes(report: Report) -> set[str]:
    assert all(str(fault).endswith(".") for fault in report.faults)
    return {fault.code for fault in report.faults}


def test_what_was_built_holds() -> None:
    report = check(WHOLE)
    assert report.holds
    assert report.notes == ()
    assert report.content == SAID
    assert report.sha256 == canonical.sha256_hex(WHOLE)


@pytest.mark.parametrize("name", each_time(FILES, *EACH_KIND))
def test_no_file_can_be_changed(name: str) -> None:
    changed = FILES | {name: FILES[name] + b" "}
    assert codes(check(packed(changed, manifest.make(package.head(SAID), FILES)))) >= {"changed"}
    assert codes(check(packed(changed))) & {"differs", "table"}


@pytest.mark.parametrize("name", each_time(FILES, *EACH_KIND))
def test_no_file_can_be_taken_out(name: str) -> None:
    fewer = {one: data for one, data in FILES.items() if one != name}
    assert codes(check(packed(fewer, manifest.make(package.head(SAID), FILES)))) >= {"lacking"}
    assert codes(check(packed(fewer))) & {"lacking", "table"}


@pytest.mark.parametrize("name", ["members.csv", "sums/by-hand.csv", "report.en.htm"])
def test_no_file_can_be_added(name: str) -> None:
    more = FILES | {name: b"c1,person-1\r\n"}
    assert codes(check(packed(more, manifest.make(package.head(SAID), FILES)))) == {"extra"}
    assert codes(check(packed(more))) == {"extra"}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"x" * 200_000, b'"' * 7 + b"\x00\r\r\n", b"\xef\xbb\xbf"])
def test_whatever_stands_in_a_sheet_is_a_sentence(data: bytes) -> None:
    for name in ("members.csv", "totals.csv", "table.csv"):
        assert not check(packed(FILES | {name: data})).holds


def test_every_sheet_is_read_whatever_stands_before_it() -> None:
    later = {"zz.csv": b"=1+1\r\n", "zzz.csv": b"@a\r\n"}
    faults = check(packed(FILES | {"zy.csv": b"\xff\xfe\x00"} | later)).faults
    assert {(one.code, one.values["file"]) for one in faults} >= {
        ("sheet", "zy.csv"), ("formula", "zz.csv"), ("formula", "zzz.csv"),
    }  # fmt: skip


def test_packing_it_again_is_seen() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in unpacked(WHOLE).items():
            file.writestr(name, data)
    assert codes(check(written.getvalue())) == {"zip"}


@pytest.mark.parametrize("data", [b"", b"PK", b"class,n\r\n", WHOLE[:-1], WHOLE[:5000], WHOLE + b"x", b"x" + WHOLE])
def test_what_is_no_whole_zip_is_told(data: bytes) -> None:
    report = check(data)
    assert codes(report) == {"zip"}
    assert report.content is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(place: int, by: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= by
    assert not check(bytes(changed)).holds


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_anything_at_all_in_place_of_the_table_or_the_list_is_a_sentence(data: bytes) -> None:
    assert not check(packed(FILES | {package.TABLE: data})).holds
    assert not check(packed(FILES, data or b"{}")).holds


WRONG: dict[str, tuple[str, Change]] = {
    "a line of four accounts": ("small", lambda value: value["rows"][0].update(n=4, counts=[None] * len(SAID.marks))),
    "a count of two": ("count", lambda value: value["rows"][0]["counts"].__setitem__(0, 2)),
    "a count larger than the line": ("count", lambda value: value["rows"][0]["counts"].__setitem__(0, 999)),
    "a stigma that is not shown as a blank": ("count", lambda value: _counts(value, "undress", None)),
    "a blank as a stigma that is not shown": ("count", lambda value: _counts(value, "dogs", "not_shown")),
    "a stigma of most": ("stigma", lambda value: _counts(value, "undress", 5, n=9)),
    "a total of a column that is not shown": ("blank", lambda value: _total_of_not_shown(value)),
    "a total of two": ("blank", lambda value: _total_of_two(value)),
    "how many wait at a border that is in no line": ("waiting", lambda value: _lacking(value)),
    "two who were not asked": ("asked", lambda value: value["asked"][0].update(unasked=2)),
    "more answers than accounts": ("asked", lambda value: value["asked"][0].update(answered=900)),
    "answers of a mark left out": ("asked", lambda value: value["asked"].pop()),
    "two that wait": ("waiting", lambda value: _waiting(value, "place", n=2)),
    "a number of those who wait that is not rounded": ("waiting", lambda value: _waiting(value, "nat", n=23)),
    "a country of those who wait": ("waiting", lambda value: _waiting(value, "nat", label="AFG")),
    "group sizes of those who wait": ("waiting", lambda value: value["waiting"][0].update(attribute="size")),
    "a count too many": ("count", lambda value: value["rows"][0]["counts"].append(None)),
    "a day": ("label", lambda value: value["rows"][0]["labels"].update(date="2021-03-04")),
    "a week": ("label", lambda value: value["rows"][0]["labels"].update(date="2021-W03")),
    "four years": ("label", lambda value: value["rows"][0]["labels"].update(date="2020-01..2023-12")),
    "an age in years": ("label", lambda value: value["rows"][0]["labels"].update(age="a17")),
    "a name in place of a nationality": ("label", lambda value: value["rows"][0]["labels"].update(nat="=cmd()")),
    "coordinates": ("label", lambda value: value["rows"][0]["labels"].update(place="45.1,15.2")),
    "a finer level than its step": ("legend", lambda value: value["rows"][0]["levels"].update(age="band")),
    "a step that is not there": ("legend", lambda value: value["rows"][0].update(tier=99)),
    "a class twice": ("twice", lambda value: value["rows"][1].update({"class": value["rows"][0]["class"]})),
    "a row twice": ("twice", lambda value: value["rows"].insert(1, value["rows"][0])),
    "rows in another order": ("order", lambda value: value["rows"].reverse()),
    "an id of a testimony": ("class", lambda value: value["rows"][0].update({"class": "0f" * 16})),
    "a total of one line's blank": ("blank", lambda value: _total_of_one_blank(value)),
    "a total of nothing": ("blank", lambda value: _total_of_nothing(value)),
    "a total left out that anybody adds up": ("blank", lambda value: _total_left_out(value)),
    "a group without totals": ("totals", lambda value: value["totals"].pop()),
    "a promise of three": ("weak", lambda value: value.update(k=3)),
    "a stigma for nearly all": ("weak", lambda value: value.update(alpha=9_000)),
    "a smaller risk than a line allows": ("risk", lambda value: value["figures"].update(fewest_persons=1_000)),
    "a global risk above the largest": ("risk", lambda value: value["figures"].update(global_risk=5_000)),
    "two held back": ("risk", lambda value: value["figures"].update(held_back=[{"waited": 0, "n": 2}])),
    "a global risk below what the lines allow": ("risk", lambda value: value["figures"].update(global_risk=1)),
    "another share published": ("risk", lambda value: value["figures"].update(published=9_999)),
    "more than everything published": ("risk", lambda value: value["figures"].update(published=10_001)),
    "a mark that is a formula": ("head", lambda value: value["marks"].__setitem__(0, "=1+1")),
    "a mark that is named like a column": ("head", lambda value: value["marks"].__setitem__(0, "blank")),
    "two marks with one tag": ("head", lambda value: value["marks"].__setitem__(slice(2), ["dogs-x", "dogs_x"])),
    "a release with a word in two lines": ("head", lambda value: value.update(organisation="a\u0000b\n")),
    "a withdrawn testimony by name": ("classes", lambda value: value.update(revoked=["somebody"])),
}


def _counts(value: dict[str, Any], mark: str, count: object, **changes: object) -> None:
    value["rows"][0]["counts"][value["marks"].index(mark)] = count
    value["rows"][0].update(changes)


def _waiting(value: dict[str, Any], attribute: str, **changes: object) -> None:
    next(one for one in value["waiting"] if one["attribute"] == attribute)["labels"][0].update(changes)


def _lacking(value: dict[str, Any]) -> None:
    held = next(one for one in value["waiting"] if one["attribute"] == "place")
    held["labels"] = [{"label": "AAA-BBB", "n": 10}]


def _total_of_not_shown(value: dict[str, Any]) -> None:
    """What of it is shown is taken away from the total, and what is not shown is left."""
    place = value["marks"].index("undress")
    group = next(row["group"] for row in value["rows"] if row["counts"][place] == "not_shown")
    next(one for one in value["totals"] if one["group"] == group)["counts"][place] = 40


def _total_of_two(value: dict[str, Any]) -> None:
    totals, place, counts = _blanks(value, lambda blanks: blanks > 2)
    totals["counts"][place] = sum(filter(None, counts)) + 2


def _blanks(value: dict[str, Any], wanted: Callable[[int], bool]) -> tuple[dict[str, Any], int, list[int | None]]:
    """Totals of a group, the place of a mark in them, and its counts in the group's lines, where blanks are so many."""
    for totals in value["totals"]:
        for place in range(len(value["marks"])):
            counts = [row["counts"][place] for row in value["rows"] if row["group"] == totals["group"]]
            if "not_shown" not in counts and wanted(counts.count(None)):
                return totals, place, counts
    raise AssertionError("no such column")


def _total_of_one_blank(value: dict[str, Any]) -> None:
    """A line of the group is told entirely, all but one blank, which the total then gives."""
    totals, place, _ = _blanks(value, lambda blanks: blanks > 1)
    lines = [row for row in value["rows"] if row["group"] == totals["group"]]
    for row in lines[1:]:
        row["counts"][place] = 3
    lines[0]["counts"][place] = None
    totals["counts"][place] = 3 * (len(lines) - 1) + 1


def _total_of_nothing(value: dict[str, Any]) -> None:
    """The total is what is said anyway: so each blank is nothing."""
    totals, place, counts = _blanks(value, lambda blanks: blanks > 1)
    totals["counts"][place] = sum(filter(None, counts))


def _total_left_out(value: dict[str, Any]) -> None:
    totals, place, _ = _blanks(value, lambda blanks: blanks > 1)
    for row in value["rows"]:
        if row["group"] == totals["group"]:
            row["counts"][place] = 3
    totals["counts"][place] = None


@pytest.mark.parametrize("wrong", [*WRONG])
def test_a_table_that_breaks_a_rule_is_refused_even_where_every_file_agrees(wrong: str) -> None:
    code, change = WRONG[wrong]
    assert code in codes(consistent(change))


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(more=1),
        lambda value: value["rows"][0].update(person="x"),
        lambda value: value["rows"][0]["labels"].update(name="x"),
        lambda value: value.pop("totals"),
        lambda value: value["rows"][0].update(n="12"),
        lambda value: value["rows"][0].update(n=True),
        lambda value: value["rows"][0].update(n=-5),
        lambda value: value.update(v="testimony/3/release"),
        lambda value: value["totals"][0]["counts"].__setitem__(0, "not_shown"),
        lambda value: value["rows"][0]["counts"].__setitem__(0, "hidden"),
        lambda value: value.update(rows={}),
    ],
)
def test_a_table_of_another_shape_is_refused(change: Change) -> None:
    value = json.loads(canonical.encode(SAID.value))
    change(value)
    assert codes(check(packed(FILES | {package.TABLE: canonical.encode(value)}))) >= {"table"}


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, held in inside for one in _places(held, (*path, key)))]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_stands_anywhere_in_the_table_is_a_sentence(data: st.DataObject) -> None:
    """Also where every file was made anew from it, and whatever the rules think of it."""
    value = json.loads(canonical.encode(SAID.value))
    path = data.draw(st.sampled_from(_places(value)[1:]))
    other = st.one_of(st.none(), st.booleans(), st.integers(-3, 10**12), st.text(max_size=9), st.just([]), st.just({}))
    held = value
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = data.draw(other)
    try:
        written = canonical.encode(value)
    except NotCanonical:
        return
    report = check(packed(FILES | {package.TABLE: written}))
    assert report.holds == (written == FILES[package.TABLE])


@pytest.mark.parametrize("column", ["counts", "labels", "levels"])
def test_a_line_that_is_too_short_is_a_sentence(column: str) -> None:
    value = json.loads(canonical.encode(SAID.value))
    assert value["rows"][1][column]
    value["rows"][1][column] = []
    assert not check(packed(FILES | {package.TABLE: canonical.encode(value)})).holds


def test_a_list_that_names_another_release_is_refused() -> None:
    other = manifest.make(package.head(replace(SAID, release="another")), FILES)
    assert codes(check(packed(FILES, other))) == {"manifest"}


def test_files_in_another_order_are_refused() -> None:
    names = [*FILES]
    random.Random(2).shuffle(names)
    written = io.BytesIO()
    container = StoredZip(written.write)
    for name in names:
        container.add(name, FILES[name])
    container.add(manifest.NAME, manifest.make(package.head(SAID), FILES))
    container.finish()
    assert codes(check(written.getvalue())) == {"manifest"}


def test_of_another_version_numbers_are_compared_and_words_are_not() -> None:
    older = replace(SAID, made_with="0.1")
    files = dict(package.files(older)) | {"report.fr.html": b"<p>other words</p>"}
    report = check(package.pack(older, files))
    assert report.holds
    assert [note.code for note in report.notes] == ["version"]
    assert codes(check(package.pack(older, files | {"totals.csv": b"0"}))) == {"differs"}


def test_a_file_of_the_first_form_still_checks() -> None:
    """It left before a count could be not shown, with totals that are said no more."""
    data = gzip.decompress((Path(__file__).parent / "releases" / "first-format.zip.gz").read_bytes())
    report = check(data)
    assert report.faults == ()
    assert [note.code for note in report.notes] == ["version"]
    assert report.content is not None
    assert report.content.form == content.FIRST_FORMAT
    held = unpacked(data)
    held.pop(manifest.NAME)
    changed = held | {"sums/by-age.csv": held["sums/by-age.csv"].replace(b"0", b"1", 1)}
    assert codes(check(package.pack(report.content, changed))) == {"differs"}


def test_the_words_of_the_new_form_stand_in_no_file_of_the_first() -> None:
    value = json.loads(canonical.encode(SAID.value)) | {"v": content.FIRST_FORMAT}
    value.pop("waiting")
    value.pop("asked")
    assert codes(check(packed(FILES | {package.TABLE: canonical.encode(value)}))) >= {"count"}


def test_a_bomb_in_place_of_a_table_is_not_unfolded() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert codes(check(packed(FILES | {package.TABLE: deep}))) >= {"table"}
