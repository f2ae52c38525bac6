"""A form that others published becomes one that can be asked, and every change is said by its place."""

from __future__ import annotations

from testimony.questionnaire.xlsform.nodes import LAST_SAVED
from tests.support.questionnaire.adapted import Row, adapted, asked, said


def test_names_lists_and_codes_become_plain_ones_wherever_they_stand() -> None:
    found = adapted(
        asked("select_one Yes/No", "1.1_Consent"),
        asked("integer", "Days Outside", relevant="${1.1_Consent} = 'Yes'"),
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert form.id == "Water-Survey-final@1"
    assert form.field("days_outside").relevant == ["has", "q_1_1_consent", "yes"]
    assert "survey, row 2, name: 1.1_Consent is now q_1_1_consent" in said(found)
    assert "choices, row 2, list_name: the list Yes/No is now yes_no" in said(found)


def test_nobody_guesses_what_an_answer_is() -> None:
    form = adapted(asked("integer", "days"), asked("text", "words")).reading.form
    assert form is not None
    assert {(field["compartment"], field["disclosure"]) for name, field in form.value["fields"].items() if name in
            ("days", "words")} == {("narrative", "D")}  # fmt: skip


def test_what_has_the_name_of_the_codebook_or_of_the_page_becomes_the_organisations_own() -> None:
    form = adapted(asked("text", "w_age"), asked("text", "Code of case")).reading.form
    assert form is not None
    assert [field.id for field in form.fields] == ["own_w_age", "own_code_of_case"]
    gender = adapted(
        asked("select_one gender", "who"), choices=[{"list_name": "gender", "name": "fem", "label": "She"}]
    )
    assert gender.reading.form is not None
    assert [option.code for option in gender.reading.form.lists["own_gender"].options] == ["fem"]


def test_the_same_name_in_two_groups_stays_two_questions() -> None:
    def group(name: str) -> list[Row]:
        return [asked("begin group", name), asked("integer", "age"), {"type": "end group"}]

    later = asked("integer", "more", relevant="${age} > 3")
    form = adapted(*group("a"), *group("b"), later).reading.form
    assert form is not None
    assert [field.id for field in form.fields] == ["age", "b_age", "more"]
    assert form.field("more").relevant == ["gt", ["of", "b_age"], 3]


def test_what_cannot_be_asked_goes_with_what_depends_on_it_and_all_of_it_is_said() -> None:
    found = adapted(
        asked("image", "photo"), asked("text", "words", relevant="${photo} != ''"), asked("integer", "days")
    )
    form = found.reading.form
    assert form is not None
    assert [(field.id, field.relevant) for field in form.fields] == [("words", True), ("days", True)]
    assert any(one.startswith("survey, row 2, type: left out: pictures are taken") for one in said(found))
    assert "survey, row 3, relevant: left out: it needs 'photo', which is left out in row 2" in said(found)


def test_of_a_code_that_is_not_in_a_list_it_is_said_that_the_list_never_had_it() -> None:
    found = adapted(
        asked("select_one Yes/No", "fled"),
        asked("integer", "days", relevant="${fled} = 'perhaps'"),
        asked("select_one Yes/No", "again", default="don't know"),
    )
    lost = [one for one in said(found) if ": left out" in one]
    never = "the list never had it"
    assert lost == [
        f"survey, row 3, relevant: left out: 'perhaps' is no code of the list of ${{fled}}; {never}",
        f'survey, row 4, default: left out: "don\'t know" is no code of the list; {never}',
    ]


def test_a_condition_on_what_was_acknowledged_is_kept() -> None:
    found = adapted(asked("acknowledge", "heard"), asked("integer", "days", relevant="${heard} = 'OK'"))
    form = found.reading.form
    assert form is not None
    assert form.field("days").relevant == ["has", "heard", "ok"]


def test_values_of_the_last_form_are_said_to_be_unsupported_and_not_to_be_a_missing_question() -> None:
    found = adapted(
        asked("integer", "days", default="${last-saved#days}"),
        asked("integer", "more", relevant="${ last-saved#days } > 1", label="More than ${last-saved#days}?"),
    )
    lost = [one for one in said(found) if "last-saved" in one]
    assert lost == [f"survey, row {row}, {column}: left out: {LAST_SAVED}" for row, column in
                    ((2, "default"), (3, "relevant"))]  # fmt: skip
    form = found.reading.form
    assert form is not None
    assert form.field("more").label == "More than …?"


def test_a_calculation_is_kept_and_one_that_cannot_be_made_goes_with_its_reason() -> None:
    found = adapted(
        asked("integer", "Days"),
        asked("calculate", "Weeks", calculation="../Days div 7"),
        asked("calculate", "Village", calculation="pulldata('a', 'b')"),
        asked("integer", "more", relevant="/data/Weeks > 1", label="After ${Weeks}?"),
    )
    form = found.reading.form
    assert form is not None
    assert form.field("more").relevant == ["gt", ["over", ["of", "days"], 7], 1]
    assert form.field("more").label == "After ${weeks}?"
    lost = [one for one in said(found) if ": left out" in one]
    assert lost == ["survey, row 4, type: left out: the function pulldata() is not supported"]


def test_rows_keep_their_numbers() -> None:
    found = adapted(asked("start", "start"), asked("image", "photo"), asked("integer", "days"))
    assert [row.number for row in found.workbook.sheet("survey").rows] == [4]


def test_a_language_in_words_gets_its_tag_and_a_missing_text_another_ones() -> None:
    rows = [
        {"type": "integer", "name": "days", "label::English": "", "label::Français": "Jours", "label::Klingon": "x"}
    ]
    found = adapted(*rows)
    form = found.reading.form
    assert form is not None
    assert (form.value["language"], form.field("days").label) == ("en", "Jours")
    assert {*form.value["translations"]} == {"fr"}
    assert any("the language 'Klingon' is not known" in one for one in said(found))


def test_groups_in_repeats_are_flattened_and_ends_are_mended() -> None:
    found = adapted(
        asked("begin repeat", "people", appearance="field-list"),
        asked("begin group", "inner"),
        asked("integer", "age", required="yes"),
        {"type": "end repeat"},
        {"type": "end group"},
        asked("begin group", "empty"),
        {"type": "end group"},
        asked("begin group", "open"),
        asked("integer", "days"),
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert [(field.id, [piece.id for piece in field.pieces]) for field in form.fields] == [
        ("people", ["age"]),
        ("days", []),
    ]


def test_a_note_with_a_condition_stays_and_its_text_becomes_plain() -> None:
    note = {"type": "note", "name": "n", "label": "**Thank** you.", "relevant": "${Days} > 1"}
    found = adapted(asked("integer", "Days"), note)
    assert found.reading.form is not None
    assert found.reading.form.field("days").notes[0].text == "Thank you."
    assert not [one for one in said(found) if "left out: a note" in one]


def test_the_list_of_a_file_beside_the_form_is_read() -> None:
    row = asked("select_one_from_file camps.csv", "camp")
    listed = adapted(row, files={"camps.csv": b"name,label\nNorth,North camp\n"}).reading.form
    assert listed is not None
    assert [option.code for option in listed.lists["camps"].options] == ["north"]
    found = adapted(row)
    assert found.reading.form is not None
    assert found.reading.form.field("camp").type == "text"
    assert any("the list is in camps.csv, which is not beside the form" in one for one in said(found))


def test_a_list_that_depends_on_an_answer_keeps_its_columns_under_plain_names() -> None:
    regions = [{"list_name": "region", "name": f"AF {number}", "label": f"Region {number}"} for number in (1, 2)]
    towns = [
        {"list_name": "town", "name": "T1", "label": "Town 1", "Region Code": "AF 1"},
        {"list_name": "town", "name": "T2", "label": "Town 2", "Region Code": "AF 2"},
        {"list_name": "town", "name": "T3", "label": "Town 3", "Region Code": "AF 2"},
    ]
    found = adapted(
        asked("select_one region", "Region"),
        asked("select_one town", "Town", choice_filter="Region_Code = ${Region} and name != 'T3'"),
        choices=[*regions, *towns],
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert form.value["fields"]["town"]["offered"] == [
        {"when": ["has", "region", "af_1"], "codes": ["t1"]},
        {"when": ["has", "region", "af_2"], "codes": ["t2"]},
        {"when": False, "codes": ["t3"]},
    ]


def test_texts_in_columns_of_choices_stay_as_they_are() -> None:
    towns = [
        {"list_name": "town", "name": f"T{kind}", "label": f"Town {kind}", "Kind": kind} for kind in ("Old Town", "2.5")
    ]
    for condition in ("Kind = 'Old Town'", "Kind = ‘Old Town’"):
        form = adapted(asked("select_one town", "Town", choice_filter=condition), choices=towns).reading.form
        assert form is not None
        assert form.value["fields"]["town"]["offered"] == [{"when": False, "codes": ["t2_5"]}]


def test_an_answer_in_a_text_becomes_dots_and_is_said() -> None:
    found = adapted(asked("note", "hear", label="Ask ${name}."), asked("integer", "days", label="How old is ${name}?"))
    assert found.reading.form is not None
    assert (found.reading.form.field("days").label, found.reading.form.field("days").hint) == (
        "How old is …?",
        "Ask ….",
    )
    assert any("read the text again" in one for one in said(found))


def test_the_value_of_a_formula_counts_as_text() -> None:
    found = adapted(asked("integer", "days", label="=A1"))
    assert found.reading.form is not None
    assert found.reading.form.field("days").label == "days"  # this file was never opened, so no value is in it


def test_a_form_without_a_question_is_refused_for_that_alone() -> None:
    found = adapted(asked("image", "photo"))
    assert found.reading.form is None
    assert [one.reason for one in found.reading.refusals] == ["there is no question"]


def test_or_other_stays_and_its_words_have_a_name_of_their_own() -> None:
    found = adapted(
        asked("select_one Yes/No or_other", "seen"),
        asked("text", "seen_other", relevant="${seen} = 'Yes'"),
        asked("select_one Yes/No or specify other", "The_place_where_the_people_slept_at_night"),
        asked("text", "why", relevant="${seen_other} != ''"),
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    names = [field.id for field in form.fields]
    assert names == ["seen", "seen_other", "seen_other_2", "the_place_where_the_people_slept_a",
                     "the_place_where_the_people_slept_a_other", "why"]  # fmt: skip
    assert not any("text question after" in one for one in said(found))


def test_or_other_of_one_question_leaves_the_list_of_another_one_as_it_is() -> None:
    form = adapted(asked("select_one Yes/No or_other", "seen"), asked("select_one Yes/No", "heard")).reading.form
    assert form is not None
    assert [field.options for field in form.fields if field.options] == [("yes", "no", "other"), ("yes", "no")]


def test_a_number_keeps_its_fraction_and_a_range_its_ends() -> None:
    found = adapted(
        asked("decimal", "weight", constraint=". < 1.5"),
        asked("range", "scale", parameters="start=0 end=6"),
        asked("range", "odd", parameters="start=6 end=0"),
    )
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert [(field.type, len(field.checks)) for field in form.fields] == [("decimal", 1), ("int", 1), ("decimal", 0)]
    assert any(one.startswith("survey, row 4, parameters: asked as any number") for one in said(found))


def test_types_under_their_older_names_are_asked_as_those_of_today() -> None:
    kinds = ("gps", "location", "q geopoint", "add text prompt", "add integer prompt", "q date", "q string")
    found = adapted(*(asked(kind, f"one{at}") for at, kind in enumerate(kinds)), asked("add image prompt", "photo"))
    form = found.reading.form
    assert form is not None, found.reading.refusals
    assert [field.type for field in form.fields] == ["geo", "geo", "geo", "text", "int", "date", "text"]
    assert any(one.startswith("survey, row 9, type: left out: pictures are taken") for one in said(found)), said(found)


def test_a_place_in_a_row_stays() -> None:
    form = adapted(asked("begin repeat", "camps"), asked("geopoint", "camp"), {"type": "end repeat"}).reading.form
    assert form is not None
    assert [piece.type for piece in form.field("camps").pieces] == ["geo"]
