"""`testimony release tables …`: published tables: the secret, the plan of a year, numbers and their file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import key_files
from testimony.cli.output import counted, line
from testimony.cli.output_file import write_new
from testimony.cli.release import desk, tables_file

if TYPE_CHECKING:
    from testimony.domain.tables.ledger import TablesLedger
    from testimony.domain.tables.published import Published
    from testimony.services.tables.tables import Outlook

REASONS = ("first", "lost", "stolen")


def add_to(acts: Any) -> None:
    """`acts`: those of the group `release`."""
    tables = acts.add_parser(
        "tables",
        help="tables of rounded numbers for everybody",
        description="Published tables: each account is counted once in a month, a quarter and a year, and every number "
        "is rounded. Two coordinators make the secret of the rounding, agree to a plan for the year, and make the same "
        "numbers at two desks: exchange (`testimony sync`) between the steps.",
    )
    steps = tables.add_subparsers(title="steps", metavar="STEP", required=True)
    secret = desk.act(steps, "secret", run_secret, "give your share of the secret; a second coordinator completes it")
    secret.add_argument("--because", default="first", choices=REASONS, help="why there is a new one (default: first)")
    propose = desk.act(steps, "propose", run_propose, "propose the plan of a year, which then stands for all of it")
    propose.add_argument("year", type=int, metavar="YEAR")
    propose.add_argument(
        "--border",
        action="append",
        default=[],
        metavar="FROM-TO",
        help="where you know of pushbacks: named in words where no row is shown; may be repeated",
    )
    look = desk.act(steps, "look", run_look, "count what a period could hold today; writes and proposes nothing")
    _add_period(look)
    make = desk.act(steps, "make", run_make, "count a period that is over, and propose its numbers")
    _add_edition(make)
    agree = desk.act(steps, "agree", run_agree, "agree to a plan, or make the same numbers here and agree to them")
    agree.add_argument("name", metavar="NAME", help="of the proposal, or its first 8 digits")
    _add_print(desk.act(steps, "print", run_print, "write the file of a period from its published numbers"))
    _add_show(steps)


def _add_period(step: Any) -> None:
    step.add_argument("period", metavar="PERIOD", help='2026-03, 2026-Q1, 2026 or "until 2026-03"')


def _add_edition(step: Any) -> None:
    _add_period(step)
    step.add_argument("--edition", type=int, default=1, metavar="N", help="2: count a year again (default: 1)")


def _add_print(step: Any) -> None:
    _add_edition(step)
    step.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new zip, or the new PDF of --report")
    step.add_argument("--report", metavar="LANG", choices=("en", "fr", "es"), help="the report as a PDF: en, fr or es")


def _add_show(steps: Any) -> None:
    show = steps.add_parser(
        "show",
        help="what stands at a desk, or the tables in a file",
        description="With --home: the plans, the published periods, and what waits for a second coordinator. With "
        "FILE: check the file of published tables against its list of hashes, and show every table in it as text, "
        "with no key and no home.",
    )
    which = show.add_mutually_exclusive_group(required=True)
    which.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the zip as it was published")
    which.add_argument("--home", type=Path, help="the coordinator's desk's folder")
    key_files.add_option(show)
    show.set_defaults(run=run_show)


def run_secret(arguments: argparse.Namespace) -> int:
    from testimony.domain.tables.acts import Reason
    from testimony.services.tables import tables

    with desk.at_desk(arguments) as by:
        made = tables.make_secret(by, Reason(arguments.because))
    line("share", f"yours of secret {made} is made and sealed to coordinators")
    print("\nNext: exchange. It serves when a second coordinator has made theirs at their own desk.")
    return 0


def run_propose(arguments: argparse.Namespace) -> int:
    from testimony.services.tables import tables

    with desk.at_desk(arguments) as by:
        plan = tables.propose_plan(by, arguments.year, arguments.border)
    for kind, layer in plan.layers.items():
        line(str(kind), f"tables of layer {layer}")
    line("proposed", f"plan of {plan.year}")
    print("\nNext: exchange; another coordinator reads its name (`testimony release tables show`) and agrees to it.")
    return 0


def run_look(arguments: argparse.Namespace) -> int:
    from testimony.services.tables import tables

    with desk.at_desk(arguments) as by:
        seen = tables.look(by, arguments.period)
    _tell_outlook(seen)
    print("\nThese numbers are exact, and for coordinators alone. Hand none of them on.")
    return 0


def run_make(arguments: argparse.Namespace) -> int:
    from testimony.services.tables import tables

    with desk.at_desk(arguments) as by:
        made = tables.make(by, arguments.period, edition=arguments.edition)
    _tell(made)
    print("\nNext: exchange; another coordinator reads the name of these numbers (`testimony release tables show`) and")
    print("agrees, which makes them again at the other desk. Nothing has left.")
    return 0


def run_agree(arguments: argparse.Namespace) -> int:
    from testimony.services.tables import tables

    with desk.at_desk(arguments) as by:
        tables.agree(by, arguments.name)
    line("agreed", arguments.name)
    print("\nNext: exchange; then the file can be printed at either desk.")
    return 0


def run_print(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import FileTaken
    from testimony.services.tables import tables

    if arguments.out.exists():
        raise FileTaken(file=str(arguments.out))
    with desk.at_desk(arguments) as by:
        if arguments.report:
            data = tables.reported(by, arguments.period, edition=arguments.edition, lang=arguments.report)
        else:
            data = tables.printed(by, arguments.period, edition=arguments.edition)
    write_new(arguments.out, data)
    line("written", f"{arguments.out}, for everybody; it is not sealed")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    if arguments.file:
        return tables_file.show(arguments.file)
    from testimony.services.tables import ledger

    with desk.at_desk(arguments) as by:
        held = ledger.read(by)
    _show(held)
    return 0


def _show(held: TablesLedger) -> None:
    line("secret", f"number {held.generation}, made by two" if held.generation else "two coordinators have not made it")
    for year, plan in sorted(held.plans.items()):
        line("plan", f"{year}: " + ", ".join(f"{kind} layer {layer}" for kind, layer in plan.layers.items()))
    for period, edition in sorted(held.files):
        line("published", f"{period}, edition {edition}")
    for name, proposal in held.proposed.items():
        waits = " (not yet in central's log)" if proposal.pending else ""
        line("waits", f"{name}, by {proposal.by} on {proposal.day}: {proposal.subject}{waits}")
    if held.unread:
        line("unread", f"{counted(held.unread, 'entry')} about tables, of a newer version or damaged")


def _tell_outlook(seen: Outlook) -> None:
    from testimony.domain.tables.count import CONSENT, REVIEW

    line("period", seen.period.label)
    line("could count", f"{counted(seen.accounts, 'account')}; the file needs {seen.least}")
    line("incidents", f"{seen.incidents}; the file needs {seen.least_incidents}")
    line("held back", f"{seen.back.get(REVIEW, 0)} not cleared, {seen.back.get(CONSENT, 0)} without consent")
    if seen.no_person or seen.no_incident:
        line("not linked", f"{seen.no_person} to a person, {seen.no_incident} to an incident: look-alikes count as one")
    if seen.told_again:
        line("told again", f"{seen.told_again} by the same person, not counted again")
    if seen.settled:
        line("settled", f"{seen.settled} count as published since the ledger was settled")


def _tell(made: Published) -> None:
    line("proposed", f"{made.period}, edition {made.edition}: {counted(len(made.numbers), 'number')}")
    for dimension, codes in made.rows.items():
        line(dimension, ", ".join(codes) or "no row is large enough")
