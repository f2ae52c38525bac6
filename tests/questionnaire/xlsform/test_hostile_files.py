"""A workbook comes from a stranger: what is no questionnaire gives one sentence and costs neither memory nor files."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.xlsform import archive
from testimony.questionnaire.xlsform.reader import read
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.questionnaire.small_form import packed, question, refusals
from tests.support.questionnaire.workbooks import repacked, with_shared_strings, workbook

SMALL = packed(question("integer", "days"))
SHARED = with_shared_strings(WORKBOOK.read_bytes())
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def reason(data: bytes) -> str:
    with pytest.raises(QuestionnaireUnreadable) as refused:
        read(data)
    assert str(refused.value).endswith("nothing was changed.")
    return refused.value.reason


def entry(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)


@pytest.mark.parametrize("data", [b"", b"type,name\ntext,a\n", b"| survey |\n", b"%PDF-1.7", b"<html>"])
def test_other_files_are_told_apart_from_a_questionnaire(data: bytes) -> None:
    assert reason(data) == "format"


def test_damaged_old_excel_files_and_locked_ones_say_what_to_save() -> None:
    assert reason(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512) == "old"


def test_another_kind_of_zip_is_no_questionnaire() -> None:
    assert reason(repacked(SMALL, {"xl/workbook.xml": None, "mimetype": b"application/vnd.oasis"})) == "format"


def test_macros_are_refused() -> None:
    assert reason(repacked(SMALL, {"xl/vbaProject.bin": b"\0"})) == "macros"
    types = entry(SMALL, "[Content_Types].xml").replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    assert reason(repacked(SMALL, {"[Content_Types].xml": types})) == "macros"


@pytest.mark.parametrize("name", [SHEET, STRINGS, "xl/workbook.xml", "docProps/core.xml"])
def test_no_entity_is_read_wherever_it_stands(name: str) -> None:
    assert reason(repacked(SMALL, {name: ENTITY})) == "entities"
    assert reason(repacked(SMALL, {name: b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'})) == "entities"
    wide = ENTITY.decode().replace("?>", ' encoding="UTF-16"?>').encode("utf-16")
    assert reason(repacked(SMALL, {name: wide})) == "entities"


def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked() -> None:
    assert reason(repacked(SMALL, {"xl/media/a.bin": b"\0" * (archive.LARGEST_CONTENT + 1)})) == "size"
    assert reason(b"PK" + b"\0" * archive.LARGEST_FILE) == "size"
    many = {f"xl/{number}.xml": b"<a/>" for number in range(archive.MOST_ENTRIES + 1)}
    assert reason(repacked(SMALL, many)) == "size"


def test_an_entry_that_lies_about_its_size_is_damaged() -> None:
    data = bytearray(repacked(SMALL, {STRINGS: b"<sst>" + b" " * 100_000 + b"</sst>"}))
    at = data.rindex(STRINGS.encode()) - 46  # its line in the table of contents
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert reason(bytes(data)) == "damaged"


def test_more_rows_or_columns_than_a_questionnaire_has_are_refused() -> None:
    long = read(workbook({"survey": [["type"], *[["text"]] * 2001]})).refusals
    assert any("more than 2000 rows" in one.reason and one.sheet == "survey" for one in long)
    wide = read(workbook({"survey": [["x"] * 121]})).refusals
    assert any("more than 120 columns" in one.reason for one in wide)


@pytest.mark.parametrize("claim", [b"A1:XFD1048576", b"A1:A1"])
def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(claim: bytes) -> None:
    sheet, small = entry(SMALL, SHEET), read(SMALL).form
    assert small is not None
    start, end = sheet.index(b"<dimension"), sheet.index(b"/>", sheet.index(b"<dimension")) + 2
    endless = sheet[:start] + b'<dimension ref="%s"/>' % claim + sheet[end:]
    form = read(repacked(SMALL, {SHEET: endless})).form
    assert form is not None
    assert form.definition == small.definition


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u007f", "\u009b"])
def test_invisible_signs_are_refused(sign: str) -> None:
    found = refusals(question("integer", "days", **{"label::English (en)": f"a{sign}b"}))
    assert ("survey", 3, "label::English (en)") in [place[:3] for place in found]


def test_no_sign_that_a_terminal_obeys_is_printed() -> None:
    data = workbook({"survey": [["type", "na\u009bme"], ["te\u009bxt", "days"]], "no\u009btes": [["x"]]})
    reading = read(data)
    assert reading.form is None
    for one in (*reading.refusals, *reading.warnings):
        assert (one.place + one.reason).isprintable()


def test_html_of_a_label_stays_text() -> None:
    form = read(packed(question("integer", "days", **{"label::English (en)": "<script>alert(1)</script>"}))).form
    assert form is not None
    assert form.field("days").label == "<script>alert(1)</script>"


def test_texts_that_excel_keeps_apart_are_read_all_the_same() -> None:
    form, shared = read(WORKBOOK.read_bytes()).form, read(SHARED).form
    assert form is not None
    assert shared is not None
    assert shared.sha256 == form.sha256


def only_sentences(data: bytes) -> None:
    """Reading gives a form, findings, or one named error."""
    with suppress(QuestionnaireUnreadable):
        reading = read(data)
        assert all(one.reason and one.sheet for one in (*reading.refusals, *reading.warnings))
        assert (reading.form is None) == bool(reading.refusals)


@SLOW
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_flipped_byte_gives_a_sentence(place: int, byte: int) -> None:
    data = bytearray(WORKBOOK.read_bytes())
    data[place % len(data)] ^= byte
    only_sentences(bytes(data))


@SLOW
@given(st.integers(0, 20_000), st.binary(max_size=40), st.sampled_from([SHEET, STRINGS, "xl/workbook.xml"]))
def test_damaged_xml_inside_a_sound_zip_gives_a_sentence(place: int, junk: bytes, name: str) -> None:
    whole = SHARED
    content = entry(whole, name)
    at = place % len(content)
    only_sentences(repacked(whole, {name: content[:at] + junk + content[at + len(junk) :]}))


@SLOW
@given(st.integers(0, 20_000))
def test_a_file_that_was_cut_off_gives_a_sentence(length: int) -> None:
    whole = WORKBOOK.read_bytes()
    only_sentences(whole[: length % len(whole)])


CELLS = st.one_of(
    st.sampled_from(["text", "integer", "begin_group", "end_group", "begin_repeat", "end_repeat", "note", "incident"]),
    st.sampled_from(["select_one a", "days", "direct", "${days} = 1", "yes", "=1", "", "__proto__", "consent"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12),
    st.integers(),
    st.booleans(),
)
COLUMNS = ["type", "name", "label::English (en)", "compartment", "disclosure", "relevant", "constraint", "required"]


@SLOW
@given(st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=8), st.lists(st.lists(CELLS, min_size=3, max_size=3)))
def test_any_sheets_give_a_form_or_sentences(survey: list[list[object]], choices: list[list[object]]) -> None:
    only_sentences(
        workbook(
            {
                "survey": [COLUMNS, *survey],
                "choices": [["list_name", "name", "label::English (en)"], *choices],
                "settings": [["form_id", "version"], ["any", "1"]],
            }
        )
    )


@SLOW
@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=20))
def test_a_damaged_definition_gives_a_sentence(place: int, junk: bytes) -> None:
    whole = read(SMALL).form
    assert whole is not None
    at = place % len(whole.definition)
    data = whole.definition[:at] + junk + whole.definition[at + len(junk) :]
    with suppress(QuestionnaireUnreadable, QuestionnaireRefused):
        definition.require_safe(definition.parse(data))
