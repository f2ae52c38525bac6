"""`testimony release plan|build|approve|send|cancel|recall|report|check`: tables that leave, through two desks."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import asking, releasecheck
from testimony.cli.printing import counted, line

if TYPE_CHECKING:
    from testimony.services.releasedesk import Releaser
    from testimony.services.releaseplan import Order, Plan

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
    _add_after(acts)
    _add_ways_out(acts)
    releasecheck.add_to(acts)


def _add_orders(acts: Any) -> None:
    plan = _act(acts, "plan", run_plan, "what would leave, and why the rest would not; pins the levels")
    _add_order(plan)
    plan.add_argument("--new-levels", action="store_true", help="choose levels anew for what was not yet published")
    plan.add_argument(
        "--floor", default="trusted", metavar="PRESET", help="where no ledger is there yet: what none goes below"
    )
    build = _act(acts, "build", run_build, "propose a release to another coordinator")
    _add_order(build)
    build.add_argument("--preview", type=Path, metavar="DIR", help="write the very files that would leave into DIR")


def _add_order(act: Any) -> None:
    act.add_argument(
        "--for", dest="to", action="append", required=True, metavar="CODE", help="P06, P07 or P10:NAME; may be repeated"
    )
    act.add_argument("--preset", default="", metavar="PRESET", help="trusted, public or safe (default: the least)")
    act.add_argument(
        "--period", default="", metavar="P", help="2024, 2024-01..2024-03, 2022-01..2024-12 (default: all)"
    )
    act.add_argument("--tiers", type=int, default=0, metavar="N", help="for new ones: more is sooner, fewer is finer")


def _add_steps(acts: Any) -> None:
    approve = _act(acts, "approve", run_approve, "make it anew from this desk's data, and agree")
    _add_name(approve)
    approve.add_argument(
        "--preview", type=Path, metavar="DIR", help="only write the files into DIR, and agree to nothing"
    )
    send = _act(acts, "send", run_send, "order that it leaves; after an exchange, write the file")
    _add_name(send)
    send.add_argument("--for", dest="to", required=True, metavar="CODE", help="for whom")
    send.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new zip")
    _add_name(_act(acts, "cancel", run_cancel, "give up one that has not left"))


def _add_after(acts: Any) -> None:
    from testimony.domain.ledgeracts import Reason

    recall = _act(acts, "recall", run_recall, "take a line back, or a few testimonies among others of it")
    recall.add_argument("line", metavar="LINE", help="the line's id in the file")
    recall.add_argument("--reason", required=True, choices=[str(one) for one in Reason])
    recall.add_argument(
        "--testimony", action="append", default=[], metavar="TID", help="this one, in a cohort drawn by lot"
    )
    report = _act(acts, "report", run_report, "what left, what was refused, what was taken back")
    report.add_argument("--for", dest="to", default="", metavar="CODE", help="write the notice for this recipient")
    report.add_argument("--out", type=Path, metavar="FILE", help="into this new CSV file")


def _add_ways_out(acts: Any) -> None:
    _act(acts, "let-in", run_let_in, "let coordinators in to the entries of the ledger that they cannot open")
    settle = _act(acts, "settle", run_settle, "see why the ledger cannot go on; two coordinators can settle it")
    settle.add_argument(
        "--agree", action="store_true", help="say so: what may have left counts as left, which cannot be undone"
    )


def _act(acts: Any, name: str, run: Callable[[argparse.Namespace], int], what: str) -> Any:
    act = acts.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    act.add_argument("--home", required=True, type=Path, help="the folder of the coordinator's desk")
    act.add_argument("--key-file", type=Path, metavar="FILE", help="instead of the key file in the desk's settings")
    act.set_defaults(run=run)
    return act


def _add_name(act: Any) -> None:
    act.add_argument("name", metavar="NAME", help=f"of the release, or its first {NAMED} digits")


def run_plan(arguments: argparse.Namespace) -> int:
    from testimony.services import releasing

    with at_desk(arguments) as by:
        order = _order(arguments)
        made = releasing.pin(by, order, floor=arguments.floor, again=arguments.new_levels)
        if made is not None:
            steps = counted(len(made.profile.tiers), "step")
            line("levels", f"chosen for {counted(made.records, 'testimony')} and pinned, in {steps}")
        _tell_plan(releasing.plan(by, order))
    return 0


def run_build(arguments: argparse.Namespace) -> int:
    from testimony.services import releasing, revoking

    with at_desk(arguments) as by:
        revoking.revoke(by)  # the files tell of it
        made = releasing.build(by, _order(arguments))
        _tell_plan(made)
        _save_all(arguments.preview, made.name, made.files)
    line("proposed", made.name)
    print("\nNext: exchange, and another coordinator approves it at another desk. Nothing has left.")
    return 0


def run_approve(arguments: argparse.Namespace) -> int:
    from testimony.services import releasing

    with at_desk(arguments) as by:
        name = _name(by, arguments.name)
        if arguments.preview is not None:
            _save_all(arguments.preview, name, releasing.preview(by, name))
            return 0
        releasing.approve(by, name)
    line("approved", f"{name}: this desk made the same bytes of its own data")
    print("\nNext: exchange; then `testimony release send` at either desk. Nothing has left.")
    return 0


def run_send(arguments: argparse.Namespace) -> int:
    from testimony.errors import FileTaken
    from testimony.services import releasedesk, releasing

    if arguments.out.exists():
        raise FileTaken(file=str(arguments.out))
    with at_desk(arguments) as by:
        name = _name(by, arguments.name)
        if arguments.to not in releasedesk.ledger_of(by).ahead.batches[name].left:
            releasing.send(by, name, [arguments.to])
            line("ordered", f"{name} leaves for {arguments.to}")
            print("\nNext: exchange, then give the same command again: it writes the file. Nothing has left.")
            return 0
        data = releasing.hand_out(by, name, arguments.to)
        _save(arguments.out, data)
    line("written", f"{arguments.out}, for {arguments.to}; it is not sealed")
    return 0


def run_cancel(arguments: argparse.Namespace) -> int:
    from testimony.services import releasing

    with at_desk(arguments) as by:
        name = _name(by, arguments.name)
        releasing.cancel(by, name)
    line("cancelled", name)
    return 0


def run_recall(arguments: argparse.Namespace) -> int:
    from testimony.domain.ledgeracts import Reason
    from testimony.services import releasedesk, releasing

    with at_desk(arguments) as by:
        manifests = [releasedesk.manifest_of(by, tid) for tid in arguments.testimony]
        releasing.recall(by, arguments.line.removeprefix("c"), Reason(arguments.reason), manifests=manifests)
    line("recalled", arguments.line)
    print("\nNext: exchange, and send `testimony release report --for CODE --out FILE` to those who have it.")
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    from testimony.services import recallable, releasedesk, releasehistory, revoking

    with at_desk(arguments) as by:
        new = revoking.revoke(by)
        held = releasedesk.ledger_of(by)
        if arguments.out is not None:
            _save(arguments.out, releasehistory.notice(held, arguments.to))
            line("written", f"{arguments.out}, for {arguments.to}")
            return 0
        if new:
            gone = counted(new, "testimony")
            line("withdrawn", f"{gone} that had left: send a notice (--for, --out) to whoever has the file")
        _tell(releasehistory.of(held))
        _advise(recallable.advised(by, held))
    return 0


def run_let_in(arguments: argparse.Namespace) -> int:
    from testimony.services import ledgeraccess

    with at_desk(arguments) as by:
        made = ledgeraccess.let_in(by.station, by.reader, by.annexes, day=by.day)
    line("let in", f"{counted(made, 'entry')} of the ledger now open to the other coordinators")
    return 0


def run_settle(arguments: argparse.Namespace) -> int:
    from testimony.cli import releasewords
    from testimony.services import ledgersettling

    with at_desk(arguments) as by:
        if arguments.agree:
            ledgersettling.settle(by.station, by.reader, by.annexes, day=by.day)
        with by.station.database.reading() as session:
            stuck = ledgersettling.look(by.station, session, by.reader, by.annexes)
    for subject, fact in releasewords.stuck(stuck):
        line(subject, fact)
    return 0


@contextmanager
def at_desk(arguments: argparse.Namespace) -> Iterator[Releaser]:
    """Whoever's passphrase is given, at the desk in `--home`, today."""
    from testimony.services import readers
    from testimony.services.annexes import AnnexIndex
    from testimony.services.releasedesk import Releaser
    from testimony.services.station import Station

    if arguments.key_file is not None:
        os.environ["TESTIMONY_KEY_FILE"] = str(arguments.key_file.resolve())
    with Station.open(arguments.home) as station:
        reader = readers.unlock(station, asking.passphrase("Passphrase"))
        day = date.fromisoformat(station.today())
        yield Releaser(station=station, reader=reader, annexes=AnnexIndex(), day=day)


