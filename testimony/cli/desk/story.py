"""`testimony story …`: stories for the public: propose, approve, take back, save, and the list with its bulletin."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.desk.lawyer import add_step, at_desk
from testimony.cli.output import counted, harmless, line
from testimony.cli.output_file import write_new

if TYPE_CHECKING:
    from testimony.domain.stories.beside_tables import Cell
    from testimony.services.opening.reader import Reader
    from testimony.services.stories.stories import Stories
    from testimony.station.station import Station


def add_to(commands: Any) -> None:
    story = commands.add_parser(
        "story",
        help="publish accounts without names and places",
        description="Stories: accounts whose witness agreed that they are published without names and places (P16). "
        "One lawyer makes a story, another one approves it at their own desk: exchange (`testimony sync`) in between. "
        "Each step asks for the passphrase, or reads it from standard input.",
    )
    steps = story.add_subparsers(title="steps", metavar="STEP", required=True)
    propose = add_step(steps, "propose", run_propose, "make a story of a testimony, for a second lawyer to read")
    propose.add_argument("tid", metavar="TID", help="the testimony's number, 32 hex digits")
    propose.add_argument("--title", required=True, help="the title, without a name or a place")
    propose.add_argument("--text", metavar="ID", help="which text: said-0, or the id of a translation (default: first)")
    propose.add_argument("--marks", type=Path, metavar="JSON", help="what is taken out (default: what is likely)")
    propose.add_argument("--month", default="", metavar="WHEN", help="2025-07 or 2025")
    propose.add_argument("--border", default="", metavar="CODE", help="such as HUN-SRB:all")
    propose.add_argument("--people", type=int, metavar="N", help="people it tells of")
    propose.add_argument(
        "--answer",
        action="append",
        default=[],
        type=_answer,
        metavar="FIELD=CODE",
        help="a code it tells, such as x_actors=police; repeatable",
    )
    propose.add_argument("--dead", type=int, metavar="N", help="dead people")
    propose.add_argument("--missing", type=int, metavar="N", help="missing people")
    show = add_step(steps, "show", run_show, "the stories and how they stand, or the text of one")
    show.add_argument("id", nargs="?", metavar="ID", help="of a story, or its first 8 digits")
    approve = add_step(steps, "approve", run_approve, "agree, as a second lawyer, to the text that `show` printed")
    approve.add_argument("id", metavar="ID")
    approve.add_argument("digest", metavar="DIGEST", help="of the text, as `show` printed it")
    back = add_step(steps, "take-back", run_take_back, "take a story back for good, or drop one that waits")
    back.add_argument("id", metavar="ID")
    save = add_step(steps, "save", run_save, "write a published story: a page, a PDF and JSON in a zip")
    save.add_argument("id", metavar="ID")
    listed = add_step(steps, "list", run_list, "write the list of published stories with the bulletin")
    for step in (save, listed):
        step.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new zip")


def run_propose(arguments: argparse.Namespace) -> int:
    from testimony.services.stories import drafts, stories

    with at_desk(arguments) as (station, reader, annexes, now):
        day = now.date()
        with station.database.transaction() as session:
            found = drafts.draft(station, session, reader, arguments.tid, annexes=annexes, at=day)
        text = found.text(arguments.text or found.texts[0].id)
        order = drafts.Order(
            tid=found.tid,
            text=text.id,
            marks=text.hints if arguments.marks is None else _marks(arguments.marks),
            title=arguments.title,
            month=arguments.month,
            border=arguments.border,
            people=arguments.people,
            losses={
                name: number
                for name, number in (("d_dead", arguments.dead), ("d_missing", arguments.missing))
                if number is not None
            },
            answers={
                field: tuple(code for of, code in arguments.answer if of == field) for field, _ in arguments.answer
            },
        )
        made = drafts.compose(found, order)
        stories.propose(station, reader, found.tid, made, day=day)
    line("proposed", made.id)
    print("\nNext: read it (`testimony story show ID`) and exchange; another lawyer reads and approves it.")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    from testimony.services.stories import beside_tables, stories
    from testimony.services.stories.stories import State

    with at_desk(arguments) as (station, reader, annexes, now):
        with station.database.reading() as session:
            held = stories.read(station, session, reader, annexes, at=now.date())
        if arguments.id is None:
            _list(held)
            return 0
        one, state = held.find(arguments.id)
        smaller: tuple[Cell, ...] = ()
        if one.story is not None and state is State.PROPOSED:
            known = stories.accounts_known(held)
            with station.database.transaction() as session:
                smaller = beside_tables.cells(station, session, reader, annexes, one.story, known, at=now.date())
    line(str(state), f"{one.id}, by {one.by}")
    if one.story is not None:
        line("text", one.digest)
        print()
        for said in (one.story.title, one.story.month, one.story.border, *one.story.paragraphs):
            print(harmless(said))
    _print_smaller(smaller)
    return 0


def _list(held: Stories) -> None:
    for one, state in held.held:
        line(str(state), f"{one.id}  {harmless(one.story.title) if one.story else ''}")
    if held.unread:
        line("unread", f"{held.unread} annexes about stories, of a newer version or damaged")


def _print_smaller(found: tuple[Cell, ...]) -> None:
    """The numbers of published tables that somebody who knows the story can count its account out of."""
    from testimony.domain.stories.beside_tables import REST

    if found:
        print("\nBeside the published tables: accounts, those that no published story tells, and who told those")
    for one in found:
        if one.is_shown:
            border = "all other borders" if one.border == REST else one.border or "all borders"
            said = (one.period or "all years", border, one.when or "any time", *filter(None, one.answer))
            numbers = f"{one.accounts}, {one.left}, {counted(one.others, 'person')}"
            line("too few" if one.is_small else "number", f"{', '.join(said)}: {numbers}")


def run_approve(arguments: argparse.Namespace) -> int:
    from testimony.services.stories import stories

    with at_desk(arguments) as (station, reader, annexes, now):
        day = now.date()
        with station.database.reading() as session:
            held = stories.read(station, session, reader, annexes, at=day)
        one = stories.approve(station, reader, held, arguments.id, arguments.digest, annexes=annexes, day=day)
    line("approved", one.id)
    print("\nNext: exchange. Either lawyer can save the story now (`testimony story save`), and the list.")
    return 0


def run_take_back(arguments: argparse.Namespace) -> int:
    from testimony.services.stories import stories

    with _held(arguments) as (station, reader, held, day):
        one = stories.take_back(station, reader, held, arguments.id, day=day)
    line("taken back", one.id)
    print("\nNext: exchange, publish a new list, and remove the story wherever you published it.")
    return 0


def run_save(arguments: argparse.Namespace) -> int:
    from testimony.services.stories import files

    _require_free(arguments.out)
    with _held(arguments) as (station, reader, held, day):
        data = files.story(station, reader, held, arguments.id, day=day)
    write_new(arguments.out, data)
    line("written", f"{arguments.out}, for everybody; it is not sealed")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from testimony.services.stories import files

    _require_free(arguments.out)
    with _held(arguments) as (station, reader, held, day):
        data = files.list_of(station, reader, held, day=day)
    write_new(arguments.out, data)
    line("written", f"{arguments.out}, for everybody; it is not sealed")
    return 0


def _answer(said: str) -> tuple[str, str]:
    field, equals, code = said.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("write FIELD=CODE, such as x_actors=police")
    return field, code


@contextmanager
def _held(arguments: argparse.Namespace) -> Iterator[tuple[Station, Reader, Stories, date]]:
    from testimony.services.stories import stories

    with at_desk(arguments) as (station, reader, annexes, now):
        day = now.date()
        with station.database.reading() as session:
            held = stories.read(station, session, reader, annexes, at=day)
        yield station, reader, held, day


def _marks(file: Path) -> Any:
    """Raises `FileUnreadable`, `MarkUnusable`."""
    from testimony.domain.errors import MarkUnusable
    from testimony.domain.stories.text import Mark
    from testimony.services.certificates.errors import FileUnreadable

    try:
        return Mark.parse_all(json.loads(file.read_text("utf-8")))
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    except ValueError as error:
        raise MarkUnusable from error


def _require_free(file: Path) -> None:
    """Before anything is noted in the register. Raises `FileTaken`."""
    from testimony.services.certificates.errors import FileTaken

    if file.exists():
        raise FileTaken(file=str(file))
