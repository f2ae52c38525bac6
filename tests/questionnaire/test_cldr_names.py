"""The excerpt of CLDR: complete, and the same as in Babel's copy of it."""

import pytest
from babel import Locale
from babel.dates import get_month_names

from testimony.domain.testimony.languages import LABELLED, WITNESSES
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook


@pytest.mark.parametrize("lang", LABELLED)
def test_every_country_has_the_name_that_cldr_gives_it(lang: str) -> None:
    territories = Locale.parse(lang).territories
    for iso3, alpha2 in Codebook.load().countries.items():
        assert labels.country_name(iso3, lang) == territories[alpha2]


@pytest.mark.parametrize("lang", LABELLED)
def test_months_have_the_names_that_cldr_gives_them(lang: str) -> None:
    assert list(labels.month_names(lang)) == list(get_month_names("wide", locale=lang).values())
    alone = get_month_names("wide", context="stand-alone", locale=lang)
    assert list(labels.months_alone(lang)) == list(alone.values())


CLDR_TAGS = {"prs": "fa_AF", "kmr": "ku"}  # what CLDR calls them


@pytest.mark.parametrize("lang", LABELLED)
def test_the_languages_of_witnesses_have_the_names_that_cldr_gives_them(lang: str) -> None:
    known = Locale.parse(lang).languages
    for tag in WITNESSES:
        assert labels.language_name(tag, lang) == known.get(CLDR_TAGS.get(tag, tag)), tag


def test_a_language_without_names_of_its_own_is_given_english_ones() -> None:
    assert labels.country_name("HRV", "sw") == "Croatia"
    assert labels.country_name("HRV", "fr-CH") == "Croatie"
