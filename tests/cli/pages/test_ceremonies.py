"""The page of the ceremonies: the recovery key on five papers, the roots on three sticks, and what they found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.ceremony import papers_on, phrase_of_stick
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.page import ROOT, Reader, Step, steps_of, words_of
from tests.support.cli.program import free_ports
from tests.support.cli.terminal import at_a_terminal, require_separation

STICKS = ("/media/a", "/media/b", "/media/c", "/media/d", "/media/stick")
TESTED = (0, 1, 2, 2, 3, 4)
"""Which papers are typed: three, then three others until each was used."""


@pytest.fixture
def follows(homes: Path, reader: Callable[[dict[str, str]], Reader]) -> Reader:
    require_separation()
    names = {stick: stick.removeprefix("/") for stick in STICKS}
    made = reader(names | {"rosters/roster-2.bundle": str(homes / "rosters" / "roster-2.bundle"), "…": "Somebody"})
    for stick in names.values():
        (made.at / stick).mkdir(exist_ok=True)
    return made


def hold(follows: Reader, step: Step, answer: Callable[[str], str]) -> str:
    code, screen = at_a_terminal(follows.words(step), follows.at, answer)
    assert code == 0, screen
    return screen


def first_line_of(serve: list[str]) -> str:
    """What the program of the pages prints when it is ready; here it has a port of its own."""
    command = [sys.executable, "-m", "testimony", *serve, "--port", str(free_ports(1))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.terminate()
    return said


def on_papers(screen: str, orders: Iterator[int]) -> str:
    return papers_on(screen)[next(orders)] if screen.endswith("33 words: ") else ""


def test_both_ceremonies_are_held_and_used_as_the_page_says(
    follows: Reader, organisation: Organisation, homes: Path
) -> None:
    serve, recovery, admit, update, record, roots, create = steps_of("recovery.md")
    assert "http://localhost:" in first_line_of(follows.words(serve))
    orders = iter(TESTED)
    held = hold(follows, recovery, lambda screen: on_papers(screen, orders))
    signed = "".join(organisation.keeper(root).passphrase + "\n" for root in ROOTS)
    assert words_of(follows.type(admit, f"yes\n{signed}")) == words_of(held.replace("\r", ""))
    follows.type(update)
    assert "it says who was there" in follows.type(record)
    held = hold(follows, roots, phrase_of_stick)
    found = papers_on(held)
    made = follows.type(create, f"{found[0]}\n{found[1]}\n")
    assert "root-1" not in made, "its keeper has it"
    with open_station(follows.at / "organisation" / "central") as central:
        assert central.chain.latest.no == 1
