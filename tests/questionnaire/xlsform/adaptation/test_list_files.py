"""Lists of choices in files beside a form: CSV, GeoJSON and XML, as ODK reads them."""

from __future__ import annotations

import json

import pytest

from tests.support.questionnaire.adapted import adapted, asked, said

PLACES = "name;label::English (en);label::French (fr)\nnorth;Ford;Gué\nsouth;Bridge;Pont\n"


@pytest.mark.parametrize(
    "data",
    [
        PLACES.encode(),
        PLACES.encode("utf-8-sig"),
        PLACES.encode("utf-16"),
        PLACES.replace(";", "\t").encode(),
        PLACES.replace("\n", "\r\n").encode(),
    ],
)
def test_a_list_in_a_file_is_read_with_any_separator_and_with_a_mark_of_its_encoding(data: bytes) -> None:
    found = adapted(asked("select_one_from_file places.csv", "place"), files={"places.csv": data})
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert [(one.code, one.label) for one in form.lists["places"].options] == [("north", "Ford"), ("south", "Bridge")]
    assert form.value["translations"]["fr"]["lists"]["places"] == {"north": "Gué", "south": "Pont"}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("places.csv", None, "which is not beside the form"),
        ("places.ods", b"", "which is no CSV, GeoJSON or XML file"),
        ("places.csv", PLACES.encode("cp1252"), "which does not say its character encoding; choose it"),
        ("places.xml", b"<a>", "which is damaged"),
        ("places.xml", b"<?xml version='1.0' encoding='none'?><root/>", "which is damaged"),
        ("places.xml", b"<!DOCTYPE root><root><item><name>a</name></item></root>", "which has a document type"),
        ("places.xml", b"<list><item><name>a</name></item></list>", "which has no elements “item”"),
        ("places.xml", b"<root><item><id>a</id></item></root>", "which has no column name with codes"),
        ("places.geojson", b"{", "which is damaged"),
        ("places.geojson", b"[" * 100_000, "which is damaged"),
        ("places.geojson", b'{"type": "FeatureCollection", "features": ["\\ud800"]}', "which is damaged"),
        ("places.geojson", b'{"type": "Feature", "id": "a"}', "which is no FeatureCollection"),
        ("places.geojson", b'{"type": "FeatureCollection", "features": [1, {}]}', "which has no column id with codes"),
        ("places.csv", b"place;label\na;Ford\n", "which has no column name with codes"),
        ("places.csv", b'name,label\na,"Ford\n', "which is damaged: a quotation mark is not closed"),
        ("places.csv", b"name,label\n" + b"a,Ford\n" * 20_001, "which is too long"),
    ],
)
def test_a_list_in_a_file_that_cannot_be_read_is_asked_as_words_with_the_true_reason(
    name: str, data: bytes | None, reason: str
) -> None:
    found = adapted(
        asked(f"select_one_from_file {name}", "place", choice_filter="x = 1"),
        files={} if data is None else {name: data},
    )
    assert found.reading.form is not None
    assert found.reading.form.field("place").type == "text"
    assert "survey, row 2, choice_filter: left out with the list" in said(found)
    assert any(reason in one for one in said(found)), said(found)


def test_a_list_in_a_file_gets_the_checks_of_a_sheet() -> None:
    rows = "name,label,label,notes\na,Ford,Gué,\nb,Br\u202eidge,,\nc," + "x" * 4001 + ",,\nd,=1+1,,\n"
    found = adapted(asked("select_one_from_file places.csv", "place"), files={"places.csv": rows.encode()})
    assert [one for one in said(found) if one.startswith("places.csv")] == [
        "places.csv, row 1, label: two columns have this heading",
        "places.csv, row 3, label: the text holds invisible signs; write it again by hand",
        "places.csv, row 4, label: the text is longer than 4000 signs",
        "places.csv, row 5, label: a formula of the spreadsheet; write the text that it gives",
    ]


