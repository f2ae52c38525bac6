"""Names that are kept here are those of CLDR, and every code of a table has words in every language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel import Locale

from testimony.anonymity.hierarchies import ANY
from testimony.domain.release.columns import MARK_IDS
from testimony.publication.content import HIDDEN
from testimony.publication.sheets.themes import THEMES
from testimony.publication.text import phrases as text_phrases
from testimony.publication.text import vocabulary
from testimony.publication.text.phrases import LANGUAGES, Words
from testimony.questionnaire.codebook import Codebook
from tests.support.publication.random_tables import LADDERS, values

M49 = Path(vocabulary.__file__).parents[2] / "anonymity" / "m49.json"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_regions_are_named_as_cldr_names_them(lang: str) -> None:
    held = json.loads((Path(text_phrases.__file__).parents[1] / "regions.json").read_text())["names"][lang]
    assert list(held) == list(json.loads(M49.read_text())["names"])
    for code, name in held.items():
        if code != "m010":
            assert Locale(lang).territories[code[1:]] == name


def test_every_mark_of_a_release_has_words() -> None:
    for mark in MARK_IDS:
        assert vocabulary.mark_of(mark) is not None
        for lang in LANGUAGES:
            assert vocabulary.mark_word(mark, Words(lang)) != mark


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda one: one.name)
def test_every_label_and_level_has_words(ladder) -> None:  # type: ignore[no-untyped-def]
    for lang in LANGUAGES:
        for value in values(ladder):
            for level, label in zip(ladder.levels, ladder.ladder(value), strict=True):
                said = vocabulary.label_word(ladder.name, HIDDEN if label == ANY else label, Words(lang))
                assert said
                assert said != label or label[:4].isdigit(), label
                assert (HIDDEN if level == ANY else level) in vocabulary.LEVELS


def test_periods_are_told_as_people_say_them() -> None:
    said = [vocabulary.label_word("date", label, Words("en")) for label in ("2022-03", "2022-01..2022-03", "2022")]
    assert said == ["March 2022", "January – March 2022", "2022"]
    assert vocabulary.label_word("date", "2022-01..2024-12", Words("en")) == "2022–2024"


def test_shares_are_written_as_each_language_does() -> None:
    assert [Words(lang).share(1392) for lang in LANGUAGES] == ["13.92%", "13,92\u202f%", "13,92\u00a0%"]
    assert [Words("en").share(share) for share in (0, 5, 50, 2000, 10_000)] == ["0%", "0.05%", "0.5%", "20%", "100%"]


def test_themes_are_those_of_the_codebook() -> None:
    assert list(THEMES) == list(Codebook.load().themes)


@pytest.mark.parametrize(("lang", "name"), [("en", "Southern Europe"), ("ar", "جنوب أوروبا"), ("de", "Südeuropa")])
def test_a_region_has_a_name_on_the_pages_of_every_desk(lang: str, name: str) -> None:
    assert Words(lang).region("m039") == name
