"""`testimony desk` prints another start address of a desk that runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.cli.program import refused, run, serving

FreePort = Callable[[], int]


def test_each_call_prints_another_address_of_the_desk(homes: Path, free_port: FreePort) -> None:
    home, port = homes / "desk-lawyer", free_port()
    with serving("desk", home, port) as process:
        printed = process.address  # type: ignore[attr-defined]
        found = [run("desk", "--home", home, "--port", port).stdout.split()[-1] for _ in range(2)]
        assert len({printed, *found}) == 3
        assert {one.partition("#")[0] for one in found} == {printed.partition("#")[0]}


def test_a_desk_that_does_not_run_is_said(homes: Path, free_port: FreePort) -> None:
    done = run("desk", "--home", homes / "desk-lawyer", "--port", free_port())
    assert refused(done, "No desk answers on port", "testimony serve desk")


def test_a_home_that_is_no_desk_is_said(homes: Path) -> None:
    assert refused(run("desk", "--home", homes / "field"), "is a field node, not a desk")
