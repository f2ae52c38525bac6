"""Go back to the earlier version, unless this would lose something that was written since the update."""

from __future__ import annotations

import sys
from pathlib import Path

from testimony import __version__
from testimony.sealing.update.errors import UpdateRefused
from testimony.services.startup import open_station
from testimony.services.update import apply, tables, trial
from testimony.services.update.apply import Machine, Tell
from testimony.services.update.programs import Pending
from testimony.settings import Settings
from testimony.store.sql import migrate


def roll_back(machine: Machine, tell: Tell) -> str:
    """Let the station of `machine` start in the earlier version, and return that version. `tell`: as for `apply.apply`.

    The tables are brought back before the switch: a start in between upgrades them again. Raises `UpdateRefused`, and
    what opening and backing up the station raise.
    """
    programs = machine.programs
    with programs.held():
        apply.settle(programs, tell)
        machine.require_stopped()
        said = programs.installed(programs.current()) if programs.runs_here() else None
        if said is None or not said.before:
            raise UpdateRefused("first")
        programs.installed(said.before)  # raises if it is not complete
        python = programs.python(said.before)
        with open_station(machine.home) as station:
            tell("backup")
            machine.back_up(station)
            tell("trial")
            with trial.copied(station) as copy:
                if said.revision != migrate.HEAD:
                    lost = tables.lost_on_the_way_back(copy / trial.DATABASE, said.revision)
                    if lost:
                        raise UpdateRefused("data", version=said.before, tables=", ".join(lost))
                failed = trial.of_copy(python, copy)
        if failed:
            raise UpdateRefused("trial", version=said.before, said=failed, running=__version__)
        machine.require_stopped()
        tell("tables")
        tables.bring_back(Settings.load(machine.home), said.revision)
        pending = Pending(
            python=Path(sys.executable),
            before=__version__,
            version=said.before,
            revision=migrate.HEAD,
            home=machine.home.resolve(),
        )
        apply.switch(programs, pending, tell)
    return said.before
