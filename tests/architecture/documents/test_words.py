"""Words that were given up for plain ones stay out of documents, pages and messages (docs/glossary.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.support.architecture.documents import ROOT

QUOTED = r"[\"“*]{}[\"”*]"
"""A label: what stands in quotation marks or is emphasised. The word alone means something else."""


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """`said`: as it stood on a page; `pattern`: how it is found, in whatever case; `instead`: what is said now."""

    said: str
    pattern: str
    instead: str

    def places(self, text: str) -> int:
        return len(re.findall(self.pattern, text, re.IGNORECASE))


WORDS: Final = (
    GivenUp(
        said="This link is dear: let recordings and pictures wait",
        pattern=r"\blink is dear\b",
        instead="Slow or expensive connection: download media later",
    ),
    GivenUp(said="No testimony answers to that.", pattern=r"\banswers to that\b", instead="No results"),
    GivenUp(said="Nothing says that.", pattern=r"(?-i:\bNothing says that\b)", instead="No results"),
    GivenUp(said="Its way, in days", pattern=r"\bits way, in days\b", instead="Timeline"),
    GivenUp(
        said="Who said what, and what came of it",
        pattern=r"\bwho said what,? (?:and|with) what came of it\b",
        instead="History",
    ),
    GivenUp(said="Borne out by", pattern=r"\bborne out by\b", instead="Corroboration"),
    GivenUp(said="Write it anew", pattern=r"\bwrite it anew\b", instead="Edit"),
    GivenUp(said="Strike", pattern=r"(?-i:\bStrike\b)", instead="Cross out"),
    GivenUp(
        said="Press again to strike it",
        pattern=r"\bstrike it\b",
        instead="Cross out? Everybody can still read it",
    ),
    GivenUp(said="Give it to somebody", pattern=r"\bgive it to somebody\b", instead="Assign"),
    GivenUp(said='"Whole number"', pattern=f"(?-i:{QUOTED.format('Whole number')})", instead="Full ID"),
    GivenUp(said="the other way round", pattern=r"\bthe other way round\b", instead="Descending"),
    GivenUp(said="Page before", pattern=r"\bpage before\b", instead="Previous"),
    GivenUp(said="Number of this answer: 404", pattern=r"\bnumber of this answer\b", instead="Error 404"),
    GivenUp(said="Exchange with headquarters", pattern=r"\bexchange with headquarters\b", instead="Sync"),
    GivenUp(said="Exchange by stick", pattern=r"\bexchange by stick\b", instead="Sync by USB stick"),
    GivenUp(said="Let it leave", pattern=r"\blet it leave\b", instead="Order it to leave"),
    GivenUp(said="Look at the very files", pattern=r"\blook at the very files\b", instead="Preview files"),
    GivenUp(
        said="Sooner, or finer?",
        pattern=r"\bsooner,? or finer\b",
        instead="More detail later, or less detail now?",
    ),
    GivenUp(
        said="At most 50 of 100 of them may have lived through what nobody may be suspected of",
        pattern=r"\bwhat nobody may be suspected of\b",
        instead="In any group, at most half may report this stigmatised experience",
    ),
    GivenUp(said="Spoken words", pattern=r"\bspoken words\b", instead="Consent scripts"),
    GivenUp(said="Ending soon", pattern=r"\bending soon\b", instead="Consent expiring"),
    GivenUp(said='"Requests"', pattern=f"(?-i:{QUOTED.format('Requests')})", instead="Withdrawal requests"),
    GivenUp(said="Usable today", pattern=r"\busable today\b", instead="Available uses"),
    GivenUp(said="Colleagues: let in", pattern=r"\blet(?:s|ting)?(?: \w+)? in\b", instead="Access: grant; give access"),
    GivenUp(
        said="This phone works without the node now.",
        pattern=r"\bphone works without the node\b",
        instead="Ready to work offline",
    ),
    GivenUp(
        said="The witness takes it back",
        pattern=r"\bthe witness takes it back\b",
        instead="Withdraw this testimony",
    ),
    GivenUp(said="of these need somebody to look", pattern=r"\bneed somebody to look\b", instead="need attention"),
    GivenUp(
        said="Its clock: as here",
        pattern=rf"\bits clock: as here\b|{QUOTED.format('Its clock')}|{QUOTED.format('as here')}",
        instead="Clock: in step",
    ),
    GivenUp(
        said="made by lawyer-1",
        pattern=r"\bmade by (?:lawyer|coordinator)-\d",
        instead="the person's name and role",
    ),
)
DOCUMENTS: Final = sorted(
    page
    for page in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    if page.parent.name != "decisions"
)
INLINE_CODE: Final = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
TEMPLATE_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)


def one_line(text: str) -> str:
    return " ".join(text.split())


def strings_of(path: Path) -> Iterator[str]:
    """Every string of a module in quotation marks, and no docstring or other string that stands alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone: set[int] = set()
    for node in ast.walk(tree):  # a statement comes before what it consists of
        if isinstance(node, ast.Expr):
            alone.add(id(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield f'"{node.value}"'


@cache
def shown() -> str:
    """What people are shown in English: templates, strings of modules, the questionnaire and what witnesses hear."""
    package = ROOT / "testimony"
    pages = [path for path in package.rglob("*.html") if path.name != "verify.html"]
    found = [TEMPLATE_COMMENT.sub("", path.read_text(encoding="utf-8")) for path in pages]
    for path in package.rglob("*.py"):
        found += strings_of(path)
    questionnaire = package / "questionnaire"
    heard = [
        *questionnaire.glob("*.json"),
        questionnaire / "scripts" / "en.json",
        *questionnaire.glob("withdrawal_texts/en.json"),
    ]
    found += [path.read_text(encoding="utf-8") for path in heard]
    return one_line("\n".join(found))


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.said)
def test_each_word_is_found_where_it_stands(words: GivenUp) -> None:
    assert words.places(words.said) == 1
    assert words.places(words.instead) == 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_use_the_plain_words(document: Path) -> None:
    text = one_line(INLINE_CODE.sub("", document.read_text(encoding="utf-8")))
    found = {words.said: f"write: {words.instead}" for words in WORDS if words.places(text)}
    assert found == {}


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.said)
def test_what_people_are_shown_uses_the_plain_words(words: GivenUp) -> None:
    assert words.places(shown()) == 0, f"write: {words.instead}"


def test_the_glossary_explains_each_term_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    terms = [row[0] for row in rows if row[0] != "term"]
    assert len(terms) > 60
    assert len(set(terms)) == len(terms)
    assert all(len(row) == 2 and row[1].endswith((".", "`.", ").")) for row in rows if row[0] != "term")
