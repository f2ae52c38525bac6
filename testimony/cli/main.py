"""Parses the command line, runs the command, and prints an expected error as one sentence."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from testimony import __version__
from testimony.errors import TestimonyError

COMMANDS = (
    "testimony.cli.station.demo",
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
    "testimony.cli.desk.casefile",
    "testimony.cli.desk.submission",
    "testimony.cli.release.release",
    "testimony.cli.desk.grant",
    "testimony.cli.organisation.ceremony",
    "testimony.cli.desk.verify",
    "testimony.cli.signing.form",
    "testimony.cli.station.tls",
    "testimony.cli.station.backup",
    "testimony.cli.station.restore",
    "testimony.cli.station.doctor",
    "testimony.cli.station.check",
)
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
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except TestimonyError as error:
        print(f"testimony: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:  # what reads our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return INTERRUPTED


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=100, max_help_position=30)
