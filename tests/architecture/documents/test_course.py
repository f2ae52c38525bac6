"""The course for interviewers in other languages: whole, with the labels of its language, marked as a draft."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Final

import pytest

from testimony.domain.testimony.languages import dir_of
from testimony.services.typesetting.quick_card import STOPS
from tests.support.architecture.documents import ROOT
from tests.support.web import catalogues

COURSE: Final = ROOT / "docs" / "training"
TRANSLATED: Final = ("ar", "es", "fr")
PAGES: Final = ("index.md", "slides.html")
BOLD: Final = {"index.md": re.compile(r"\*\*([^*]+)\*\*"), "slides.html": re.compile(r"<b>([^<]+)</b>")}
LINKED: Final = {"index.md": re.compile(r"\]\(([^)\s#]+)\)"), "slides.html": re.compile(r'<a href="([^"]+)"')}
DRAFT: Final = {
    "index.md": re.compile(r"^\*[^*\s].*\*$", re.M),
    "slides.html": re.compile(r'^<p class="draft">.*</p>$', re.M),
}
LINE: Final = re.compile(r"^(#+ |\* |\d+\. |\*\*\d+\. |\|)(.*)$", re.M)
TAG: Final = re.compile(r"<(/?(?:section|div|h1|h2|ul|ol|li|p|b)\b|img[^>]*>)")
PICTURE: Final = re.compile(r"pictures/([\w-]+\.webp)")

both = pytest.mark.parametrize("page", PAGES)
each = pytest.mark.parametrize("lang", TRANSLATED)


def read(page: str, lang: str = "en") -> str:
    return (COURSE / ("" if lang == "en" else lang) / page).read_text("utf-8")


@cache
def labels(lang: str) -> dict[str, str]:
    """What the pages of the program say in English, and in the language."""
    said = [(message.id, message.string) for message in catalogues.all_of(lang)]
    return {one: other for one, other in said if isinstance(one, str) and isinstance(other, str)}


def shape(text: str) -> list[str]:
    """The headings, items and rows of a page in Markdown, in their order."""
    return [f"{kind}{rest.count('|')}" if kind == "|" else kind for kind, rest in LINE.findall(text)]


def parts(text: str) -> list[str]:
    """The slides, their items and pictures, in their order."""
    return ["img" if tag.startswith("img") else tag for tag in TAG.findall(text)]


@each
@both
def test_a_translated_course_says_that_it_is_a_draft_and_leads_to_every_language(page: str, lang: str) -> None:
    text = read(page, lang)
    (draft,) = DRAFT[page].findall(text)
    assert f"../{page}" in LINKED[page].findall(draft), "a draft leads to the page that counts"
    assert labels(lang)["draft"].lower() in draft.lower()
    others = {f"../{other}/{page}" for other in TRANSLATED if other != lang}
    assert others <= set(LINKED[page].findall(text))
    assert f"{lang}/{page}" in LINKED[page].findall(read(page))


@each
@both
def test_the_labels_are_those_that_the_program_shows_in_this_language(page: str, lang: str) -> None:
    shown = labels(lang)
    english = BOLD[page].findall(read(page))
    translated = BOLD[page].findall(read(page, lang))
    assert len(translated) == len(english)
    named = [(one, other) for one, other in zip(english, translated, strict=True) if one in shown]
    assert len(named) >= 4
    assert [other for _, other in named] == [shown[one] for one, _ in named]


@each
@both
def test_a_link_leads_to_the_page_in_this_language_if_there_is_one(page: str, lang: str) -> None:
    for target in set(LINKED[page].findall(read(page, lang))) - {f"../{page}"}:
        file = (COURSE / lang / target).resolve()
        if page == "index.md" or target != "index.html":  # the site makes it of index.md
            assert file.is_file(), target
        assert not (file.parent / lang / file.name).is_file(), f"{target}: lead to {lang}/{file.name}"


@each
def test_the_plan_the_exercises_and_the_assessment_are_whole(lang: str) -> None:
    text, english = read("index.md", lang), read("index.md")
    assert shape(text) == shape(english)
    assert Counter(re.findall(r"\d+", text)) == Counter(re.findall(r"\d+", english))
    assert text.count("☐") == english.count("☐")


@each
def test_the_slides_are_whole(lang: str) -> None:
    text, english = DRAFT["slides.html"].sub("", read("slides.html", lang)), read("slides.html")
    assert parts(text) == parts(english)
    assert PICTURE.findall(text) == PICTURE.findall(english)


@pytest.mark.parametrize("lang", ["en", *TRANSLATED])
def test_the_slides_say_their_language_and_name_the_seven_stops_as_the_interview_does(lang: str) -> None:
    text = read("slides.html", lang)
    assert 'dir="rtl"' in text or dir_of(lang) == "ltr"
    assert re.search(rf'^<html lang="{lang}"(?: dir="{dir_of(lang)}")?>$', text, re.M)
    stops = [name if lang == "en" else labels(lang)[name] for name, _ in STOPS.values()]
    assert re.findall(r"<li>([^<]+)</li>", text.partition("<ol>")[2].partition("</ol>")[0]) == stops
    headings = re.findall(r"<h2>(\d\. .+)</h2>", text)
    assert len(headings) == len(stops)
    for number, (heading, stop) in enumerate(zip(headings, stops, strict=True), start=1):
        assert heading.startswith(f"{number}. {stop}")


def test_a_page_in_a_language_from_the_right_is_set_from_the_right() -> None:
    for lang in TRANSLATED:
        first = read("index.md", lang).partition("\n")[0]
        assert (first == f'<div dir="rtl" lang="{lang}" markdown>') == (dir_of(lang) == "rtl")


def test_every_folder_of_the_course_is_a_language_that_is_compared() -> None:
    folders = {path.name for path in COURSE.iterdir() if path.is_dir()}
    assert folders == set(TRANSLATED)
    assert all({path.name for path in (COURSE / lang).iterdir()} == set(PAGES) for lang in folders)
