"""An XLSForm becomes a form, or its author reads what is wrong: sheet, row, column and reason, all at once."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.coding.coded_account import generalise
from testimony.domain.release.release_line import release_line
from testimony.questionnaire.conditions import by_compartment, relevant, violations
from testimony.questionnaire.definition import parse, require_safe
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.form import DEPTH, Form
from testimony.questionnaire.xlsform.findings import grouped
from testimony.questionnaire.xlsform.reader import read
from tests.support.questionnaire.sample import SOURCE, WORKBOOK, sheets
from tests.support.questionnaire.small_form import HEARD, SETTINGS, packed, question, refusals, told
from tests.support.questionnaire.workbooks import workbook

LAWYERS = ("P01", "P04")
DAYS = ("2025-11", "soon")


@pytest.fixture(scope="module")
def sample() -> Form:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    require_safe(form)
    return form


def test_the_sample_is_made_from_its_source(sample: Form) -> None:
    renewed = read(workbook(sheets(SOURCE.read_text(encoding="utf-8")))).form
    assert renewed is not None
    assert renewed.sha256 == sample.sha256, "renew it: python -m tests.support.questionnaire.sample"


def test_the_same_questionnaire_has_the_same_hash_however_it_is_packed() -> None:
    forms = [told(question("integer", "days")).form for _ in range(2)]
    assert forms[0] is not None
    assert forms[0].sha256 == forms[1].sha256  # type: ignore[union-attr]


def test_the_sample_asks_what_its_conditions_say(sample: Form) -> None:
    def asked(**answers: Any) -> list[str]:
        return relevant(sample.value, {name: {"value": value} for name, value in answers.items()}, LAWYERS)

    assert "missed" not in asked()
    assert "missed" not in asked(days_outside=0)
    assert "water_from" not in asked(days_outside=2)
    assert {"missed", "water_from", "nights"} <= {*asked(days_outside=2, missed=["water"])}
    assert "helped_by" not in asked(days_outside=2, missed=["none"])
    assert "trusted_person" not in asked(w_contact="by the baker")


def test_who_somebody_is_is_asked_only_where_somebody_may_read_it(sample: Form) -> None:
    assert "w_contact" in relevant(sample.value, {}, LAWYERS)
    assert "w_contact" not in relevant(sample.value, {}, ("P01", "P06"))


def test_a_constraint_refuses_what_contradicts_it_and_nothing_that_is_missing(sample: Form) -> None:
    def wrong(answer: dict[str, Any]) -> list[dict[str, str]]:
        return violations(sample.value, {"days_outside": answer}, LAWYERS, "2026-01-05")

    assert wrong({"value": 366}) == [{"field": "days_outside", "check": "days_outside", "kind": "block"}]
    assert wrong({"value": 365}) == wrong({"missing": "unk"}) == []


def test_a_constraint_that_looks_elsewhere_says_nothing_of_a_missing_answer() -> None:
    form = told(question("integer", "first"), question("integer", "second", constraint="${first} < 5")).form
    assert form is not None

    def wrong(second: dict[str, Any]) -> bool:
        return bool(violations(form.value, {"first": {"value": 7}, "second": second}, LAWYERS, "2026-01-05"))

    assert wrong({"value": 1})
    assert not wrong({"missing": "unk"})


def test_each_answer_goes_to_the_compartment_of_its_row(sample: Form) -> None:
    answers = {"days_outside": {"value": 3}, "missed": {"value": ["food"]}, "helped_by": {"value": "a priest"}}
    answers |= {"w_contact": {"value": "the baker"}, "n_text": {"value": "We walked."}}
    sealed = by_compartment(sample.value, answers, LAWYERS)
    assert {*sealed["incident"]} == {"days_outside", "missed"}
    assert {*sealed["narrative"]} == {"helped_by", "n_text"}
    assert {*sealed["identity"]} == {"w_contact"}


def test_own_questions_are_in_no_coded_account(sample: Form) -> None:
    incident = {"days_outside": {"value": 3}, "missed": {"value": ["food"]}, "w_age": {"value": "a18to24"}}
    incident |= {"nights": {"value": [{"night_place": "forest"}, {"night_place": "camp"}]}}
    assert generalise(incident, sample.value) == {"w_age": {"value": "a18to24"}}


def test_own_answers_in_a_dishonest_coded_account_leave_no_trace_in_a_release() -> None:
    coded = {"i_date": {"value": "2025-11"}, "w_age": {"value": "a18to24"}, "v_acts": {"value": ["force_body"]}}
    own = {
        "days_outside": {"value": 3},
        "nights": {"value": [{"night_place": "forest"}]},
        "helped_by": {"value": "Ann"},
    }
    assert release_line(coded | own) == release_line(coded)


def test_a_group_inside_a_group_is_a_section_and_both_conditions_count() -> None:
    form = told(
        question("select_one answered", "first"),
        {"type": "begin_group", "name": "inner", "label::English (en)": "Inner", "relevant": "${first} = 'yes'"},
        question("integer", "second", relevant="${first} != 'no'"),
        {"type": "end_group"},
        question("integer", "third"),
    ).form
    assert form is not None
    assert [(section.id, [field.id for field in section.fields]) for section in form.sections] == [
        ("part", ["first"]),
        ("inner", ["second"]),
        ("part_2", ["third"]),
    ]
    assert form.field("second").relevant == ["and", ["has", "first", "yes"], ["not", ["has", "first", "no"]]]


def test_or_other_asks_for_words_that_only_lawyers_read() -> None:
    rows = (question("select_multiple answered or_other", "seen", required="yes"), question("integer", "days"))
    form = told(*rows).form
    assert form is not None
    require_safe(form)
    assert [field.id for field in form.fields] == ["seen", "seen_other", "days"]
    assert form.lists["answered"].codes == ("yes", "no", "other")
    words = form.field("seen_other")
    assert (words.type, words.compartment, words.required, words.label) == (
        "text",
        "narrative",
        True,
        "Question seen (Other)",
    )
    assert "seen_other" not in relevant(form.value, {"seen": {"value": ["yes"]}}, LAWYERS)
    assert "seen_other" in relevant(form.value, {"seen": {"value": ["yes", "other"]}}, LAWYERS)


def test_only_the_question_with_or_other_offers_other() -> None:
    rows = (
        question("select_one answered", "first"),
        question("select_one answered or_other", "second"),
        question("select_multiple answered or_other", "third"),
    )
    form = told(*rows).form
    assert form is not None
    require_safe(form)
    held = {field.id: (field.list, field.options) for field in form.fields if field.options}
    with_other = ("answered_other", ("yes", "no", "other"))
    assert held == {"first": ("answered", ("yes", "no")), "second": with_other, "third": with_other}


def test_or_other_in_a_repeat_asks_for_words_in_the_same_row() -> None:
    rows = (
        question("begin_repeat", "nights", compartment="narrative", disclosure="direct"),
        {"type": "select_one answered or_other", "name": "seen", "label::English (en)": "Seen"},
        {"type": "end_repeat"},
    )
    form = told(*rows).form
    assert form is not None
    require_safe(form)
    seen, words = form.field("nights").pieces
    assert (seen.type, words.id, words.type) == ("select", "seen_other", "text")
    told_rows = [{"seen": "yes", "seen_other": "Rain"}, {"seen": "other", "seen_other": "Fog"}]
    counted = by_compartment(form.value, {"nights": {"value": told_rows}}, LAWYERS)
    assert counted["narrative"]["nights"] == {"value": [{"seen": "yes"}, {"seen": "other", "seen_other": "Fog"}]}


def test_or_other_keeps_the_label_that_the_author_wrote() -> None:
    own = {"list_name": "answered", "name": "other", "label::English (en)": "Something else"}
    form = told(question("select_one answered or_other", "seen"), choices=(HEARD, own)).form
    assert form is not None
    assert [one.label for one in form.lists["answered"].options] == ["Yes", "Something else"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            (
                question("begin_repeat", "nights"),
                question("select_one answered or_other", "seen"),
                {"type": "end_repeat"},
            ),
            "words of a person can name somebody",
        ),
        (
            (question("select_one answered or_other", "seen"), question("integer", "seen_other")),
            "row 3 has the name seen_other",
        ),
        (
            (question("select_one answered or_other", "a" * 38),),
            "or_other asks for the words in a question NAME_other; write a name of at most 34 letters",
        ),
    ],
)
def test_or_other_is_refused_where_its_words_have_no_place(rows: tuple[dict[str, object], ...], reason: str) -> None:
    assert any(reason in said for *_, said in refusals(*rows))


def test_a_default_is_offered_for_one_tap_and_answers_nothing() -> None:
    form = told(
        question("select_one answered", "first", default="yes"),
        question("select_multiple answered", "several", default="yes no"),
        question("select_one answered", "again", default="${first}"),
        question("integer", "days", default="3"),
        question("integer", "nights", default="${days} + 1"),
    ).form
    assert form is not None
    require_safe(form)
    assert [field.suggest for field in form.fields] == [
        ("yes",),
        ("yes", "no"),
        (["of", "first"],),
        (3,),
        (["plus", ["of", "days"], 1],),
    ]
    assert by_compartment(form.value, {}, LAWYERS)["incident"] == {}


@pytest.mark.parametrize("wrong", [["of"], ["of", "later"]])
def test_a_definition_written_by_hand_offers_only_what_it_knows(wrong: list[str]) -> None:
    form = told(question("integer", "first", default="3"), question("integer", "later")).form
    assert form is not None
    fields = {**form.value["fields"], "first": {**form.value["fields"]["first"], "suggest": [wrong]}}
    with pytest.raises((QuestionnaireRefused, QuestionnaireUnreadable)):
        require_safe(parse(canonical.encode({**form.value, "fields": fields}, depth=DEPTH)))


def test_a_note_is_read_with_the_question_after_it() -> None:
    note = {"type": "note", "name": "hear", "label::English (en)": "Ask softly."}
    form = told(note, question("integer", "days", **{"hint::English (en)": "In days."})).form
    assert form is not None
    assert form.field("days").hint == "Ask softly. In days."


def test_a_list_of_the_codebook_need_not_be_copied_and_keeps_its_families() -> None:
    vio = question("select_multiple vio", "v_acts", disclosure="sensitive")
    form = told(vio).form
    assert form is not None
    assert {option.family for option in form.lists["vio"].options} > {"dogs"}
    assert form.value["fields"]["v_acts"]["export"] == "gen"


def test_what_a_phone_records_itself_is_left_out_and_said() -> None:
    reading = told(
        {"type": "start", "name": "start"}, {"type": "deviceid", "name": "deviceid"}, question("date", "seen")
    )
    assert reading.form is not None
    assert [(one.row, one.column) for one in reading.warnings][:2] == [(3, "type"), (4, "type")]
    assert [field.id for field in reading.form.fields] == ["seen"]


def test_looks_are_left_out_with_a_warning() -> None:
    reading = told(question("integer", "days", appearance="bearing", parameters="rows=3"))
    assert reading.form is not None
    assert {one.column for one in reading.warnings} >= {"appearance", "parameters"}


def test_a_choice_is_folded_or_stands_in_a_row_where_its_author_says_so() -> None:
    reading = told(
        question("select_multiple answered", "first", appearance="minimal"),
        question("select_one answered", "second", appearance="likert w2"),
        question("select_one answered", "third", appearance="map"),
        question("begin_repeat", "nights"),
        {"type": "select_one answered", "name": "seen", "label::English (en)": "Seen", "appearance": "minimal"},
        {"type": "end_repeat"},
    )
    assert reading.form is not None, reading.refusals
    require_safe(reading.form)
    assert [field.looks for field in reading.form.fields] == ["minimal", "likert", None, None]
    assert [one.row for one in reading.warnings if one.column == "appearance"] == [4, 5]


def test_what_a_release_will_miss_is_said() -> None:
    reasons = [one.reason for one in told(question("integer", "days")).warnings]
    assert any("i_date is not asked" in reason for reason in reasons)
    assert any("required fields of the codebook" in reason and "w_nat" in reason for reason in reasons)


def test_every_problem_is_named_at_once_with_its_place() -> None:
    found = refusals(
        question("image", "where"),
        question("integer", "days", compartment=""),
        question("integer", "days", disclosure="secret"),
        question("select_one nowhere", "far", relevant="pulldata('a', 'b') = 1"),
    )
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [
        ("survey", 3, "type"),
        ("survey", 5, "name"),
        ("survey", 4, "compartment"),
        ("survey", 5, "disclosure"),
        ("survey", 6, "type"),
        ("survey", 6, "relevant"),
    ]


ONE_PROBLEM: dict[str, tuple[dict[str, object], str, str]] = {
    "no compartment": (question("integer", "days", compartment=""), "compartment", "the compartment is missing"),
    "no disclosure": (question("integer", "days", disclosure=""), "disclosure", "the disclosure is missing"),
    "unknown compartment": (question("integer", "days", compartment="public"), "compartment", "no compartment"),
    "consent": (question("integer", "days", compartment="consent"), "compartment", "asked by the program itself"),
    "words in the incident": (question("text", "words"), "compartment", "words of a person"),
    "a name in the incident": (
        question("integer", "days", disclosure="direct"),
        "disclosure",
        "names a person directly",
    ),
    "a picture": (question("image", "photo"), "type", "'image' is not supported"),
    "a sound": (question("audio", "voice"), "type", "'audio' is not supported"),
    "a calculation": (question("calculate", "sum"), "type", "the calculation is missing"),
    "external choices": (question("select_one_from_file a.csv", "far"), "type", "is not supported"),
    "or_other of a list of the program": (question("select_one age or_other", "far"), "type", "has no code other"),
    "more after the list": (question("select_one answered randomly", "far"), "type", "is not supported"),
    "no such list": (question("select_one nowhere", "far"), "type", "has no list nowhere"),
    "a cascade by no column": (
        question("select_one answered", "far", choice_filter="a=1"),
        "choice_filter",
        "'a' is not",
    ),
    "a cascade of the program's list": (
        question("select_one iso3", "far", choice_filter="name != 'a'"),
        "choice_filter",
        "whose rows are not in the sheet choices",
    ),
    "a default of words": (
        question("text", "words", default="None", compartment="narrative"),
        "default",
        "the person's own",
    ),
    "a default of no list": (question("select_one answered", "far", default="maybe"), "default", "'maybe' is no code"),
    "a default below zero": (question("integer", "days", default="-1"), "default", "is from 0 to 1000000"),
    "a default with a fraction": (question("integer", "days", default="3.5"), "default", "is from 0 to 1000000"),
    "a default of another kind": (question("integer", "days", default="'many'"), "default", "of another kind"),
    "a default of what comes later": (
        question("integer", "days", default="${nights}"),
        "default",
        "no question that stands before",
    ),
    "read only": (question("integer", "days", read_only="yes"), "read_only", "is not asked"),
    "calculation": (question("integer", "days", calculation="1+1"), "calculation", "write a row of type calculate"),
    "a required expression": (question("integer", "days", required="${a}=1"), "required", "only yes or no"),
    "a name with capitals": (question("integer", "Days"), "name", "small letters"),
    "no name": (question("integer", ""), "name", "the name is missing"),
    "a name of the page": (question("integer", "purpose_p04"), "name", "the interview page itself uses"),
    "a name of JavaScript": (question("integer", "constructor"), "name", "the interview page itself uses"),
    "no label": (question("integer", "days", **{"label::English (en)": ""}), "label", "the label is missing"),
    "a formula": (question("integer", "days", **{"label::English (en)": "=1+1"}), "label::English (en)", "a formula"),
    "another type than the codebook's": (question("text", "w_age", compartment="narrative"), "type", "is a field of"),
    "another list than the codebook's": (
        question("select_one answered", "w_age", disclosure="quasi"),
        "type",
        "list age",
    ),
    "another compartment": (
        question("select_one age", "w_age", disclosure="quasi", compartment="provenance"),
        "compartment",
        "this is incident",
    ),
    "another disclosure": (question("select_one age", "w_age"), "disclosure", "this is quasi"),
    "a field that no form asks": (question("integer", "cs_age"), "name", "no questionnaire asks"),
    "a date without its precision": (question("date", "i_date", disclosure="quasi"), "name", "i_date_prec must stand"),
    "a later field": (
        question("integer", "days", relevant="${later} = 1"),
        "relevant",
        "no question that stands before this one",
    ),
    "itself": (
        question("integer", "days", relevant="${days} = 1"),
        "relevant",
        "no question that stands before this one",
    ),
}


@pytest.mark.parametrize("case", ONE_PROBLEM)
def test_what_cannot_be_used_is_refused_where_it_stands(case: str) -> None:
    row, column, words = ONE_PROBLEM[case]
    found = refusals(row)
    assert ("survey", 3, column) in [place[:3] for place in found], found
    assert any(words in reason for _, _, where, reason in found if where == column), found


def test_groups_and_repeats_have_to_be_closed_and_whole() -> None:
    assert ("survey", 3, "type", "no repeat is open here") in refusals({"type": "end_repeat"})
    opened = question("begin_repeat", "rows")
    assert refusals(opened, question("integer", "days"))[0][:3] == ("survey", 3, "type")
    assert refusals(opened, {"type": "end_repeat"})[0][3] == "this repeat holds no question"
    inner = refusals(opened, question("begin_repeat", "more"), {"type": "end_repeat"})
    assert any("a repeat inside a repeat" in reason for *_, reason in inner)


def test_a_repeat_is_sealed_as_one_and_holds_no_words_in_the_incident() -> None:
    found = refusals(
        question("begin_repeat", "rows"),
        question("text", "who", compartment=""),
        question("integer", "old", compartment="identity"),
        question("integer", "many", compartment="", repeat_count="2"),
        {"type": "end_repeat"},
    )
    assert [(row, column) for _, row, column, _ in found] == [
        (6, "repeat_count"),
        (4, "compartment"),
        (5, "compartment"),
    ]


def test_settings_name_the_questionnaire_and_its_version() -> None:
    days = question("integer", "days")
    places = [place[:3] for place in refusals(days, settings={"form_id": "a b", "default_language": "English (en)"})]
    assert places == [("settings", 2, "form_id"), ("settings", 2, "version")]
    shipped = SETTINGS | {"form_id": Form.load().id.partition("@")[0]}
    assert refusals(days, settings=shipped)[0][:3] == ("settings", 2, "form_id")


def test_a_language_has_a_code_and_the_default_one_has_every_text() -> None:
    coded = question("integer", "days", **{"label::Français": "Jours"})
    assert ("survey", 1, "label::Français") in [place[:3] for place in refusals(coded)]
    french = {"default_language": "Français (fr)"}
    found = refusals(question("integer", "days"), settings=SETTINGS | french)
    assert ("survey", 3, "label", "the text is missing in fr, the default language") in found


def test_a_text_that_a_language_lacks_is_warned_of_by_row() -> None:
    reading = told(question("integer", "days", **{"label::Français (fr)": "Jours"}), question("integer", "more"))
    assert any("missing in fr" in one.reason and "2, 4" in one.reason for one in reading.warnings)


@pytest.mark.parametrize(
    ("choices", "row", "column"),
    [
        ([HEARD, HEARD], 3, "name"),
        ([HEARD | {"name": "Yes"}], 2, "name"),
        ([HEARD | {"label::English (en)": ""}], 2, "label"),
        ([HEARD | {"list_name": ""}], 2, "list_name"),
        ([HEARD | {"list_name": "iso3"}], 2, "list_name"),
        ([HEARD | {"list_name": "age"}], 2, "name"),
    ],
)
def test_choices_have_a_list_a_code_and_a_label(choices: list[dict[str, object]], row: int, column: str) -> None:
    found = refusals(question("integer", "days"), choices=choices)
    assert ("choices", row, column) in [place[:3] for place in found]


def test_what_only_pyxform_finds_is_said_too() -> None:
    reading = told(question("integer", "days", **{"bind::odk:length": "${nothing}"}))
    assert reading.form is not None
    assert any("ODK and KoboToolbox would not" in one.reason for one in reading.warnings)


def test_a_list_whose_code_is_refused_is_not_called_absent() -> None:
    found = refusals(question("select_one answered", "heard", relevant="1 = 1"), choices=[HEARD | {"name": "Yes"}])
    assert [(sheet, column) for sheet, _, column, _ in found] == [("choices", "name")]


def calculate(name: str, said: str, **more: str) -> dict[str, object]:
    return {"type": "calculate", "name": name, "calculation": said, **more}


def test_a_calculation_is_no_question_and_counts_in_what_follows() -> None:
    form = told(
        question("integer", "days"),
        calculate("weeks", "round(${days} div 7)", relevant="${days} > 6"),
        calculate("long", "if(${weeks} > 3, 'yes', 'no')"),
        question("integer", "more", relevant="${long} = 'yes'", **{"label::English (en)": "In ${weeks} weeks?"}),
    ).form
    assert form is not None
    require_safe(form)
    assert [field.id for field in form.fields] == ["days", "more"]

    def asked(days: int) -> bool:
        return "more" in relevant(form.value, {"days": {"value": days}}, LAWYERS)

    assert [asked(days) for days in (0, 6, 21, 28)] == [False, False, False, True]
    assert {*form.value["calculated"]} == {"weeks"}
    again = parse(form.definition)
    assert again.sha256 == form.sha256


def test_a_calculation_that_cannot_be_made_is_refused_where_it_stands() -> None:
    found = refusals(calculate("a", "pulldata('x', 'y')"), question("integer", "days", relevant="${a} = 1"))
    assert found[0][:3] == ("survey", 3, "calculation")
    deep = [question("integer", "c0"), *(calculate(f"c{one}", f"${{c{one - 1}}} * 2 + 1") for one in range(1, 30))]
    assert any("too deep" in reason for *_, reason in refusals(*deep, question("integer", "days")))
    inside = [question("begin_repeat", "rows"), calculate("c", "1"), question("integer", "n"), {"type": "end_repeat"}]
    after = question("integer", "days", relevant="${c} = 1")
    assert any("no question that stands before this one" in reason for *_, reason in refusals(*inside, after))


def test_an_earlier_answer_may_stand_in_a_label_and_a_hint_and_nothing_else_may() -> None:
    def row(kind: str, name: str, text: str) -> dict[str, object]:
        return question(kind, name, **{"label::English (en)": text, "hint::English (en)": text})

    form = told(question("integer", "days"), row("integer", "more", "After ${days} days?")).form
    assert form is not None
    assert (form.field("more").label, form.field("more").hint) == ("After ${days} days?",) * 2
    for wrong in (row("integer", "days", "${later}?"), row("integer", "days", "${days}?")):
        assert {place[:3] for place in refusals(wrong)} == {("survey", 3, "label"), ("survey", 3, "hint")}
    message = question("integer", "more", constraint=". < 5", **{"constraint_message::English (en)": "${days}"})
    assert [place[:3] for place in refusals(question("integer", "days"), message)] == [
        ("survey", 4, "constraint_message")
    ]


def test_equal_problems_are_said_once_with_their_rows() -> None:
    rows = [question("image", f"photo_{number}") for number in range(3)]
    said = [*grouped(told(*rows, question("text", "words"), question("image", "last")).refusals)]
    assert said[0] == ("survey, rows 3-5 7, type", "the type 'image' is not supported")


def test_an_empty_questionnaire_is_refused() -> None:
    assert ("survey", None, "", "there is no question") in refusals(grouped=False)


def test_the_reader_of_spreadsheets_is_loaded_only_to_read_one() -> None:
    """A node at rest is near its limit of memory: what serves must not bring openpyxl and pyxform."""
    code = (
        "import sys, testimony.web.factory, testimony.web.field.interview.pages, testimony.web.desk.testimony.page, "
        "testimony.services.wordings.questionnaires, testimony.cli.main; testimony.cli.main.build_parser(); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'openpyxl', 'pyxform', 'lark', 'xlrd'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rows_count_as_the_spreadsheet_shows_them() -> None:
    empty: dict[str, object] = {}
    assert refusals(empty, empty, question("image", "where"))[0][:2] == ("survey", 5)
    assert packed(question("integer", "days")).startswith(b"PK")


def test_a_row_of_a_repeat_may_hold_a_date() -> None:
    repeat = {**question("begin_repeat", "stops"), "label::English (en)": "Stops"}
    form = told(repeat, question("date", "stopped_on"), {"type": "end_repeat"}).form
    assert form is not None
    require_safe(form)
    wrong = [violations(form.value, {"stops": {"value": [{"stopped_on": day}]}}, LAWYERS, "2026-01-05") for day in DAYS]
    assert wrong == [[], [{"field": "stops", "check": "row", "kind": "block"}]]
