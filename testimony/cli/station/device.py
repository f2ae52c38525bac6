"""`testimony device lost ID`: report a phone as lost; the node destroys its half of the keys of that phone's drafts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from testimony.cli.output import counted, line


def add_to(commands: Any) -> None:
    what = "say that a phone was lost"
    device = commands.add_parser("device", help=what, description=what.capitalize() + ".")
    acts = device.add_subparsers(title="acts", metavar="ACT", required=True)
    lost = acts.add_parser(
        "lost",
        help="destroy this node's half of the keys of its drafts",
        description="The phone ID (its name in the roster) is lost or was taken. The field node in HOME destroys its "
        "half of the keys of the drafts begun with the keys of ID, and of everybody's drafts on each phone where ID "
        "was signed in at this node: who lent or borrowed one loses them too. It ends the sessions of all of them and "
        "gives ID no keys any more. It cannot be undone. Do it at each node where the phone was used; then sign a "
        "roster in which it is not active: that ends the keys of ID at every node that adopts it, but no borrower's. "
        "One that says it is lost (`roster revoke --lost`) does all of this at every node that adopts it.",
    )
    lost.add_argument("id", metavar="ID", help="the phone's name in the roster, as `roster show` prints it")
    lost.add_argument("--home", required=True, type=Path, help="the field node's folder")
    lost.set_defaults(run=run_lost)


def run_lost(arguments: argparse.Namespace) -> int:
    from testimony.services.accounts import draft_shares
    from testimony.services.certificates.errors import StationRoleWrong
    from testimony.services.startup import open_station

    with open_station(arguments.home) as station:
        if station.settings.role != "field":
            raise StationRoleWrong(folder=str(arguments.home), role=station.settings.role, wanted="field node")
        with station.database.transaction() as session:
            lost = draft_shares.lose(station, session, arguments.id)
    line("destroyed", f"{counted(lost.keys, 'key')}: drafts that were begun so cannot be read any more, here or there")
    line("phones", f"{lost.handsets} where {arguments.id} was signed in at this node, with everybody's drafts there")
    line("signed out", ", ".join(lost.people) or "nobody")
    print(
        "\nNext, at headquarters, sign a roster that does the same at every node: testimony roster revoke "
        f"{arguments.id} --lost --org DIR --key-file FILE FILE"
    )
    return 0
