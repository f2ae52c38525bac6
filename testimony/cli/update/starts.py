"""Commands that versions run in each other: `update trial`, `update tables` and `update settle`. People need none."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

FAILED = 1


def add_to(acts: Any) -> None:
    trial = acts.add_parser("trial", description="Open the station in HOME and answer its first page, once.")
    trial.add_argument("--home", required=True, type=Path, help="the station's folder")
    trial.set_defaults(run=run_trial)
    tables = acts.add_parser("tables", description="Bring the tables of the station in HOME back to REVISION.")
    tables.add_argument("revision", metavar="REVISION")
    tables.add_argument("--home", required=True, type=Path, help="the station's folder")
    tables.set_defaults(run=run_tables)
    settle = acts.add_parser("settle", description="End the update in the folder of versions that was cut off.")
    settle.add_argument("--programs", required=True, type=Path, metavar="DIR", help="the folder of versions")
    settle.set_defaults(run=run_settle)


def run_trial(arguments: argparse.Namespace) -> int:
    """Open the station and answer its first page. No job starts and nothing is sent, so a trial can be undone."""
    from testimony.services.startup import open_station
    from testimony.web.factory import create_app

    with open_station(arguments.home) as station:
        app = create_app(arguments.home, STATION=station)
        answer = app.test_client().get("/", follow_redirects=True)
        return 0 if answer.status_code < 400 and answer.mimetype == "text/html" else FAILED


def run_tables(arguments: argparse.Namespace) -> int:
    from testimony.services.update import tables
    from testimony.settings import Settings

    tables.bring_back(Settings.load(arguments.home), arguments.revision)
    return 0


def run_settle(arguments: argparse.Namespace) -> int:
    from testimony.services.update import apply
    from testimony.services.update.programs import Programs

    programs = Programs(arguments.programs.resolve())
    with programs.held():
        apply.settle(programs, lambda _: None)
    return 0