def _order(arguments: argparse.Namespace) -> Order:
    from testimony.services.releaseplan import Order

    return Order(
        recipients=tuple(dict.fromkeys(arguments.to)),
        preset=arguments.preset,
        period=arguments.period,
        first=arguments.tiers,
    )


def _name(by: Releaser, given: str) -> str:
    """The one release whose name begins so. Raises `LedgerRefused("unknown")`."""
    from testimony.errors import LedgerRefused
    from testimony.services import releasedesk

    found = [name for name in releasedesk.ledger_of(by).ahead.batches if name.startswith(given)]
    if len(found) != 1 or len(given) < NAMED:
        raise LedgerRefused("unknown")
    return found[0]


def _tell_plan(plan: Plan) -> None:
    from testimony.cli import releasewords

    print(f"\n{releasewords.sentence(plan)}\n")
    for subject, fact in releasewords.figures(plan):
        line(subject, fact)


def _tell(history: Any) -> None:
    from testimony.cli import releasewords

    for subject, fact in releasewords.history(history):
        line(subject, fact)


def _advise(found: Iterable[Any]) -> None:
    from testimony.cli import releasewords

    for subject, fact in releasewords.advice(found):
        line(subject, fact)


def _save_all(folder: Path | None, name: str, files: Mapping[str, bytes]) -> None:
    for recipient, data in files.items() if folder is not None else ():
        file = Path(folder or ".") / f"{name[:NAMED]}-{FOLDERS.sub('-', recipient)}.zip"
        _save(file, data)
        line("preview", str(file))


def _save(file: Path, data: bytes) -> None:
    """A new file that only its owner reads. Raises `FileTaken`, `FileUnreadable`."""
    from testimony.errors import FileTaken, FileUnreadable

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
    except FileExistsError as error:
        raise FileTaken(file=str(file)) from error
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
