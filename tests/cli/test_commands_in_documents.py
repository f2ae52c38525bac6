"""Every command line that a document, a page or a message shows is one that the program takes.

Commands, options, and how they go together.
"""

from __future__ import annotations

import ast
import re
import shlex
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.cli.main import build_parser

ROOT = Path(__file__).parents[2]
PROGRAM = build_parser()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs" / "samples").glob("*.service")])
LINE = re.compile(r"^(?:    |ExecStart=)(?:.*\bpython -m |sudo )?testimony (?!-)(.+)$", re.M)
SPAN = re.compile(r"`(?:[^`\n]*\bpython -m )?testimony ([^`\n]+)`")
SHORT = re.compile(r"`((?:tls|org|keys|roster|device|form|serve) [a-z][^`\n]*)`")  # said again, without the program
PAGES = sorted([*(ROOT / "testimony" / "web" / "templates").rglob("*.html")])
CODE = sorted((ROOT / "testimony").rglob("*.py"))
NAMED = re.compile(r"[`“\"]testimony ([^`”\"\n]+)[`”\"]")
TYPED = re.compile(
    r"(?<![`“\"\w])testimony ([a-z]+ [^`“”\n]*--[^`“”\n]*)"
)  # whole: nobody shortens an example with its options
CUT = ("…", "...")
SAMPLES = {
    "%(size)s": "1",
    "URL": "https://central.example",
    "serve X": "serve field",
    "%(kind)s": "field",
    "%(word)s": "node",
}
"""What stands in a place that takes no word."""
REMARK = re.compile(r"\s+# .*$|\s{4,}\S.*$")


def lines(text: str) -> Iterator[list[str]]:
    """Whole command lines, as somebody would type them; a unit of systemd that is named by its port has one."""
    for found in LINE.findall(text):
        yield shlex.split(REMARK.sub("", found).replace("--port %i", "--port 8402"))


def mentions(text: str) -> Iterator[list[str]]:
    """Commands in running text, perhaps cut short; `a|b` are several."""
    for found in SPAN.findall(text) + SHORT.findall(text):
        yield found.split()


def messages(path: Path) -> Iterator[str]:
    """Every text in a module of ours, X where a value is filled in; docstrings are for those who read the code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (parts | told):
            yield node.value


def without_remark(text: str) -> str:
    """The command of a sentence: not what stands in brackets behind it, nor the rest of the sentence."""
    return re.split(r" \(|, |[.;]( |$)", REMARK.sub("", text))[0]


def faults(text: str) -> list[str]:
    """What the program does not take of the commands in a message."""
    for place, sample in SAMPLES.items():
        text = text.replace(place, sample)
    text = re.sub(r"sudo -u \S+ testimony", "testimony", text)
    found = [f"{words}: {strange}" for words in map(str.split, NAMED.findall(text)) if (strange := unknown(words))]
    for shown in TYPED.findall(text):
        if shown.endswith(CUT):
            found += [f"{shown}: {strange}"] if (strange := unknown(shown.split())) else []
            continue
        try:
            PROGRAM.parse_args(shlex.split(without_remark(shown)))
        except SystemExit:
            found.append(shown)
    return found


def walk(parser: ArgumentParser, words: list[str]) -> tuple[list[ArgumentParser], list[str]]:
    """The parsers of the commands that `words` begin with, and the words behind. Raises KeyError for no command."""
    for action in parser._actions:
        if isinstance(action, _SubParsersAction) and words:
            chosen = [action.choices[name] for name in words[0].split("|")]
            found = [walk(one, words[1:]) for one in chosen]
            return [one for parsers, _ in found for one in parsers], found[0][1]
    return [parser], words


def unknown(words: list[str]) -> str:
    """What of `words` the program does not know; empty when it knows all."""
    try:
        parsers, rest = walk(PROGRAM, words)
    except KeyError as error:
        return str(error)
    options = {option for parser in parsers for option in parser._option_string_actions}
    said = [re.split(r"[=|\]]", word.lstrip("["))[0] for word in rest if word.lstrip("[").startswith("--")]
    return " ".join(sorted(set(said) - options))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_document_exists(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = document.read_text(encoding="utf-8")
    assert [(words, strange) for words in mentions(text) if (strange := unknown(words))] == []
    for words in lines(text):
        try:
            PROGRAM.parse_args(words)
        except SystemExit:
            pytest.fail(f"{' '.join(words)}: {capsys.readouterr().err.strip().splitlines()[-1]}")


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_message_exists(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [fault for text in messages(path) for fault in faults(text)]
    assert wrong == [], capsys.readouterr().err


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_on_a_page_exists(path: Path) -> None:
    text = re.sub(r"<[^>]+>", "", re.sub(r"\{\{[^}“`]*\}\}", "X", path.read_text(encoding="utf-8")))
    assert faults(text) == []


def test_the_guides_show_command_lines_that_are_looked_at() -> None:
    """The net is not one that everything falls through."""
    found = {name: list(lines((ROOT / "docs" / name).read_text(encoding="utf-8"))) for name in ("tls.md", "hotspot.md")}
    assert len(found["tls.md"]) >= 8
    assert len(found["hotspot.md"]) >= 1
    assert unknown(["tls", "nothing"]) == "'nothing'"
    assert unknown(["tls", "renew", "--home", "HOME", "--everything"]) == "--everything"
