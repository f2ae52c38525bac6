"""Every command line in a document is one that the program takes: commands, options, and how they go together."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.cli.main import build_parser

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs" / "samples").glob("*.service")])
LINE = re.compile(r"^(?:    |ExecStart=)(?:.*\bpython -m |sudo )?testimony (?!-)(.+)$", re.M)
SPAN = re.compile(r"`(?:[^`\n]*\bpython -m )?testimony ([^`\n]+)`")
SHORT = re.compile(r"`((?:tls|org|keys|roster|device|form|serve) [a-z][^`\n]*)`")  # said again, without the program
REMARK = re.compile(r"\s+# .*$|\s{4,}\S.*$")


def lines(text: str) -> Iterator[list[str]]:
    """Whole command lines, as somebody would type them; a unit of systemd that is named by its port has one."""
    for found in LINE.findall(text):
        yield shlex.split(REMARK.sub("", found).replace("--port %i", "--port 8402"))


def mentions(text: str) -> Iterator[list[str]]:
    """Commands in running text, perhaps cut short; `a|b` are several."""
    for found in SPAN.findall(text) + SHORT.findall(text):
        yield found.split()


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
        parsers, rest = walk(build_parser(), words)
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
            build_parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"{' '.join(words)}: {capsys.readouterr().err.strip().splitlines()[-1]}")


def test_the_guides_show_command_lines_that_are_looked_at() -> None:
    """The net is not one that everything falls through."""
    found = {name: list(lines((ROOT / "docs" / name).read_text(encoding="utf-8"))) for name in ("tls.md", "hotspot.md")}
    assert len(found["tls.md"]) >= 8
    assert len(found["hotspot.md"]) >= 1
    assert unknown(["tls", "nothing"]) == "'nothing'"
    assert unknown(["tls", "renew", "--home", "HOME", "--everything"]) == "--everything"
