"""Replaces the process of a desk that was locked, because Python cannot wipe what was opened out of its memory.

The new process takes over the port, which stays open meanwhile, and the sessions, so that the browser goes on with
its next request. Nothing that was opened is handed over. docs/decisions/locked-memory.md.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn, cast

from testimony.cli.serve import port_note
from testimony.cli.serve.listener import listen
from testimony.platform import succession
from testimony.platform.succession import Estate
from testimony.web.sessions import MemorySessions

DESK = (
    "testimony.background.scheduler",
    "testimony.cli.serve.server",
    "testimony.services.startup",
    "testimony.sync.jobs.alarms",
    "testimony.sync.jobs.maintenance",
    "testimony.web.desk.blueprints",
    "testimony.web.factory",
    "testimony.web.server.http",
    "testimony.web.server.options",
)
"""Modules that import the others."""


@dataclass(frozen=True)
class Kept:
    """What outlives a process: `configuration` of the application, and its `sessions` (`MemorySessions.kept`).

    The configuration has the secret of forms, so that those on open pages stay good, and the token of a start address
    that was not used.
    """

    configuration: Mapping[str, str]
    sessions: Sequence[Any]

    @classmethod
    def of(cls, app: Any) -> Kept:
        secrets = {"SECRET_KEY": app.config["SECRET_KEY"], "START_TOKEN": app.extensions["testimony.start"].unspent}
        return cls(secrets, sessions_of(app).kept())

    def give(self, app: Any) -> None:
        """Let the browsers of the sessions go on. The configuration was given when `app` was made."""
        sessions_of(app).restore(self.sessions)


def sessions_of(app: Any) -> MemorySessions:
    """Those of a desk."""
    return cast(MemorySessions, app.session_interface)


def begin(arguments: argparse.Namespace, port: int, held: ExitStack) -> Estate:
    """Returns in each process of a desk. The first one notes the port in the home before it imports anything, so that a
    second start in the meantime finds it; copies share the note, `held` ends it.

    Raises what `listen` and `port_note.noted` raise.
    """

    def opened() -> socket.socket:
        listener = listen(arguments.host, port)
        held.enter_context(port_note.noted(arguments.home, port))
        return listener

    return succession.begin(arguments.successor, opened, _import_desk)


def left_by(estate: Estate) -> Kept | None:
    """What the process before this one kept; None if this is the first."""
    if not estate.said:
        return None
    value = json.loads(estate.said)
    return Kept(value["configuration"], value["sessions"])


def replace(arguments: argparse.Namespace, estate: Estate, kept: Kept) -> NoReturn:
    """Let a process that serves the same desk anew take the place of this one. Nothing of its memory stays."""
    command = [sys.executable, "-m", "testimony", "serve", "desk", "--home", str(arguments.home)]
    command += ["--host", arguments.host]
    if arguments.port is not None:
        command += ["--port", str(arguments.port)]
    if arguments.with_parent:
        command.append("--with-parent")
    said = json.dumps({"configuration": dict(kept.configuration), "sessions": list(kept.sessions)})
    estate.leave(said, command, "--successor")


def _import_desk() -> None:
    """What a desk imports: most of the time of its start."""
    for name in DESK:
        import_module(name)
