"""Questions and answers are shown by the form with which they were asked, in the reader's language."""

from __future__ import annotations

import pytest

from testimony.questionnaire import definition
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.questionnaire.xlsform.reader import read
from tests.support.questionnaire.sample import WORKBOOK


@pytest.fixture(scope="module")
def own() -> Form:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    return form


def test_answers_of_the_shipped_form_are_said_in_words() -> None:
    say = Wording(Form.load(), "en").answer_texts
    assert say("a_expr", {"missing": "ref"}) == ["Prefers not to say"]
    assert say("v_acts", {"value": ["unk"]}) == ["Does not know"]
    assert say("v_acts", {"value": ["beat", "from_a_newer_form"]})[1:] == ["from_a_newer_form"]
    assert say("g_size", {"value": 7}) == ["7"]
    assert say("w_name", {"value": "yes"}) == ["yes"]
    assert say("nothing_known", {"value": "x"}) == ["x"]
    assert say("w_age", {}) == []


def test_rows_are_said_with_the_names_of_their_pieces() -> None:
    say = Wording(Form.load(), "en").answer_texts
    assert say("i_chain", {"value": [{"method": "bus", "from": "SVN", "to": "HRV"}]}) == [
        "Slovenia to Croatia (By bus/vehicle)"
    ]
    assert say("i_chain", {"value": [{"to": "HRV", "from": "SVN"}]}) == ["From: Slovenia · To: Croatia"]


def test_coded_answers_are_said_as_bands_and_families() -> None:
    def say(name: str, value: object, lang: str = "en") -> list[str]:
        return Wording(Form.load(), lang).answer_texts(name, {"value": value}, coded=True)

    assert say("g_size", "s6to10", "fr") == ["6 à 10"]
    assert say("d_dead", "c0") == ["None"]
    assert say("v_acts", ["firearm"]) == ["Firearms"]
    assert say("i_chain", "yes") == ["Yes"]


def test_an_own_form_is_said_in_each_of_its_languages(own: Form) -> None:
    english, french = Wording(own, "en"), Wording(own, "fr")
    assert english.field_label("days_outside") == "How many days did you sleep outside?"
    assert french.field_label("days_outside") == "Combien de jours avez-vous dormi dehors ?"
    assert french.field_hint("nights") == "Une ligne par lieu, pour environ … semaines en tout."
    assert french.section_title("after") == "Les jours après le renvoi"
    assert french.check_message("days_outside", "") == "Plus d’un an n’est pas possible ici."
    rows = {"value": [{"night_count": 3, "night_place": "forest"}]}
    assert english.answer_texts("nights", rows) == ["Kind of place: Forest · Nights: 3"]
    assert french.answer_texts("nights", rows) == ["Type de lieu: Forêt · Nuits: 3"]
    assert french.answer_texts("missed", {"value": ["water", "none"]}) == ["De l’eau", "Rien n’a manqué"]


def test_the_programs_words_stand_in_where_an_own_form_has_none(own: Form) -> None:
    arabic = Wording(own, "ar")
    assert arabic.field_label("w_age") == Wording(Form.load(), "ar").field_label("w_age")
    assert arabic.option_label("vio", "beat") == Wording(Form.load(), "ar").option_label("vio", "beat")
    assert arabic.field_label("missed") == "What was missing in these … days?"
    assert Wording(own, "fr").field_label("cs_mode") == Wording(Form.load(), "fr").field_label("cs_mode")


def test_without_the_form_the_codebook_names_its_own_and_ids_the_rest() -> None:
    none = Wording(None, "en")
    assert none.field_label("w_age") == "Age band"
    assert none.field_label("days_outside") == "days_outside"
    assert none.answer_texts("missed", {"value": ["water"]}) == ["water"]
    known = Wording(Form.load(), "en").option_label("age", "a18to24")
    assert none.answer_texts("w_age", {"value": "a18to24"}) == [known]


def test_every_form_that_was_ever_shipped_can_be_read_and_worded() -> None:
    shipped = definition.all_shipped()
    assert {form.id for form in shipped} >= {"camp-interview@1", Form.load().id}
    for form in shipped:
        assert definition.shipped(form.sha256) is form
        for lang in ("en", "fr"):
            wording = Wording(form, lang)
            for field in (*form.fields, *form.consent_fields):
                assert wording.field_label(field.id) != field.id
                wording.field_hint(field.id)
                assert all(wording.piece_label(field.id, piece) for piece in field.pieces)
            assert all(wording.section_title(section.id) for section in form.sections)
