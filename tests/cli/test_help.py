"""docs/commands.md shows the help that the program really prints. `python -m tests.cli.test_help` renews it."""

from __future__ import annotations

import re
from argparse import _SubParsersAction
from pathlib import Path

from testimony.cli.main import Parser, build_parser

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
BEGIN, END = "<!-- help: begin -->\n", "<!-- help: end -->"


USAGE = "usage: "
HELP = re.compile(r"^  -h, --help +show this help message and exit\n", re.M)
"""What every command has, and the page says once."""
EMPTY = re.compile(r"^options:\n(?=\n|\Z)\n?", re.M)


def every_help(parser: Parser, depth: int = 0) -> str:
    """The help of `parser` and of all commands below it, each as one code block, with a heading for each first word.

    A group of commands has no block of its own: each of its commands says what it does.
    """
    below = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    blocks = [f"## {parser.prog}\n"] if depth == 1 else []
    if depth == 0 or not below:
        blocks.append(f"```text\n{shown(parser)}\n```\n")
    for action in below:
        blocks += [every_help(one, depth + 1) for one in dict.fromkeys(action.choices.values())]
    return "\n".join(blocks)


def shown(parser: Parser) -> str:
    """What `parser` prints for --help, without what it prints for every command."""
    usage, _, rest = parser.format_help().removeprefix(USAGE).partition("\n\n")
    usage = usage.replace(" [-h]", "").replace("\n" + " " * len(USAGE), "\n")
    return f"{usage}\n\n{EMPTY.sub('', HELP.sub('', rest)).rstrip()}"


def test_the_page_of_commands_shows_the_real_help() -> None:
    shown = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert shown == every_help(build_parser()), "renew it: python -m tests.cli.test_help"


def test_every_command_says_what_it_does() -> None:
    text = every_help(build_parser())
    for command in ("serve field", "serve central", "serve desk", "org create", "keys new", "keys show", "roster sign"):
        assert re.search(rf"^testimony {command} ", text, re.M)
    for command in ("roster show", "sync", "open", "verify", "demo"):
        assert re.search(rf"```text\ntestimony {command}\b.*\n(?:.*\n)*?\n[A-Z]", text)


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(before + BEGIN + every_help(build_parser()) + END + rest.split(END)[1], encoding="utf-8")
