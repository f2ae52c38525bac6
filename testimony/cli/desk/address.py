"""`testimony desk`: another start address for a desk that runs, since each address opens it once."""

from __future__ import annotations

import argparse
import socket
import webbrowser
from pathlib import Path
from typing import Any

ANSWER_TIMEOUT = 5.0  # seconds


def add_to(commands: Any) -> None:
    from testimony.cli.serve.command import port_number

    desk = commands.add_parser(
        "desk",
        help="another address that opens a desk in a browser",
        description="Print another start address for the desk in HOME, which is running. Each address opens the desk "
        "once, in one browser: the key is locked then, and the desk closes in the browser in which it was open.",
    )
    desk.add_argument("--home", required=True, type=Path, help="the desk's folder")
    desk.add_argument("--port", type=port_number, metavar="N", help="instead of the port in the desk's settings")
    desk.add_argument("--browser", action="store_true", help="open it in this user's browser too")
    desk.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.cli.output import line
    from testimony.cli.serve.command import SHORT
    from testimony.cli.serve.listener import LOCAL, address_of
    from testimony.services.accounts import start_tokens
    from testimony.services.certificates.errors import StationRoleWrong
    from testimony.settings import Settings
    from testimony.web.errors import DeskNotRunning

    settings = Settings.load(arguments.home)
    if settings.role != "desk":
        raise StationRoleWrong(folder=str(arguments.home), role=SHORT[settings.role], wanted=SHORT["desk"])
    port = arguments.port or settings.port
    try:
        socket.create_connection((LOCAL, port), ANSWER_TIMEOUT).close()
    except OSError as error:
        raise DeskNotRunning(port=port) from error
    found = address_of(LOCAL, port, start_tokens.request(arguments.home))
    line("desk", found)
    if arguments.browser and not webbrowser.open(found):
        line("browser", "none could be opened; copy the address into one")
    return 0
