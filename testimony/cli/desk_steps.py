"""Shared code of commands that a person does at a desk with the own key: their options, and the desk, unlocked."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import key_files, prompts

if TYPE_CHECKING:
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station


def add_step(steps: Any, name: str, run: Callable[[argparse.Namespace], int], said: str, *, whose: str) -> Any:
    """A step with the options that each has. `whose`: the desk's, such as "the lawyer's"."""
    step = steps.add_parser(name, help=said, description=f"{said[0].upper()}{said[1:]}.")
    step.add_argument("--home", required=True, type=Path, help=f"{whose} desk's folder")
    key_files.add_option(step)
    step.set_defaults(run=run)
    return step


@contextmanager
def unlocked(arguments: argparse.Namespace) -> Iterator[tuple[Station, Reader]]:
    """The desk in `--home`, and its reader, who enters the passphrase."""
    from testimony.services.opening import reader as opening_reader
    from testimony.services.startup import open_station

    key_files.use(arguments)
    with open_station(arguments.home) as station:
        yield station, opening_reader.unlock(station, prompts.passphrase("Passphrase"))
