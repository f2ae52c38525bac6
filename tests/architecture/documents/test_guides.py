"""The pages by which people work: their links, pictures and labels lead to something, and they are easy to read."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po

from testimony.cli.main import build_parser
from tests.screenshots.guide import FOLDER, NAMES, TRANSLATED, shown_in
from tests.support.architecture.documents import ROOT, anchors_of, grade_of
from tests.support.architecture.reading_grades import WITNESS_TEXTS, said_to
from tests.support.web.catalogues import PARTS

DOCS: Final = ROOT / "docs"
DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *DOCS.rglob("*.html")])
READERS: Final = ("interviewers", "lawyers", "coordinators", "administrators")
GUIDES: Final = sorted(guide for readers in READERS for guide in (DOCS / readers).glob("*.md"))
SHORT: Final = [guide for guide in GUIDES if guide.parent.name in ("coordinators", "administrators")]
LONGEST: Final = 300
COMMAND: Final = re.compile(r"`testimony ([^`]+)`")
PICTURE: Final = re.compile(r"<img src=[^>]*>")
ATTRIBUTE: Final = re.compile(r'\b(src|alt|width)="([^"]*)"')
LABEL: Final = re.compile(r"\*\*([^*]+)\*\*")
OWN_WORDS: Final = {
    "Before you begin.", "Under 12", "12 to 17, with a guardian", "12 to 17, without a guardian",
    "The PDF is not sealed.", "CSV", "XLSX", "JSON", "SVG", "PNG",
}  # fmt: skip
"""What a guide emphasises that no catalogue has."""
LARGEST: Final = 3_000_000
HARDEST: Final = 8.0
EASY: Final = 5.0
"""Grades: of a guide, and of what a witness hears or reads."""
LINKED: Final = re.compile(r"\]\(([^)\s#]*)(#[^)\s]*)?\)")


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def pictures(document: Path) -> Iterator[dict[str, str]]:
    for tag in PICTURE.findall(document.read_text("utf-8")):
        yield dict(ATTRIBUTE.findall(tag))


@cache
def catalogue(lang: str = "en") -> set[str]:
    """What the program can show in a language: on pages, in the questionnaire and on the page of withdrawal."""
    questionnaire = ROOT / "testimony" / "questionnaire"
    texts = (questionnaire / "scripts" / f"{lang}.json", questionnaire / "withdrawal_texts" / f"{lang}.json")
    found = set(re.findall(r'"([^"]+)"', "".join(file.read_text("utf-8") for file in texts)))
    for name in (*PARTS, "questionnaire"):
        folder = ROOT / "translations"
        file = folder / f"{name}.pot" if lang == "en" else folder / lang / "LC_MESSAGES" / f"{name}.po"
        with file.open("rb") as opened:
            for message in read_po(opened):
                shown = message.id if lang == "en" else message.string
                found |= {shown} if isinstance(shown, str) else set(shown)
    return found


def test_every_picture_is_renewed_by_the_script_shown_and_small() -> None:
    lying = {file.stem for file in FOLDER.glob("*.webp")}
    shown = {Path(one["src"]).stem for document in DOCUMENTS for one in pictures(document)}
    assert lying == set(NAMES), "run make pictures"
    assert set(NAMES) - shown == set(), "shown nowhere: take it out of the script"
    assert sum(file.stat().st_size for file in FOLDER.rglob("*.webp")) < LARGEST


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translated_guide_shows_the_screens_of_its_language(lang: str) -> None:
    sources = {one["src"] for guide in (DOCS / "interviewers" / lang).glob("*.md") for one in pictures(guide)}
    assert {Path(source).parent.name for source in sources} == {lang}
    assert {file.stem for file in (FOLDER / lang).iterdir()} == shown_in(lang), "run make pictures"


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_picture_is_there_and_says_what_it_shows(document: Path) -> None:
    for one in pictures(document):
        assert (document.parent / one["src"]).is_file(), one["src"]
        assert len(one.get("alt", "")) > 20, one


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_link_to_a_heading_finds_it(document: Path) -> None:
    for target, place in LINKED.findall(document.read_text("utf-8")):
        if not place or ":" in target:
            continue
        file = document.parent / target if target else document
        assert place[1:] in anchors_of(file.read_text("utf-8")), f"{target}{place}"


@pytest.mark.parametrize("guide", GUIDES, ids=names(GUIDES))
def test_every_label_of_a_guide_is_one_that_the_program_shows(guide: Path) -> None:
    labels = {" ".join(label.split()) for label in LABEL.findall(guide.read_text("utf-8"))}
    assert labels - OWN_WORDS - catalogue() == set()


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translated_guide_has_the_labels_of_its_language_and_says_that_it_is_a_draft(lang: str) -> None:
    shown = {" ".join(label.split()) for label in catalogue(lang)}
    folder = DOCS / "interviewers"
    assert {file.name for file in (folder / lang).glob("*.md")} == {file.name for file in folder.glob("*.md")}
    for guide in (folder / lang).glob("*.md"):
        text = guide.read_text("utf-8")
        assert {" ".join(label.split()) for label in LABEL.findall(text)} - shown == set(), guide.name
        assert f"](../{guide.name})" in text, "a draft leads to the page that counts"


@pytest.mark.parametrize("guide", GUIDES, ids=names(GUIDES))
def test_a_task_has_few_steps_a_picture_and_what_can_go_wrong(guide: Path) -> None:
    text = guide.read_text("utf-8")
    numbers = [int(number) for number in re.findall(r"^(\d)\. ", text, re.M)]
    assert numbers.count(1) >= 1
    assert 3 <= max(numbers) <= 9
    assert "## What can go wrong" in text
    assert any(pictures(guide)) or guide.stem == "practise" or guide in SHORT


@pytest.mark.parametrize("guide", SHORT, ids=names(SHORT))
def test_a_task_of_a_coordinator_or_administrator_is_short(guide: Path) -> None:
    text = PICTURE.sub("", guide.read_text("utf-8"))
    assert sum(any(map(str.isalnum, word)) for word in text.split()) <= LONGEST


@pytest.mark.parametrize("guide", GUIDES, ids=names(GUIDES))
def test_a_command_of_a_guide_is_one_that_the_program_has(guide: Path) -> None:
    for command in COMMAND.findall(guide.read_text("utf-8")):
        words = shlex.split(command)
        parser: argparse.ArgumentParser = build_parser()
        while words and (below := parser._subparsers):
            parser = below._group_actions[0].choices[words.pop(0)]  # type: ignore[index]
        known = {option for action in parser._actions for option in action.option_strings}
        assert {word for word in words if word.startswith("--")} - known == set(), command


@pytest.mark.parametrize("guide", [*GUIDES, DOCS / "witnesses.md"], ids=lambda path: path.stem)
def test_a_guide_is_easy_to_read(guide: Path) -> None:
    grade = grade_of(guide.read_text("utf-8"))
    assert grade <= HARDEST, f"{grade:.1f}"


@pytest.mark.parametrize("kind", WITNESS_TEXTS)
def test_what_a_witness_hears_or_reads_is_easier(kind: str) -> None:
    grade = grade_of(said_to(ROOT, kind))
    assert grade <= EASY, f"{grade:.1f}"


def test_the_first_page_of_the_repository_fits_one_screen() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= 450
