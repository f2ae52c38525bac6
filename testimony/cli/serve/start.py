"""`testimony desk|node|central`: start this user's station from any folder, or open the one that runs already."""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path
from typing import Any

from testimony.cli.serve import workers
from testimony.cli.serve.listener import LOCAL
from testimony.platform import homes

ANSWER_TIMEOUT = 5.0  # seconds
PORTS_TRIED = 20
STATIONS = {
    "desk": ("desk", "start a reader's desk, or open the one that runs"),
    "node": ("field", "start a field node"),
    "central": ("central", "start the central server"),
}
"""Its word here, which is also the name of its folder; its role; what it does."""
HOW = {
    "field": "testimony station new field --home %s --id NAME",
    "central": "testimony station new central --home %s --id NAME",
    "desk": "testimony station new desk --home %s --id NAME --key-later",
}
FIRST_DESK = "My desk"


def add_to(commands: Any) -> None:
    desk = commands.add_parser(
        "desk",
        help=STATIONS["desk"][1],
        description="Start the desk of this user and open it in the browser. The first time it makes the desk's "
        "folder, and the first page makes the reader's key. If it runs already, open it by another address, which "
        "works once and ends the one before.",
    )
    options(desk, "desk")
    node = commands.add_parser(
        "node",
        help=STATIONS["node"][1],
        description="Start the field node of this user until Ctrl-C. If it runs, print an address that opens the "
        "administrator's pages once, and open no browser.",
    )
    options(node, "node")


def options(parser: argparse.ArgumentParser, word: str) -> None:
    """The options of the station called `word`, and what it runs."""
    from testimony.cli.serve.command import port_number

    place = f"its folder (default: {word} in this user's folder for data, docs/running.md)"
    parser.add_argument("--home", type=Path, help=place)
    parser.add_argument("--port", type=port_number, metavar="N", help="instead of the port in the station's settings")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    if word == "central":
        workers.add_to(parser)
    parser.set_defaults(run=run, word=word)


def run(arguments: argparse.Namespace) -> int:
    from testimony.cli.serve import command, port_note
    from testimony.settings import FILE, Settings
    from testimony.store.files import durable

    word = arguments.word
    role = STATIONS[word][0]
    home = arguments.home or homes.data_folder() / word
    _require_own(home, word)
    with durable.named_errors(home):
        is_there = (home / FILE).is_file()
    if not is_there:
        _make(home, role, named=arguments.home is not None)
    settings = Settings.load(home)
    command.require_role(settings, role)
    port = port_note.port_of(home)
    if port is not None:
        return _open(home, role, port, browser=not arguments.no_browser)
    return command.run(
        argparse.Namespace(
            role=role,
            home=home,
            host=LOCAL,
            port=arguments.port or (_free(settings.port) if role == "desk" else None),
            tls=False,
            first_page=False,
            https_port=None,
            help_port=None,
            with_parent=False,
            successor=None,
            workers=arguments.workers if role == "central" else 1,
            worker=None,
            browser=not arguments.no_browser,
        )
    )


def _require_own(home: Path, word: str) -> None:
    """Raise `HomeOfAnother` before another user, root too, writes what the user of the station may not read then."""
    from testimony.errors import HomeOfAnother

    if user := homes.other_owner(home):
        raise HomeOfAnother(folder=str(home), user=user, word=word)


def _make(home: Path, role: str, *, named: bool) -> None:
    """A new desk; a node and a central need a name from headquarters first, and so does a folder with a wrong name.

    Raises `HomeMissing`, `HomeTaken`.
    """
    from testimony.cli.output import line
    from testimony.errors import HomeMissing
    from testimony.services.enrolment import enrolment
    from testimony.settings import Settings

    if role != "desk" or (named and not home.is_dir()):
        print("Make one: " + HOW[role] % home, file=sys.stderr)
        raise HomeMissing(folder=str(home))
    enrolment.prepare_keyless(Settings(home=home, role="desk", name=FIRST_DESK, port=8403))
    line("new desk", str(home))


def _free(port: int) -> int:
    """The first free port from `port` on. A desk is for this machine alone, so nobody else needs to know it.

    Raises `PortTaken`, `AddressUnusable`.
    """
    from testimony.cli.serve.listener import listen
    from testimony.web.errors import PortTaken

    for one in range(port, min(port + PORTS_TRIED, 65535)):
        try:
            listen(LOCAL, one).close()
        except PortTaken:
            continue
        return one
    raise PortTaken(port=port, option="--port")


def _open(home: Path, role: str, port: int, *, browser: bool) -> int:
    """Another address of the station that runs. Raises `StationSilent`, `StoreUnwritable`."""
    from testimony.cli.output import line
    from testimony.cli.serve.listener import address_of
    from testimony.cli.serve.pending import START
    from testimony.cli.serve.server import show
    from testimony.services.accounts import start_tokens
    from testimony.services.enrolment import enrolment
    from testimony.web.errors import StationSilent

    waits, secure = enrolment.waits(home), _https_address(home, role)
    near = _answers(port)
    if not near and not secure:
        raise StationSilent(port=port)
    line("running", "it runs already")
    token = "" if role == "central" else start_tokens.request(home)
    found = address_of(LOCAL, port, token)
    if waits or role == "field":
        found = f"{address_of(LOCAL, port, '')}{START}#{token}" if token else f"{found}{START}"
    if near:
        line(role, found)
    if secure:
        line("https", f"{secure}{START}#{token}")
    if browser and role != "field":  # the browser here would use up the address that somebody opens elsewhere
        show(found)
    return 0


def _answers(port: int) -> bool:
    """Whether the station answers this machine. With --host it may listen to others alone."""
    try:
        socket.create_connection((LOCAL, port), ANSWER_TIMEOUT).close()
    except OSError:
        return False
    return True


def _https_address(home: Path, role: str) -> str:
    """The address of a node that runs for other machines; empty if it has none, or does not serve it yet."""
    from testimony.cli.serve import https, port_note
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment import enrolment

    port = port_note.https_port_of(home) if role == "field" and not enrolment.waits(home) else https.OFF
    identity = certificate_store.installed(home) if port else None
    return https.address_of(identity.host, port) if identity else ""
