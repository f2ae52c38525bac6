"""Labels: every text of the form in every language, countries and borders by name, answers in words."""

import gettext
import json
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from testimony.domain.testimony.languages import LABELLED
from testimony.questionnaire import labels
from testimony.questionnaire.catalogue import messages
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Form

FOLDER = Path(__file__).parents[2] / "translations"
VECTORS = Path(__file__).parents[1] / "vectors"
PLACES = "segment."
"""Of parts of borders: many are written alike everywhere."""
FORM = Form.load()
translated = pytest.mark.parametrize("lang", [lang for lang in LABELLED if lang != "en"])

SAME_IN_FRENCH = {"1", "Bus", "Drone", "Photo", "Train", "Religion", "Surveillance", "Transport", "Violence"}
SAME = {
    # what is written alike in English
    "fr": SAME_IN_FRENCH,
    "es": {"1", "No"},
    "tr": set(),
    "de": {"1", "Bus", "Religion", "Video"},
    "el": {"1"},
    "it": {
        "1",
        "Arizona",
        "California",
        "Ceuta",
        "Drone",
        "Evros",
        "Istria",
        "Melilla",
        "No",
        "Spray/gas",
        "Texas",
        "Video",
    },
    "uk": {"1"},
    "ru": {"1"},
    "pl": {"1", "Arizona", "Ceuta", "Chios", "Istria", "Kos", "Melilla", "Patrol", "Samos", "Transport"},
    "sr": {"1"},
    "pt": {"1", "Arizona", "Ceuta", "Drone", "Evros", "Samos", "Texas"},
    "hr": {"1", "Video"},
    "bs": {"1", "Video"},
}


def catalogue_of(lang: str) -> dict[tuple[str, str], str]:
    with (FOLDER / lang / "LC_MESSAGES" / "questionnaire.po").open("rb") as source:
        catalogue = read_po(source, locale=lang)
    assert not any(message.fuzzy for message in catalogue if message.id)
    return {(str(one.context), str(one.id)): str(one.string) for one in catalogue if one.id}


def test_the_template_for_translators_is_up_to_date() -> None:
    """Red? `make translations` renews it."""
    with (FOLDER / "questionnaire.pot").open("rb") as source:
        template = {(str(one.context), str(one.id)) for one in read_po(source) if one.id}
    assert template == set(messages().items())


@translated
def test_the_catalogue_is_complete_and_holds_nothing_else(lang: str) -> None:
    assert set(catalogue_of(lang)) == set(messages().items())


@translated
def test_every_text_is_translated_with_the_same_placeholders(lang: str) -> None:
    for (context, text), translation in catalogue_of(lang).items():
        assert translation.strip() == translation != "", context
        assert sorted(re.findall(r"%\(\w+\)s", translation)) == sorted(re.findall(r"%\(\w+\)s", text)), context
        if lang in ("ar", "fa"):
            assert re.search(r"[\u0600-\u06ff]", translation) or text.isdigit(), context
        elif text not in SAME[lang] and not context.startswith(PLACES):
            assert translation != text, context


@translated
def test_the_compiled_catalogue_is_the_one_that_is_read(lang: str) -> None:
    compiled = gettext.translation("questionnaire", FOLDER, [lang])
    for (context, text), translation in catalogue_of(lang).items():
        assert compiled.pgettext(context, text) == translation, f"{context}: run the compile step"


@pytest.mark.parametrize("lang", LABELLED)
def test_everything_that_the_form_shows_has_a_label(lang: str) -> None:
    for section in FORM.sections:
        assert labels.section_title(section.id, lang)
    for field in (*FORM.fields, *FORM.consent_fields):
        assert labels.field_label(field.id, lang)
        assert (labels.field_hint(field.id, lang) is None) == (field.hint is None)
        for check in field.checks:
            assert labels.check_message(check.id, lang)
    for name in (*FORM.lists, "iso3", "gaz_segment", "vio_family"):
        shown = labels.options(name, lang)
        assert {code for code, _ in shown} == set(Codebook.load().codes(name))
        assert len({label for _, label in shown}) == len(shown), name  # two codes with one label cannot be told apart


def test_countries_come_by_name_and_accents_do_not_move_them() -> None:
    french = [label for _, label in labels.options("iso3", "fr")]
    assert french.index("Danemark") < french.index("Égypte") < french.index("Fidji")
    assert labels.country_name("HRV", "ar") == "كرواتيا"
    assert labels.country_name("XXA", "fr") == "Apatride"


def test_a_segment_says_from_where_to_where_and_which_part() -> None:
    assert labels.segment_name("HRV-SRB:all", "en") == "Croatia to Serbia"
    assert labels.segment_name("GRC-TUR:evros", "fr") == "Grèce vers Turquie, Évros"
    assert labels.segment_name("SVN-HRV:kolpa", "ar") == "من سلوفينيا إلى كرواتيا، نهر كولبا"


def named_borders(lang: str) -> dict[str, object]:
    """What a phone gets to name borders in `lang`, and how the node names them."""
    names = {code: labels.segment_name(code, lang) for code in ("HRV-SRB:all", "GRC-TUR:evros", "ITA-LBY:sar_libya")}
    states = {state: labels.country_name(state, lang) for code in names for state in (code[:3], code[4:7])}
    words = labels.border_words(lang)
    parts = {part: name for part, name in words["parts"].items() if any(code.endswith(f":{part}") for code in names)}
    return {"lang": lang, "states": states, "words": words | {"parts": parts}, "names": names}


def test_phones_get_what_they_name_borders_with() -> None:
    made = [named_borders(lang) for lang in ("en", "fr", "ar", "tr")]
    assert json.loads((VECTORS / "border-names.json").read_text("utf-8")) == made, "write it anew"


def test_a_language_without_a_catalogue_is_shown_in_english() -> None:
    assert labels.field_label("w_age", "so") == "Age band"
    assert labels.option_label("iso3", "HRV", "so") == "Croatia"


def test_unknown_names_raise_instead_of_showing_nothing() -> None:
    with pytest.raises(KeyError):
        labels.field_label("w_nothing", "en")
    with pytest.raises(KeyError):
        labels.option_label("age", "a18to99", "en")
