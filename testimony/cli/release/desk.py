"""Shared code of the `testimony release` commands: the coordinator's desk and the output files."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from testimony.cli import desk_steps

if TYPE_CHECKING:
    from testimony.services.release.desk import Releaser


def act(acts: Any, name: str, run: Callable[[argparse.Namespace], int], what: str) -> Any:
    """A command of the group that is done at a desk."""
    return desk_steps.add_step(acts, name, run, what, whose="the coordinator's")


@contextmanager
def at_desk(arguments: argparse.Namespace) -> Iterator[Releaser]:
    """The coordinator who enters the passphrase, at the desk in `--home`, today."""
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.release.desk import Releaser

    with desk_steps.unlocked(arguments) as (station, reader):
        day = date.fromisoformat(station.today())
        yield Releaser(station=station, reader=reader, annexes=AnnexIndex(), day=day)
