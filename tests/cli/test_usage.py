"""A usage line is understood when it is typed in the order in which it is printed."""

from __future__ import annotations

import re
from argparse import Action, ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Iterator

import pytest

from testimony.cli.main import build_parser

SAMPLES = ("2026-11-24", "1", "some", "https://central.example", "x_actors=police")
OPTIONAL = re.compile(r"\[[^\[\]]*\]")


def leaves(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    """The parsers of the commands that do something."""
    below = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    if not below:
        yield parser
    for action in below:
        for one in dict.fromkeys(action.choices.values()):
            yield from leaves(one)


PROGRAM = build_parser()
PARSERS = {one.prog: one for one in leaves(PROGRAM)}


def usage(parser: ArgumentParser) -> str:
    """The usage on one line, without the program and the help option."""
    text = " ".join(parser.format_usage().split()).replace("[-h] ", "").replace(" [-h]", "")
    return text.removeprefix("usage: ").removeprefix("testimony ")


def shortest(text: str) -> str:
    """Nothing that stands in brackets."""
    while OPTIONAL.search(text):
        text = OPTIONAL.sub("", text)
    return " ".join(text.split())


def with_each_option(text: str) -> Iterator[str]:
    """One optional part at a time, in its place; of alternatives the first."""
    text = re.sub(r"\[(\w+) \.\.\.\]", "", text)  # the second and further values of an option
    for found in OPTIONAL.finditer(text):
        chosen = found[0].strip("[]").split(" | ")[0]
        yield shortest(f"{text[: found.start()]} {chosen} {text[found.end() :]}")


def typed(parser: ArgumentParser, line: str) -> list[str]:
    """The words of `line`, with something in the place of each name that the right type takes."""
    line = re.sub(r"\(([^()|]+) \|[^()]*\)", r"\1", line)
    names = line.split()
    wanted: list[str] = []
    action: Action | None = None
    bare = [one for one in parser._actions if not one.option_strings]
    positional = iter([one for one in bare for _ in range(one.nargs if isinstance(one.nargs, int) else 1)])
    command = parser.prog.removeprefix("testimony ").split()
    for word in names[len(command) :]:
        if word.startswith("-"):
            action = parser._option_string_actions[word]
            wanted.append(word)
        elif action is not None and action.nargs != 0 and _takes(action, word):
            wanted.append(_sample(action))
        else:
            action = None
            wanted.append(_sample(next(positional)))
    return command + wanted


def _takes(action: Action, word: str) -> bool:
    shown = action.metavar or (
        "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    )
    return word in ([shown] if isinstance(shown, str) else shown)


def _sample(action: Action) -> str:
    if action.choices:
        return str(next(iter(action.choices)))
    for sample in SAMPLES:
        try:
            if action.type is not None:
                action.type(sample)  # type: ignore[operator]
        except (ValueError, ArgumentTypeError):
            continue
        return sample
    raise AssertionError(action)


@pytest.mark.parametrize("name", PARSERS)
def test_a_usage_line_is_understood_as_it_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = PARSERS[name]
    text = usage(parser)
    for line in [shortest(text), *with_each_option(text)]:
        words = typed(parser, line)
        try:
            PROGRAM.parse_args(words)
        except SystemExit:
            pytest.fail(f"{' '.join(words)}: {capsys.readouterr().err.strip().splitlines()[-1]}")
