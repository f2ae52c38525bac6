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
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from testimony.platform.succession import Estate
from testimony.web.sessions import MemorySessions


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


def hand_over(listener: socket.socket, kept: Kept) -> Estate:
    """The port and `kept`, for the next process."""
    return Estate(listener, json.dumps({"configuration": dict(kept.configuration), "sessions": list(kept.sessions)}))


def take_over(told: str) -> tuple[socket.socket, Kept]:
    """What the process before this one left: the port on which it listened, and what outlives it."""
    listener, said = Estate.taken(told)
    value = json.loads(said)
    return listener, Kept(value["configuration"], value["sessions"])


def replace(arguments: argparse.Namespace, estate: Estate) -> NoReturn:
    """Let a program that serves the same desk anew take the place of this process. Nothing of its memory stays."""
    command = [sys.executable, "-m", "testimony", "serve", "desk", "--home", str(arguments.home)]
    command += ["--host", arguments.host]
    if arguments.port is not None:
        command += ["--port", str(arguments.port)]
    if arguments.with_parent:
        command.append("--with-parent")
    estate.leave(command, "--successor")
