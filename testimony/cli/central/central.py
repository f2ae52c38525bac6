"""`testimony central`: decisions at the central server on restored databases, copied stations, accounts and alarms."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.central import accounts, alarms
from testimony.cli.output import counted, line
from testimony.cli.serve import start

if TYPE_CHECKING:
    from testimony.station.station import Station

FAILED = 1
REASONS = {
    "forked": "its log tells another story than before: its card or folder was copied, and both machines deliver",
    "back": "its log went back: it was restored from a copy, or its card was copied",
    "two": "an incarnation that it had left spoke again: two machines have its key",
}


def add_to(commands: Any) -> None:
    central = commands.add_parser(
        "central",
        help="start the central server, or decide about restorations and copied stations",
        description="Start the central server of this user until Ctrl-C. With an ACT, decide about restorations and "
        "about stations that were copied, or keep accounts and alarms; the server may run meanwhile.",
    )
    start.options(central, "central")
    acts = central.add_subparsers(title="acts", metavar="ACT")
    _act(acts, "state", _state, "say whom readers wait for, and which stations are marked; exit code 1 if any")
    _act(acts, "restored", _restored, "say that this server was restored by hand from a copy of its whole folder")
    _act(acts, "resume", _resume, "serve readers again, though not every field station has offered anew")
    moved = _act(
        acts,
        "moved",
        _moved,
        "serve readers at once, because this server is the one in OLD, moved whole; OLD does not start again",
    )
    moved.add_argument("old", metavar="OLD", type=Path, help="the folder of the old central server, which is stopped")
    lift = _act(acts, "lift", _lift, "say that of a copied station one machine is left: it is marked no more")
    lift.add_argument("node", metavar="NODE", help="the station's name in the roster")
    accounts.add_to(acts, _at_central)
    alarms.add_to(acts, _at_central)


def _act(acts: Any, name: str, run: Any, what: str) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = acts.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    one.add_argument("--home", required=True, type=Path, help="the central server's folder")
    one.set_defaults(run=lambda arguments: _at_central(arguments, run))
    return one


def _at_central(arguments: argparse.Namespace, act: Any) -> int:
    from testimony.services.certificates.errors import StationRoleWrong
    from testimony.services.startup import open_station

    with open_station(arguments.home) as station:
        role = station.settings.role
        if role != "central":
            raise StationRoleWrong(folder=str(arguments.home), role=role, wanted="central server")
        return int(act(station, arguments))


def _state(station: Station, _: argparse.Namespace) -> int:
    from testimony.services.monitoring import overview

    with station.database.reading() as session:
        nodes = overview.nodes(station, session)
    awaited, marked = [node for node in nodes if node.awaited], [node for node in nodes if node.quarantine]
    for node in awaited:
        line("readers wait for", f"{node.id}, which has not offered anew since this server was restored")
    for node in marked:
        if node.quarantine is not None:
            line(node.id, f"marked since {node.quarantine.since}: {REASONS[node.quarantine.reason]}")
            line("", f"{counted(node.came_since, 'testimony')} came from it since; all were taken in")
    if not awaited and not marked:
        line("state", "readers are served, no station is marked")
    return FAILED if awaited or marked else 0


def _restored(station: Station, arguments: argparse.Namespace) -> int:
    from testimony.services import startup

    epoch = startup.begin_anew(station)
    line("epoch", f"{epoch}; every station is told at its next exchange and offers again what it keeps")
    return _state(station, arguments)


def _resume(station: Station, _: argparse.Namespace) -> int:
    from testimony.services.continuity import restart

    with station.database.transaction() as session:
        done = restart.resume(station, session)
    line("readers", "are served again" if done else "were served already")
    return 0


def _moved(station: Station, arguments: argparse.Namespace) -> int:
    from testimony.services.continuity import move

    served = move.finish(station, arguments.old)
    line("moved", f"all of {arguments.old} is here; it does not start again ({move.MOVED})")
    line("readers", "are served" if served else "were served already")
    return 0


def _lift(station: Station, arguments: argparse.Namespace) -> int:
    from testimony.services.continuity import incarnations
    from testimony.web.errors import StationUnknown

    device = next((one for one in station.chain.latest.devices if one.id == arguments.node), None)
    if device is None:
        raise StationUnknown(station=arguments.node)
    with station.database.transaction() as session:
        lifted = [incarnations.lift(station, session, key.kid) for key in device.keys]
    line(device.id, "is marked no more" if any(lifted) else "was not marked")
    return 0
