"""docs/commands.md shows the help that the program really prints. `python -m tests.cli.test_help` renews it."""

from __future__ import annotations

import re
from argparse import _SubParsersAction
from pathlib import Path

from testimony.cli.main import Parser, build_parser

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
BEGIN, END = "<!-- help: begin -->\n", "<!-- help: end -->"


def every_help(parser: Parser) -> str:
    """The help of `parser` and of all commands below it, each as one code block."""
    blocks = [f"```text\n$ {parser.prog} --help\n{parser.format_help()}```\n"]
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            blocks += [every_help(below) for below in dict.fromkeys(action.choices.values())]
    return "\n".join(blocks)


def test_the_page_of_commands_shows_the_real_help() -> None:
    shown = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert shown == every_help(build_parser()), "renew it: python -m tests.cli.test_help"


def test_every_command_says_what_it_does() -> None:
    text = every_help(build_parser())
    for command in ("serve field", "serve central", "serve desk", "org create", "keys new", "keys show", "roster sign"):
        assert f"$ testimony {command} --help" in text
    for command in ("roster show", "sync", "open", "verify", "demo"):
        assert re.search(rf"\$ testimony {command} --help\nusage: .*\n(?:.*\n)*?\n[A-Z]", text)


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(before + BEGIN + every_help(build_parser()) + END + rest.split(END)[1], encoding="utf-8")
