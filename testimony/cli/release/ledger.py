"""`testimony release let-in|settle`: repair a ledger of releases that is stuck."""

from __future__ import annotations

import argparse
from typing import Any

from testimony.cli.output import counted, line
from testimony.cli.release import desk as release_desk


def add_to(acts: Any) -> None:
    """`acts`: those of the group `release`."""
    release_desk.act(
        acts, "let-in", run_let_in, "give coordinators access to entries of the ledger that they cannot open"
    )
    settle = release_desk.act(
        acts, "settle", run_settle, "see why the ledger cannot go on; two coordinators can settle it"
    )
    settle.add_argument(
        "--agree", action="store_true", help="say so: what may have left counts as left, which cannot be undone"
    )


def run_let_in(arguments: argparse.Namespace) -> int:
    from testimony.services.ledger import access as ledger_access

    with release_desk.at_desk(arguments) as by:
        made = ledger_access.let_in(by.station, by.reader, by.annexes, day=by.day)
    line("access", f"{counted(made, 'entry')} of the ledger now open to the other coordinators")
    return 0


def run_settle(arguments: argparse.Namespace) -> int:
    from testimony.cli.release import output as release_output
    from testimony.services.ledger import settlement as ledger_settlement

    with release_desk.at_desk(arguments) as by:
        if arguments.agree:
            ledger_settlement.settle(by.station, by.reader, by.annexes, day=by.day)
        with by.station.database.reading() as session:
            stuck = ledger_settlement.look(by.station, session, by.reader, by.annexes)
    for subject, fact in release_output.stuck(stuck):
        line(subject, fact)
    return 0
