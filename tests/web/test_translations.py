"""Every sentence that a person may see is there in every language, with the same places for values, and up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from testimony.web.i18n import FOLDER, LANGUAGES

ROOT = FOLDER.parent
TRANSLATED = [lang for lang in LANGUAGES if lang != "en"]
PLACE = re.compile(r"%\(\w+\)s|%%")


def catalogue(path: Path, lang: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def sentences(found: Catalog) -> set[str]:
    return {str(message.id) for message in found if message.id}


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogue(FOLDER / "messages.pot")


def test_the_template_holds_what_the_code_says(template: Catalog) -> None:
    """Red? translations/babel.cfg says how to bring it up to date."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT / "testimony", methods, options, keywords=DEFAULT_KEYWORDS)
    said = {entry[2] if isinstance(entry[2], str) else entry[2][0] for entry in found}
    assert said == sentences(template)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_language_has_every_sentence(lang: str, template: Catalog) -> None:
    found = catalogue(FOLDER / lang / "LC_MESSAGES" / "messages.po", lang)
    assert sentences(found) == sentences(template)
    assert not [message.id for message in found if message.id and (not message.string or message.fuzzy)]


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_has_the_same_places_for_values(lang: str) -> None:
    for message in catalogue(FOLDER / lang / "LC_MESSAGES" / "messages.po", lang):
        if message.id:
            assert sorted(PLACE.findall(message.id)) == sorted(PLACE.findall(message.string)), message.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_compiled_catalogue_is_the_one_that_was_translated(lang: str) -> None:
    folder = FOLDER / lang / "LC_MESSAGES"
    with (folder / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    wanted = {message.id: message.string for message in catalogue(folder / "messages.po", lang) if message.id}
    assert {message.id: message.string for message in compiled if message.id} == wanted


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_says_something_in_its_own_script(lang: str) -> None:
    arabic = re.compile(r"[\u0600-\u06ff]")
    for message in catalogue(FOLDER / lang / "LC_MESSAGES" / "messages.po", lang):
        if message.id and not message.id.startswith("%("):
            assert bool(arabic.search(message.string)) is (lang == "ar"), message.id
