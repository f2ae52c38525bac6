"""A script calls no function of another that it did not import: a browser finds that out only where it is called."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "testimony" / "web" / "static" / "js"
FILES = sorted(SCRIPTS.rglob("*.js"))
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.S)
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
EXPORTED = re.compile(r"^export (?:async )?(?:const|let|function\*?|class) (\w+)", re.M)
HERE = r"(?<![\w$.])(?:{name}\b(?!\()|(?:function\*?|get|set|static|async) {name}\(|{name}\([^()]*\) \{{)"
"""Where it is imported, named, given, or is a function or method that is written down here."""
CALLED = re.compile(r"(?<![\w$.#])(\w+)\(")


def bare(text: str) -> str:
    """Without comments and words in quotes."""
    return TEXT.sub('""', COMMENT.sub("", text))


EVERYWHERE = {name for file in FILES for name in EXPORTED.findall(file.read_text("utf-8"))}


def strange(text: str) -> set[str]:
    """Names that other scripts export, that are called here, and that nothing here brings in, makes or is given."""
    code = bare(text)
    called = set(CALLED.findall(code)) & EVERYWHERE
    return {name for name in called if not re.search(HERE.format(name=name), code)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SCRIPTS)))
def test_every_function_that_is_called_was_imported_or_made(file: Path) -> None:
    assert strange(file.read_text("utf-8")) == set()


def test_a_forgotten_import_is_found() -> None:
    text = (SCRIPTS / "interview" / "pages" / "media" / "capture.js").read_text("utf-8")
    assert strange(text.replace("import { clock, filled, shown }", "import { clock, filled }")) == {"shown"}
