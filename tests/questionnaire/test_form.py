"""The form of the interview: order, completeness, what its skip logic may do, and that its hash is of its bytes."""

import json
from pathlib import Path

import pytest

from testimony import canonical
from testimony.questionnaire import conditions
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Field, Form

FORM = Form.load()
FIELDS = list(FORM.fields)
VECTORS = Path(__file__).parents[1] / "vectors"
CASES = [case for case in json.loads((VECTORS / "coded.json").read_text())["cases"] if "source" in case]


def test_the_free_account_comes_before_the_coded_pass() -> None:
    assert next(section.id for section in FORM.sections) == "account"
    assert FIELDS[1].id == "n_text"


def test_all_27_required_fields_of_the_codebook_are_asked() -> None:
    required = {field.id for field in Codebook.load().fields.values() if field.required}
    assert len(required) == 27
    assert {field.id for field in FIELDS if field.required} == required


def test_every_theme_has_a_question_whose_answer_may_leave() -> None:
    asked = {theme for field in FIELDS if field.export != "never" for theme in field.themes}
    assert asked == set(Codebook.load().themes)


def test_no_field_is_asked_twice_and_only_three_compartments_are_filled() -> None:
    assert len({field.id for field in FIELDS}) == len(FIELDS)
    assert {field.compartment for field in FIELDS} == {"incident", "identity", "narrative"}
    assert {field.compartment for field in FORM.consent_fields} == {"consent"}


def test_a_name_is_asked_only_where_the_lawyer_may_read_it() -> None:
    identity = [field for field in FIELDS if field.compartment == "identity"]
    assert {"w_name", "w_alias", "w_contact", "w_contact_rules"} <= {field.id for field in identity}
    assert all(field.relevant == ["stands", "P04"] for field in identity)


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
        assert fields_of(check.when) <= {field.id for field in FIELDS}, check.id
        conditions.evaluate(check.when, {}, (), "2026-11-24")


def test_required_questions_are_never_skipped() -> None:
    assert [field.id for field in FIELDS if field.required and field.relevant is not True] == []


# a leg of another kind is a return of another kind too, and `i_ret` opens the field for it
OTHERS = [field for field in FIELDS if "other" in field.options and field.type != "repeat"]


@pytest.mark.parametrize("field", OTHERS, ids=lambda field: field.id)
def test_other_opens_a_field_for_words(field: Field) -> None:
    answer = ["other"] if field.type == "multi" else "other"
    opened = conditions.relevant(FORM.value, {field.id: {"value": answer}}, ("P01",))
    plain = conditions.relevant(FORM.value, {}, ("P01",))
    assert any(FORM.field(name).type == "text" for name in set(opened) - set(plain))


def test_the_definition_is_canonical_and_its_hash_is_of_its_bytes() -> None:
    assert canonical.decode(FORM.definition) == FORM.value
    assert canonical.sha256_hex(FORM.definition) == FORM.sha256
    assert FORM.id == FORM.value["id"] == "camp-interview@1"


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
    assert conditions.needed(FORM.value, answers, ("P01",)) == ["n_text"]


def fields_of(tree: object) -> set[str]:
    """The fields that an expression looks at."""
    if not isinstance(tree, list):
        return set()
    if tree[0] in {"answered", "missing", "has", "of"}:
        return {tree[1]}
    if tree[0] == "sum":
        return set(tree[1:])
    return set[str]().union(*(fields_of(part) for part in tree[1:]))
