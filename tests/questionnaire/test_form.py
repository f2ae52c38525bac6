"""The form of the interview: order, completeness, what its skip logic may do, and that its hash is of its bytes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.questionnaire import conditions, definition, expressions
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.questionnaire.expressions import fields_of
from testimony.questionnaire.form import DEPTH, Field, Form, read_path

FORM = Form.load()
FIELDS = list(FORM.fields)
VECTORS = Path(__file__).parents[1] / "vectors"
CASES = [case for case in json.loads((VECTORS / "coded.json").read_text())["cases"] if "source" in case]


def test_the_free_account_comes_before_the_coded_pass() -> None:
    assert next(section.id for section in FORM.sections) == "account"
    assert FIELDS[0].id == "n_text"


def test_all_17_required_fields_of_the_codebook_are_asked() -> None:
    required = {field.id for field in Codebook.load().fields.values() if field.required}
    assert len(required) == 17
    assert {field.id for field in FIELDS if field.required} == required


CONCLUSIONS = {"i_type", "g_same_treat", "p_appeal", "p_suspend", "k_charge", "h_act"}
UNKNOWABLE = {"c_alt", "m_facility", "x_army", "i_dist", "p_interp_gender", "p_legal_gender", "v_resist", "x_bias"}


def test_no_conclusion_of_law_and_nothing_that_few_can_know_is_required() -> None:
    assert not {field.id for field in FIELDS if field.required} & (CONCLUSIONS | UNKNOWABLE)
    assert not {step.field for step in FORM.path} & UNKNOWABLE


def test_the_default_path_goes_as_a_story_and_asks_all_that_is_required() -> None:
    path = [name for step in FORM.path for name in step.fields]
    story = ["n_text", "w_role", "i_date", "i_segment", "x_actors", "a_expr", "a_resp", "i_ret", "v_acts", "v_prop"]
    assert [name for name in path if name in story] == story
    assert path[-1] == "r_wish"  # nobody ends on the dead
    assert {field.id for field in FIELDS if field.required} <= {*path, "i_date_prec"}


def test_a_condition_of_the_path_depends_on_what_it_asked_before() -> None:
    before: set[str] = set()
    for step in FORM.path:
        assert fields_of(step.when) <= before, step.field
        before |= {*step.fields}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"field": "nowhere"}], "'nowhere', which has no card"),
        ([{"field": "cs_age"}], "'cs_age', which has no card"),
        ([{"field": "i_date_prec"}], "'i_date_prec', which has no card"),
        ([{"field": "w_role"}, {"field": "w_role"}], "w_role stands twice"),
        ([{"field": "w_role", "when": ["answered", "nowhere"]}], "depends in the path on ['nowhere']"),
        ([{"field": "w_role"}], "leaves out what is required: n_text, w_age"),
        ([{"field": "w_age", "beside": ["w_age"]}], "w_age stands twice"),
        ([{"field": "w_age", "beside": ["w_nat"]}], "w_nat do not follow w_age in the form"),
        ([{"field": "w_age", "beside": ["i_segment"]}], "i_segment do not follow w_age in the form"),
        ([{"field": "i_date", "beside": ["i_segment"]}], "a date with a precision has a card of its own"),
    ],
)
def test_a_path_that_an_interview_could_not_walk_is_refused_and_says_why(steps: list[Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read_path({"path": steps}, FORM.sections)
    broken = {**FORM.value, "path": steps}
    with pytest.raises(QuestionnaireUnreadable):
        definition.parse(canonical.encode(broken, depth=DEPTH))


def test_a_condition_of_the_path_that_says_nothing_is_refused() -> None:
    steps = [*FORM.value["path"][:-1], {"field": "r_wish", "when": ["perhaps", "w_role"]}]
    with pytest.raises(QuestionnaireUnreadable):
        definition.parse(canonical.encode({**FORM.value, "path": steps}, depth=DEPTH))


def test_forms_of_earlier_versions_stay_readable_the_first_two_without_a_path() -> None:
    earlier = {form.id: form for form in definition.all_shipped() if form.id != FORM.id}
    assert [*earlier] == [f"camp-interview@{number}" for number in range(1, 6)]
    assert [form.path == () for form in earlier.values()] == [True, True, False, False, False]
    assert len([field for field in earlier["camp-interview@2"].fields if field.required]) == 27


NOT_ASKED = {  # media are captured, not asked; reviewers, the station and translators fill in the rest
    *("w_photo", "w_voice", "w_signature", "s_days_after", "s_interviewer", "s_interpreter", "n_trans", "n_deid"),
}


def test_every_field_of_the_codebook_that_a_person_can_answer_is_asked() -> None:
    answered = {
        field.id for field in Codebook.load().fields.values() if field.compartment in (*conditions.COMPARTMENTS,)
    }
    assert answered - NOT_ASKED == {field.id for field in FIELDS}


REPEATS = [field for field in FIELDS if field.type == "repeat"]


@pytest.mark.parametrize("field", REPEATS, ids=lambda field: field.id)
def test_a_repeat_has_pieces_of_known_kinds_and_an_end(field: Field) -> None:
    assert field.most
    assert any(piece.required for piece in field.pieces)
    for piece in field.pieces:
        assert piece.type in {"select", "multi", "code", "int", "date", "text"}
        assert piece.type != "text" or field.compartment != "incident"
        assert (piece.type in {"int", "date", "text"}) == (piece.list is None)
        assert piece.list is None or Codebook.load().codes(piece.list)


def test_nothing_of_this_happened_answers_with_codes_of_the_field() -> None:
    for section in FORM.sections:
        for name, code in section.none.items():
            field = FORM.field(name)
            assert field in section.fields
            assert code == "0" if field.type == "int" else code in field.options


def test_every_theme_has_a_question_whose_answer_may_leave() -> None:
    asked = {theme for field in FIELDS if field.export != "never" for theme in field.themes}
    assert asked == set(Codebook.load().themes)


def test_no_field_is_asked_twice_and_only_four_compartments_are_filled() -> None:
    assert len({field.id for field in FIELDS}) == len(FIELDS)
    assert {field.compartment for field in FIELDS} == {*conditions.COMPARTMENTS}
    assert {field.compartment for field in FORM.consent_fields} == {"consent"}


def test_a_name_is_asked_only_where_the_lawyer_may_read_it() -> None:
    identity = [field for field in FIELDS if field.compartment == "identity"]
    assert {"w_name", "w_alias", "w_contact", "w_contact_rules"} <= {field.id for field in identity}
    for field in identity:
        assert ["stands", "P04"] in (field.relevant, *field.relevant), field.id


def test_what_decides_about_a_question_was_asked_before_it() -> None:
    known: set[str] = set()
    for field in FIELDS:
        assert fields_of(field.relevant) <= known, field.id
        known.add(field.id)


def test_checks_know_their_fields_and_have_ids_of_their_own() -> None:
    checks = [check for field in FIELDS for check in field.checks]
    assert len({check.id for check in checks}) == len(checks)
    assert {check.kind for check in checks} == {"block", "ask"}
    for check in checks:
        assert fields_of(check.when) <= {field.id for field in (*FIELDS, *FORM.consent_fields)}, check.id
        expressions.evaluate(check.when, {}, (), "2026-11-24")


def test_only_the_answer_to_those_who_asked_is_a_required_question_that_is_ever_skipped() -> None:
    assert [field.id for field in FIELDS if field.required and field.relevant is not True] == ["a_resp"]
    for asked, then in (("yes", True), ("no", False)):
        given = {"a_expr": {"value": asked}}
        assert ("a_resp" in conditions.needed(FORM.value, given, ("P01",))) is then


# a leg of another kind is a return of another kind too, and `i_ret` opens the field for it
OTHERS = [field for field in FIELDS if "other" in field.options and field.type != "repeat"]


@pytest.mark.parametrize("field", OTHERS, ids=lambda field: field.id)
def test_other_opens_a_field_for_words(field: Field) -> None:
    answer = ["other"] if field.type == "multi" else "other"
    before = {"h_act": {"value": ["attack"]}}  # opens `h_who`
    opened = conditions.relevant(FORM.value, {**before, field.id: {"value": answer}}, ("P01",))
    plain = conditions.relevant(FORM.value, before, ("P01",))
    assert any(FORM.field(name).type == "text" for name in set(opened) - set(plain))


def test_the_definition_is_canonical_and_its_hash_is_of_its_bytes() -> None:
    assert canonical.decode(FORM.definition, depth=DEPTH) == FORM.value
    assert canonical.sha256_hex(FORM.definition) == FORM.sha256
    assert FORM.id == FORM.value["id"] == "camp-interview@6"


def test_the_definition_that_the_browser_tests_read_is_this_one() -> None:
    assert (VECTORS / "form.json").read_bytes() == FORM.definition, (
        "write Form.load().definition to tests/vectors/form.json"
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_six_published_cases_fit_the_form_whole(case: dict[str, object]) -> None:
    answers = case["answers"]
    assert isinstance(answers, dict)
    kept = conditions.by_compartment(FORM.value, answers, ("P01",))["incident"]
    # w_age "unk" and the like are read as missing: compare what was asked, not how it was written
    assert set(kept) == set(answers)
    assert conditions.violations(FORM.value, answers, ("P01",), "2026-11-24") == []
    assert conditions.needed(FORM.value, answers, ("P01",)) == ["n_text", "d_any"]
