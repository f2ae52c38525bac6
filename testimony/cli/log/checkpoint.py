"""`testimony checkpoint`: compare the log heads that central showed two stations, without asking central."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.log import witnesses as log_witnesses
from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from testimony.station.station import Station

FAILED = 1


def add_to(commands: Any) -> None:
    checkpoint = commands.add_parser(
        "checkpoint",
        help="compare central's log with what others were shown; stamps, cosignatures",
        description="Compare central's log with what another station was shown of it: a central server that tells each "
        "station another story is found out by that, whatever it says itself. Have its head stamped by a time stamp "
        "authority, and cosigned by partners.",
    )
    acts = checkpoint.add_subparsers(title="acts", metavar="ACT", required=True)
    show = acts.add_parser(
        "show",
        help="say how far central's log is known here, in six words",
        description="Say how far central's log is known here, in six words that two people can read to each other.",
    )
    show.add_argument("--home", required=True, type=Path, help="the station's folder")
    show.add_argument("--out", type=Path, metavar="FILE", help="write the signed head to a new file, to carry it")
    show.set_defaults(run=_print_head)
    compare = acts.add_parser(
        "compare",
        help="hold what another station was shown against what is known here",
        description="Hold what another station was shown against what is known here: the file that it wrote, or the "
        "number of entries and the six words. Exit code 1 if they differ.",
    )
    compare.add_argument("file", nargs="?", type=Path, metavar="FILE", help="what “checkpoint show --out” wrote there")
    compare.add_argument("--home", required=True, type=Path, help="the station's folder")
    compare.add_argument("--size", type=int, metavar="N", help="without a file: how many entries it was")
    compare.add_argument("--words", nargs=6, metavar="WORD", help="without a file: the six words")
    compare.set_defaults(run=_compare, parser=compare)
    log_witnesses.add_to(acts)


def _print_head(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import FileTaken
    from testimony.services.custody import split_view
    from testimony.services.startup import open_station
    from testimony.services.witnesses import witnesses

    with open_station(arguments.home) as station, station.database.reading() as session:
        head = split_view.head(station, session)
        seen = witnesses.seen(station, session)
    if head is None:
        line("central's log", "is not known here yet; synchronise first")
        return FAILED
    line("central", head.central)
    line("entries", str(head.size))
    line("words", head.words)
    line("epoch", head.epoch or "none: central is of an earlier version")
    for one in seen:
        line("seen", f"{counted(one.size, 'entry')}, at {one.time}, by {one.by}")
    if arguments.out:
        try:
            with arguments.out.open("x", encoding="utf-8") as file:
                file.write(head.note)
        except FileExistsError as error:
            raise FileTaken(file=str(arguments.out)) from error
        line("written", f"{arguments.out}: compare it at another station (“testimony checkpoint compare”)")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station

    by_words = arguments.words is not None and arguments.size is not None and arguments.size >= 0
    if by_words == (arguments.file is not None):
        arguments.parser.error("give either a file, or --size with --words")
    with open_station(arguments.home) as station:
        if by_words:
            with station.database.reading() as session:
                return _compare_words(station, session, arguments.size, arguments.words)
        return _compare_file(station, arguments.file)


def _compare_words(station: Station, session: Session, size: int, words: list[str]) -> int:
    from testimony.services.custody import split_view

    here = split_view.words_at(station, session, size)
    if here is None:
        line("later", "fewer entries are known here; synchronise, or compare the smaller number at the other station")
        return FAILED
    if here == " ".join(words).lower():
        line("same", f"both stations were shown the same {counted(size, 'entry')}")
        return 0
    line("different", f"the words for {counted(size, 'entry')} are here: {here}")
    line("", "Compare again. If they still differ, carry the signed head here as a file: it proves it, words do not.")
    return FAILED


def _compare_file(station: Station, file: Path) -> int:
    from testimony.services.custody import split_view
    from testimony.services.custody.errors import CheckpointForeign

    try:
        note = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointForeign from error
    with station.database.transaction() as session:
        verdict = split_view.consider(station, session, note)
    if verdict == "forked":
        line("different", "central signed two stories. Both heads are kept here as proof; nothing was deleted.")
        line("", "This station takes nothing more from it. Stop trusting that server, keep its disk, and report it.")
        return FAILED
    if verdict == "later":
        line("later", "it is of entries that are not known here; it is kept, and compared when they are")
        return 0
    line("same", "both stations were shown the same log")
    return 0
