"""Shared code of the commands whose steps a lawyer takes at the desk: `testimony story` and `testimony handover`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import key_files, prompts

if TYPE_CHECKING:
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station

    At = tuple[Station, Reader, AnnexIndex, datetime]


def add_step(steps: Any, name: str, run: Callable[[argparse.Namespace], int], said: str) -> Any:
    """A step with the options that each has."""
    step = steps.add_parser(name, help=said, description=f"{said[0].upper()}{said[1:]}.")
    step.add_argument("--home", required=True, type=Path, help="the lawyer's desk's folder")
    key_files.add_option(step)
    step.set_defaults(run=run)
    return step


@contextmanager
def at_desk(arguments: argparse.Namespace) -> Iterator[At]:
    """The desk in `--home`, opened for the lawyer who enters the passphrase, with its annexes as they are now."""
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station

    key_files.use(arguments)
    with open_station(arguments.home) as station:
        reader, annexes = opening_reader.unlock(station, prompts.passphrase("Passphrase")), AnnexIndex()
        with station.database.reading() as session:
            annexes.refresh(station, session, reader)
        yield station, reader, annexes, datetime.now(UTC)