def test_a_question_names_the_columns_of_its_file_and_no_list_of_the_sheet_takes_its_place() -> None:
    data = b"id,title,name,label\nn1,North,x,X\n"
    found = adapted(
        asked("select_one_from_file yes-no.csv", "place", parameters="value=id, label=title"),
        asked("select_one yes_no", "seen"),
        choices=({"list_name": "yes_no", "name": "yes", "label": "Yes"},),
        files={"yes-no.csv": data},
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert [(field.id, field.options) for field in form.fields] == [("place", ("n1",)), ("seen", ("yes",))]


@pytest.mark.parametrize("encoding", ["windows-1252", "windows-1250"])
def test_a_list_in_a_chosen_encoding_is_read_and_nothing_is_guessed(encoding: str) -> None:
    files = {"places.csv": PLACES.encode("windows-1252")}
    assert PLACES.encode("windows-1250") == files["places.csv"], "the bytes tell nobody which one it is"
    form = adapted(asked("select_one_from_file places.csv", "place"), files=files, encoding=encoding).reading.form
    assert form is not None
    assert form.value["translations"]["fr"]["lists"]["places"] == {"north": "Gué", "south": "Pont"}


def test_a_list_in_utf_8_stays_so_beside_one_whose_encoding_was_chosen() -> None:
    files = {"one.csv": "name;label\na;معبر\n".encode("windows-1256"), "two.csv": "name;label\nb;جسر\n".encode()}
    found = adapted(
        *(asked(f"select_one_from_file {name}", name[:3]) for name in files), files=files, encoding="windows-1256"
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert [one.label for name in ("one", "two") for one in form.lists[name].options] == ["معبر", "جسر"]
    assert "choices: the list one was read from the file one.csv in windows-1256" in said(found)
    assert "choices: the list two was read from the file two.csv" in said(found)


def test_a_list_that_is_not_in_the_chosen_encoding_says_so() -> None:
    files = {"places.csv": PLACES.encode("windows-1252")}
    found = adapted(asked("select_one_from_file places.csv", "place"), files=files, encoding="utf-8")
    assert any("which is not in utf-8; choose another character encoding" in one for one in said(found)), said(found)


def test_a_mark_in_the_file_goes_before_the_chosen_encoding() -> None:
    files = {"places.csv": PLACES.encode("utf-16")}
    found = adapted(asked("select_one_from_file places.csv", "place"), files=files, encoding="windows-1256")
    assert found.reading.form is not None
    assert found.reading.form.value["translations"]["fr"]["lists"]["places"]["north"] == "Gué"


FORDS = {
    "type": "FeatureCollection",
    "features": [
        {
            "geometry": {"type": "Point", "coordinates": [16.1, 45.2]},
            "properties": {"id": "n1", "title": "North ford", "river": "una", "tags": ["x"]},
        },
        {"id": 7, "geometry": None, "properties": {"id": "s1", "title": "South ford", "river": "sava"}},
    ],
}
"""As ODK's documentation of form datasets has it: an id at the top goes before one among the properties."""


def test_features_of_geojson_are_choices_by_their_id_and_title() -> None:
    found = adapted(
        asked("select_one Yes/No", "una"),
        asked("select_one_from_file fords.geojson", "ford", choice_filter="river = 'sava' or ${una} = 'Yes'"),
        files={"fords.geojson": json.dumps(FORDS).encode()},
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert [(one.code, one.label) for one in form.lists["fords"].options] == [("n1", "North ford"), ("7", "South ford")]
    assert form.value["fields"]["ford"]["offered"] == [{"when": ["has", "una", "yes"], "codes": ["n1"]}]


def test_items_of_xml_are_choices_by_their_name_and_label() -> None:
    data = "<root><item><name>n1</name><label>Gué</label><label>Ford</label><river/></item><note>x</note></root>"
    for encoded in (data.encode(), data.encode("utf-16")):
        form = adapted(
            asked("select_multiple_from_file fords.xml", "ford", parameters="label=label"), files={"fords.xml": encoded}
        ).reading.form
        assert form is not None
        assert [(one.code, one.label) for one in form.lists["fords"].options] == [("n1", "Gué")]


def test_a_feature_is_named_by_its_number() -> None:
    features = [{"properties": {"id": code, "title": title}} for code, title in (("a", "Ford"), ("b", "=1+1"))]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    found = adapted(asked("select_one_from_file fords.geojson", "ford"), files={"fords.geojson": data})
    assert "fords.geojson, row 2, title: a formula of the spreadsheet; write the text that it gives" in said(found)
