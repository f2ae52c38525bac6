"""Parses the command line, runs the command, and prints an expected error as one sentence."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from testimony import __version__
from testimony.cli.output import harmless
from testimony.errors import TestimonyError
from testimony.platform import processes

COMMANDS = (
    "testimony.cli.station.demo",
    "testimony.cli.serve.start",
    "testimony.cli.serve.command",
    "testimony.cli.station.station",
    "testimony.cli.organisation.organisation",
    "testimony.cli.organisation.keys",
    "testimony.cli.organisation.roster",
    "testimony.cli.station.device",
    "testimony.cli.station.sync",
    "testimony.cli.bundle.bundle",
    "testimony.cli.central.central",
    "testimony.cli.log.checkpoint",
    "testimony.cli.bundle.carry",
    "testimony.cli.desk.open",
    "testimony.cli.desk.archive",
    "testimony.cli.desk.export",
    "testimony.cli.desk.casefile",
    "testimony.cli.desk.submission",
    "testimony.cli.desk.story",
    "testimony.cli.desk.imports",
    "testimony.cli.desk.speech",
    "testimony.cli.desk.handover",
    "testimony.cli.release.release",
    "testimony.cli.desk.grant",
    "testimony.cli.desk.wording",
    "testimony.cli.organisation.ceremony",
    "testimony.cli.desk.verify",
    "testimony.cli.signing.form",
    "testimony.cli.pages.pages",
    "testimony.cli.pages.verify_node",
    "testimony.cli.pages.quick_cards",
    "testimony.cli.station.tls",
    "testimony.cli.station.backup",
    "testimony.cli.station.restore",
    "testimony.cli.update.update",
    "testimony.cli.station.doctor",
    "testimony.cli.station.check",
)
MANY = ("+", "*")
"""As argparse writes that an option takes several values."""
FAILED = 1
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """No abbreviations (a script that says --por today would break tomorrow), and always the same width."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings, allow_abbrev=False, formatter_class=_formatter)  # type: ignore[arg-type]


def build_parser() -> Parser:
    """The parser with every command."""
    parser = Parser(prog="testimony", description="Sealed testimonies, from the border to the lawyer's desk.")
    parser.add_argument("--version", action="version", version=f"testimony {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(name).add_to(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    processes.speak_utf8()
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except TestimonyError as error:
        print(f"testimony: {harmless(str(error))}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:  # what reads our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return INTERRUPTED


class _Formatter(argparse.HelpFormatter):
    """Prints usage lines that are understood as they are printed.

    An option that takes several values would take an argument that stands behind it, too. So arguments come first
    there, and where an option may stand in the place of an argument.
    """

    def _format_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None
    ) -> str:
        actions, groups = list(actions), list(groups)
        arguments = [action for action in actions if not action.option_strings]
        options = [action for action in actions if action.option_strings]
        instead = [group for group in groups if any(one in arguments for one in group._group_actions)]
        if not arguments or not (instead or any(option.nargs in MANY for option in options)):
            return super()._format_usage(usage, actions, groups, prefix)
        parts: list[str] = []
        shown: list[argparse.Action] = []
        for action in [*arguments, *options]:
            group = next((one for one in instead if action in one._group_actions), None)
            together = [action] if group is None else group._group_actions
            if action not in shown:
                parts.append(self._format_actions_usage(together, [] if group is None else [group]))
                shown += together
        return self._wrapped(f"{prefix or 'usage: '}{self._prog}", parts)

    def _wrapped(self, begin: str, parts: list[str]) -> str:
        lines, indent = [begin], " " * len(begin)
        for part in parts:
            if len(lines[-1]) + 1 + len(part) > self._width:
                lines.append(indent)
            lines[-1] += f" {part}"
        return "\n".join(lines) + "\n\n"


def _formatter(prog: str) -> argparse.HelpFormatter:
    return _Formatter(prog, width=100, max_help_position=30)
