"""`testimony grant [TID]`: give readers who joined later, or have a new key, access to earlier testimonies."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import key_files, prompts
from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.services.access.grant_job import Letting, Progress


def add_to(commands: Any) -> None:
    grant = commands.add_parser(
        "grant",
        help="let colleagues, or a new recovery key, read what was sealed before they came",
        description="With a lawyer's key at the desk in HOME, open to every reader of the roster what the witnesses "
        "agreed to for their role and what that key opens: the testimony TID, or all that are there. A recovery key "
        "that was made anew gets what that key opens, too. Says how many, "
        "and why not the others. Ctrl-C stops it; the next time it goes on from there. Run `testimony sync` before, "
        "so that nothing that was taken back is unseen, and after it.",
    )
    grant.add_argument("tid", metavar="TID", nargs="?", default="", help="one testimony (default: all)")
    grant.add_argument("--home", required=True, type=Path, help="the desk's folder")
    grant.add_argument(
        "--anew",
        action="store_true",
        help="central was restored and lost what others open with: make it anew for everybody who may read",
    )
    key_files.add_option(grant)
    grant.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.access.grant_job import Letting
    from testimony.services.opening import reader as opening_reader
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.startup import open_station

    key_files.use(arguments)
    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        letting = Letting(station, reader, AnnexIndex(), datetime.now(UTC).date(), anew=arguments.anew)
        progress = let_in(letting, arguments.tid)
    if progress.heads or progress.later:
        print("\nNext: testimony sync, here and then at their desks.")
    return 0


def let_in(letting: Letting, only: str = "") -> Progress:
    """All of it, or the testimony `only`, saying how far it is and then what was done. Ctrl-C stops it."""
    from testimony.services.access.grant_job import Progress

    names = letting.names(only)
    progress = Progress(total=len(names))
    try:
        for _ in letting.steps(names, progress, later=not only):
            print(f"\r{progress.done} of {progress.total}", end="", flush=True)
    finally:
        print()
        _say(progress)
    if behind := letting.behind():
        line(
            "still closed",
            f"{counted(behind, 'testimony')} here to the new recovery key: keep the papers of the older one",
        )
    return progress


def _say(progress: Progress) -> None:
    """What was opened, and how many not and why."""
    from testimony.services.access.gaps import Why

    later = counted(progress.later, "thing")
    line("opened", f"{counted(progress.let_in, 'testimony')}, in {counted(progress.heads, 'part')}; {later} said later")
    if progress.to_recovery:
        line("to recovery", f"{progress.to_recovery} of these")
    for why in Why:
        if progress.left[why]:
            line(f"not, {why}", str(progress.left[why]))
