"""Shared code of the commands whose steps a lawyer takes at the desk: `testimony story` and `testimony handover`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from testimony.cli import desk_steps

if TYPE_CHECKING:
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station

    At = tuple[Station, Reader, AnnexIndex, datetime]


def add_step(steps: Any, name: str, run: Callable[[argparse.Namespace], int], said: str) -> Any:
    return desk_steps.add_step(steps, name, run, said, whose="the lawyer's")


@contextmanager
def at_desk(arguments: argparse.Namespace) -> Iterator[At]:
    """The desk in `--home`, opened for the lawyer who enters the passphrase, with its annexes as they are now."""
    from testimony.services.opening.annexes import AnnexIndex

    with desk_steps.unlocked(arguments) as (station, reader):
        annexes = AnnexIndex()
        with station.database.reading() as session:
            annexes.refresh(station, session, reader)
        yield station, reader, annexes, datetime.now(UTC)
