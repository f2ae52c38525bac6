"""`testimony release plan|build|approve|send|cancel`: publish tables; two coordinators must agree."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line
from testimony.cli.output_file import write_new
from testimony.cli.release import check as release_check
from testimony.cli.release import desk, ledger, recall, tables

if TYPE_CHECKING:
    from testimony.services.release.desk import Releaser
    from testimony.services.release.plan import Order, Plan

NAMED = 8
"""Digits of a release's name that are enough to point at it."""
FOLDERS = re.compile(r"[:/\\]")
"""Signs in the name of a recipient that would make another path of it, here or where the file is taken."""


def add_to(commands: Any) -> None:
    release = commands.add_parser(
        "release",
        help="tables in which nobody can be picked out",
        description="Releases: one line for several people, never for one. A coordinator plans and builds, another "
        "one approves at another desk, and it leaves when both are in central's log: exchange (`testimony sync`) "
        "between the steps. What may not leave is refused with the reason, and the refusal is written down.",
    )
    acts = release.add_subparsers(title="acts", metavar="ACT", required=True)
    _add_orders(acts)
    _add_steps(acts)
    recall.add_to(acts)
    ledger.add_to(acts)
    tables.add_to(acts)
    release_check.add_to(acts)


def _add_orders(acts: Any) -> None:
    plan = desk.act(acts, "plan", run_plan, "what would leave, and why the rest would not; pins the levels")
    _add_order(plan)
    plan.add_argument("--new-levels", action="store_true", help="choose levels anew for what was not yet published")
    plan.add_argument(
        "--floor", default="trusted", metavar="PRESET", help="where no ledger is there yet: what none goes below"
    )
    build = desk.act(acts, "build", run_build, "propose a release to another coordinator")
    _add_order(build)
    build.add_argument("--preview", type=Path, metavar="DIR", help="write the files that would leave into DIR")


def _add_order(act: Any) -> None:
    act.add_argument(
        "--for", dest="to", action="append", required=True, metavar="CODE", help="P06, P07 or P10:NAME; may be repeated"
    )
    act.add_argument("--preset", default="", metavar="PRESET", help="trusted, public or safe (default: the least)")
    act.add_argument(
        "--period", default="", metavar="P", help="2024, 2024-01..2024-03, 2022-01..2024-12 (default: all)"
    )
    act.add_argument(
        "--prefer",
        choices=("where_when", "alike"),
        default="where_when",
        help="what stays exact longest, decided with the first release of a preset",
    )
    act.add_argument("--tiers", type=int, default=0, metavar="N", help="for new ones: more is sooner, fewer is finer")


def _add_steps(acts: Any) -> None:
    approve = desk.act(acts, "approve", run_approve, "make it anew from this desk's data, and agree")
    _add_name(approve)
    approve.add_argument(
        "--preview", type=Path, metavar="DIR", help="only write the files into DIR, and agree to nothing"
    )
    send = desk.act(acts, "send", run_send, "order that it leaves; after an exchange, write the file")
    _add_name(send)
    send.add_argument("--for", dest="to", required=True, metavar="CODE", help="for whom")
    send.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new zip")
    _add_name(desk.act(acts, "cancel", run_cancel, "give up one that has not left"))


def _add_name(act: Any) -> None:
    act.add_argument("name", metavar="NAME", help=f"of the release, or its first {NAMED} digits")


def run_plan(arguments: argparse.Namespace) -> int:
    from testimony.services.release import release as release_service

    with desk.at_desk(arguments) as by:
        order = _order(arguments)
        made = release_service.pin(by, order, floor=arguments.floor, again=arguments.new_levels)
        if made is not None:
            steps = counted(len(made.profile.tiers), "step")
            line("levels", f"chosen for {counted(made.records, 'testimony')} and pinned, in {steps}")
        _tell_plan(release_service.plan(by, order))
    return 0


def run_build(arguments: argparse.Namespace) -> int:
    from testimony.services.release import recall_entries
    from testimony.services.release import release as release_service

    with desk.at_desk(arguments) as by:
        recall_entries.revoke(by)  # the files tell of it
        made = release_service.build(by, _order(arguments))
        _tell_plan(made)
        _save_all(arguments.preview, made.name, made.files)
    line("proposed", made.name)
    print("\nNext: exchange, and another coordinator approves it at another desk. Nothing has left.")
    return 0


def run_approve(arguments: argparse.Namespace) -> int:
    from testimony.services.release import release as release_service

    with desk.at_desk(arguments) as by:
        name = _name(by, arguments.name)
        if arguments.preview is not None:
            _save_all(arguments.preview, name, release_service.preview(by, name))
            return 0
        release_service.approve(by, name)
    line("approved", f"{name}: this desk made the same bytes of its own data")
    print("\nNext: exchange; then `testimony release send` at either desk. Nothing has left.")
    return 0


def run_send(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import FileTaken
    from testimony.services.release import desk as release_desk
    from testimony.services.release import release as release_service

    if arguments.out.exists():
        raise FileTaken(file=str(arguments.out))
    with desk.at_desk(arguments) as by:
        name = _name(by, arguments.name)
        if arguments.to not in release_desk.ledger_of(by).ahead.batches[name].left:
            release_service.send(by, name, [arguments.to])
            line("ordered", f"{name} leaves for {arguments.to}")
            print("\nNext: exchange, then give the same command again: it writes the file. Nothing has left.")
            return 0
        data = release_service.hand_out(by, name, arguments.to)
        write_new(arguments.out, data)
    line("written", f"{arguments.out}, for {arguments.to}; it is not sealed")
    return 0


def run_cancel(arguments: argparse.Namespace) -> int:
    from testimony.services.release import release as release_service

    with desk.at_desk(arguments) as by:
        name = _name(by, arguments.name)
        release_service.cancel(by, name)
    line("cancelled", name)
    return 0


def _order(arguments: argparse.Namespace) -> Order:
    from testimony.services.release.plan import Order

    return Order(
        recipients=tuple(dict.fromkeys(arguments.to)),
        preset=arguments.preset,
        period=arguments.period,
        first=arguments.tiers,
        prefer=arguments.prefer,
    )


def _name(by: Releaser, given: str) -> str:
    """The one release whose name begins so. Raises `LedgerRefused("unknown")`."""
    from testimony.domain.errors import LedgerRefused
    from testimony.services.release import desk as release_desk

    found = [name for name in release_desk.ledger_of(by).ahead.batches if name.startswith(given)]
    if len(found) != 1 or len(given) < NAMED:
        raise LedgerRefused("unknown")
    return found[0]


def _tell_plan(plan: Plan) -> None:
    from testimony.cli.release import output as release_output

    print(f"\n{release_output.sentence(plan)}\n")
    for subject, fact in release_output.figures(plan):
        line(subject, fact)


def _save_all(folder: Path | None, name: str, files: Mapping[str, bytes]) -> None:
    for recipient, data in files.items() if folder is not None else ():
        file = Path(folder or ".") / f"{name[:NAMED]}-{FOLDERS.sub('-', recipient)}.zip"
        write_new(file, data)
        line("preview", str(file))
