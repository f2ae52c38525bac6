"""Who signs a roster sees its date in words, says it where it is far ahead, and cannot sign one before the last."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from testimony.cli.organisation import root_signatures
from testimony.cli.signing import rosters
from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.headquarters import ROOTS, Headquarters, run

TODAY = datetime.now(UTC).date()


@pytest.fixture
def headquarters(organisation: Organisation, homes: Path) -> Headquarters:
    """Its last roster is of today."""
    made = Headquarters(organisation, homes)
    assert made.act("renew").returncode == 0
    return made


def renew(headquarters: Headquarters, answer: str, *more: str) -> CompletedProcess[str]:
    keys = [headquarters.folder / "keys" / f"{name}.key" for name in ROOTS]
    options = ("--org", headquarters.folder, "--key-file", *keys, *more)
    return run("roster", "renew", *options, typed=f"{answer}\n{headquarters.typed}" if answer else headquarters.typed)


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], date]:
    """Set this machine's clock so many days from today."""

    def set_to(days: int) -> date:
        class Wrong(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(days=days)

        for module in (rosters, root_signatures):
            monkeypatch.setattr(module, "datetime", Wrong)
        return TODAY + timedelta(days=days)

    return set_to


def number(headquarters: Headquarters) -> int:
    shown = run("roster", "show", "--json", "--org", headquarters.folder).stdout
    return int(json.loads(shown)["no"])


def test_on_the_day_of_the_last_roster_it_is_shown_in_words_and_not_asked_for(headquarters: Headquarters) -> None:
    done = renew(headquarters, "")
    assert done.returncode == 0, done.stderr
    assert f"{TODAY:%A} {TODAY.day} {TODAY:%B %Y}" in done.stdout
    assert "the day of the last roster" in done.stdout or "1 day after" in done.stdout


@pytest.mark.parametrize(("answer", "signed"), [("yes", True), ("y", False), ("no", False)])
def test_later_it_is_asked_for(
    headquarters: Headquarters, shows: Callable[[int], date], answer: str, signed: bool
) -> None:
    day = shows(40)
    before = number(headquarters)
    done = renew(headquarters, answer)
    assert f"Is today {day:%A} {day.day} {day:%B %Y}?" in done.stdout
    assert "40 days after the last roster" in done.stdout
    assert (done.returncode == 0) is signed
    assert number(headquarters) == before + signed
    if not signed:
        assert "nothing was done" in done.stderr


@pytest.mark.parametrize("far", [93, 120, 3650])
def test_far_ahead_the_date_must_be_typed(headquarters: Headquarters, shows: Callable[[int], date], far: int) -> None:
    """As it was found: a computer whose clock was months ahead asked nothing."""
    day, before = shows(far), number(headquarters)
    for answer in ("yes", TODAY.isoformat()):
        assert renew(headquarters, answer).returncode != 0
    assert number(headquarters) == before
    assert renew(headquarters, day.isoformat()).returncode == 0


def test_before_the_last_roster_it_refuses_unless_that_one_was_wrong(
    headquarters: Headquarters, shows: Callable[[int], date]
) -> None:
    wrong = shows(120)
    assert renew(headquarters, wrong.isoformat()).returncode == 0
    day, before = shows(0), number(headquarters)
    done = renew(headquarters, day.isoformat())
    assert done.returncode != 0
    assert "before that of the last one" in done.stderr
    assert number(headquarters) == before
    assert renew(headquarters, "yes", "--last-date-wrong").returncode != 0
    mended = renew(headquarters, day.isoformat(), "--last-date-wrong")
    assert mended.returncode == 0, mended.stderr
    assert "BEFORE the last roster" in mended.stdout
    assert number(headquarters) == before + 1
