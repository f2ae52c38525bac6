"""`testimony station clock`: a person sees what the clocks say, and is the second one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.sealing.statements import statements
from testimony.services.startup import open_station
from tests.support.cli.headquarters import run
from tests.support.services import clocks
from tests.support.services.world import World, take, tid_of


def today() -> date:
    """Asked anew each time: a run of all tests may last across midnight."""
    return datetime.now(UTC).date()


def in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


@pytest.mark.parametrize(("answer", "destroyed"), [("yes", True), ("no", False)])
def test_a_person_who_confirms_the_date_is_the_second_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, destroyed: bool
) -> None:
    world = World(tmp_path)
    node, sealed = world.node(), world.coded()
    begun = today() - GRACE_PERIOD
    with monkeypatch.context() as then:
        clocks.show(then, begun.isoformat(), {})
        day = begun.isoformat()
        take(node, sealed, statements.withdrawal(tid=tid_of(sealed), scope="all", day=day, signer=world.device))
    home = node.settings.home
    node.close()
    shown = run("station", "clock", "--home", home)
    assert in_words(today()) in shown.stdout
    assert "due by one clock alone: 1" in shown.stdout
    done = run("station", "clock", today().isoformat(), "--home", home, typed=answer + "\n")
    assert f"Is today {in_words(today())}?" in done.stdout
    assert (done.returncode == 0) is destroyed
    again = open_station(home)
    assert (again.shred_keys.find(tid_of(sealed)) is None) is destroyed
    again.close()
    world.close()


def test_a_person_who_says_another_date_ends_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    node, sealed = world.node(), world.coded()
    day = today().isoformat()
    take(node, sealed, statements.withdrawal(tid=tid_of(sealed), scope="all", day=day, signer=world.device))
    node.close()
    far = (today() + timedelta(days=365)).isoformat()
    done = run("station", "clock", far, "--home", node.settings.home, typed="yes\n")
    assert done.returncode == 0
    assert "the person who confirmed it here" in done.stdout
    assert "is ahead" in done.stdout or "One of them is wrong" in done.stdout
    again = open_station(node.settings.home)
    assert again.shred_keys.find(tid_of(sealed)) is not None
    again.close()
    world.close()
