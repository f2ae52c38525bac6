"""Shared code of the `testimony release` commands: the coordinator's desk and the output files."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import key_files, prompts

if TYPE_CHECKING:
    from testimony.services.release.desk import Releaser


def act(acts: Any, name: str, run: Callable[[argparse.Namespace], int], what: str) -> Any:
    """A command of the group that is done at a desk."""
    made = acts.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    made.add_argument("--home", required=True, type=Path, help="the coordinator's desk's folder")
    key_files.add_option(made)
    made.set_defaults(run=run)
    return made


@contextmanager
def at_desk(arguments: argparse.Namespace) -> Iterator[Releaser]:
    """The coordinator who enters the passphrase, at the desk in `--home`, today."""
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.release.desk import Releaser
    from testimony.services.startup import open_station

    key_files.use(arguments)
    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        day = date.fromisoformat(station.today())
        yield Releaser(station=station, reader=reader, annexes=AnnexIndex(), day=day)
