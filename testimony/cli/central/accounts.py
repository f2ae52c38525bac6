"""`testimony central account`: manage who may sign in to the pages of the central server."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import line
from testimony.domain.administrators import COMMAND, ROLES

if TYPE_CHECKING:
    from testimony.services.accounts.administrators import Acting
    from testimony.station.station import Station

Act = Callable[["Station", argparse.Namespace], int]


def add_to(acts: Any, at_central: Callable[[argparse.Namespace, Act], int]) -> None:
    account = acts.add_parser(
        "account",
        help="say who may open this server's pages in a browser, and with which role",
        description="Say who may open this server's pages in a browser. No role can open a testimony. The server may "
        "run meanwhile: what is decided here counts at once.",
    )
    what = account.add_subparsers(title="acts", metavar="ACT", required=True)

    def act(name: str, run: Act, words: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = what.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        one.add_argument("--home", required=True, type=Path, help="the central server's folder")
        one.set_defaults(run=lambda arguments: at_central(arguments, run))
        return one

    act("list", _list, "list the accounts, their roles and what each signs in with")
    add = act("add", _add, "make an account; print the link with which its person registers, once, within a day")
    add.add_argument("name", metavar="NAME", help="2 to 32 small letters, digits and hyphens")
    add.add_argument("--role", required=True, choices=ROLES, help="what it may do")
    role = act("role", _role, "give an account another role; its sessions end")
    role.add_argument("name", metavar="NAME", help="as listed")
    role.add_argument("--role", required=True, choices=ROLES, help="what it may do")
    reset = act("reset", _reset, "print another link; what the account signed in with counts no more, its sessions end")
    reset.add_argument("name", metavar="NAME", help="as listed")
    remove = act("remove", _remove, "remove an account; its sessions end")
    remove.add_argument("name", metavar="NAME", help="as listed")


def _list(station: Station, _: argparse.Namespace) -> int:
    from testimony.services.accounts import administrators

    with station.database.reading() as session:
        found = administrators.listed(session)
    for one in found:
        means = f"{one.keys} key" if one.keys else "password and codes" if one.password else "cannot sign in yet"
        line(one.name, f"{one.role}, {means}{', a link is open' if one.invited else ''}, made {one.made}")
    if not found:
        line("accounts", "none; the pages open with the address that is printed when the server starts")
    return 0


def _add(station: Station, arguments: argparse.Namespace) -> int:
    from testimony.services.accounts import administrators

    with station.database.transaction() as session:
        token = administrators.add(session, arguments.name, arguments.role, _acting(station))
    return _tell(station, arguments.name, token)


def _reset(station: Station, arguments: argparse.Namespace) -> int:
    from testimony.services.accounts import administrators

    with station.database.transaction() as session:
        account = administrators.id_of(session, arguments.name)
        token = administrators.reset(session, account, _acting(station))
    return _tell(station, arguments.name, token)


def _role(station: Station, arguments: argparse.Namespace) -> int:
    from testimony.services.accounts import administrators

    with station.database.transaction() as session:
        account = administrators.id_of(session, arguments.name)
        administrators.change_role(session, account, arguments.role, _acting(station), careful=False)
    line(arguments.name, f"is {arguments.role} now; its sessions ended")
    return 0


def _remove(station: Station, arguments: argparse.Namespace) -> int:
    from testimony.services.accounts import administrators

    with station.database.transaction() as session:
        administrators.remove(session, administrators.id_of(session, arguments.name), _acting(station), careful=False)
        left = administrators.has_administrator(session)
    line(arguments.name, "is removed; its sessions ended")
    if not left:
        line("", "no administrator can sign in now: make one here, or with the address printed at the server's start")
    return 0


def _tell(station: Station, name: str, token: str) -> int:
    from testimony.services.accounts import webauthn

    line("link", f"{webauthn.place_of(station.settings).origin}/en/enrol#{token}")
    line("", f"give it to {name} alone, on a way that you trust; it counts once and ends in a day")
    return 0


def _acting(station: Station) -> Acting:
    from testimony.services.accounts.administrators import Acting

    return Acting(COMMAND, int(datetime.now(UTC).timestamp()), station.today())
