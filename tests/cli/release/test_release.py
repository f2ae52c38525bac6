"""`release` at the command line: through two desks, from a plan to a file that anybody can check and a notice."""

from __future__ import annotations

import shutil
import stat
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.release import desk as release_desk
from testimony.services.release import release
from tests.support.cli.headquarters import run
from tests.support.cli.program import refused
from tests.support.services.release import releases
from tests.support.services.release.settlement import to_a_lost_key


@pytest.fixture
def made(prepared_for_releases: tuple[Path, Organisation], tmp_path: Path) -> tuple[Path, Organisation]:
    folder, organisation = prepared_for_releases
    return Path(shutil.copytree(folder, tmp_path / "all")), organisation


def test_a_release_goes_from_a_plan_to_a_file_and_a_notice(made: tuple[Path, Organisation], tmp_path: Path) -> None:
    folder, organisation = made

    def at(number: int, *said: object) -> CompletedProcess[str]:
        person = f"coordinator-{number}"
        home = folder / "org" / person
        return run("release", *said, "--home", home, typed=organisation.keeper(person).passphrase + "\n")

    def meet() -> None:
        with releases.opened(folder, organisation) as centre:
            centre.meet()

    order = ("--for", "P07", "--tiers", "8")
    planned = at(1, "plan", *order)
    assert planned.returncode == 0, planned.stderr
    assert "at least 5 different people from at least 2 different pushbacks" in planned.stdout
    built = at(1, "build", *order, "--preview", tmp_path / "seen")
    assert built.returncode == 0, built.stderr
    (seen,) = (tmp_path / "seen").iterdir()
    name = next(line.split()[1] for line in built.stdout.splitlines() if "proposed" in line)
    meet()
    assert refused(at(1, "approve", name), "Another person")
    assert at(2, "approve", name[:8]).returncode == 0
    meet()
    out = tmp_path / "release.zip"
    send = ("send", name, "--for", "P07", "--out", out)
    ordered = at(1, *send)
    assert (ordered.returncode, out.exists()) == (0, False), ordered.stderr
    assert refused(at(1, *send), "central's log")
    meet()
    assert at(1, *send).returncode == 0
    assert out.read_bytes() == seen.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert run("release", "check", out).returncode == 0
    at_other = at(2, "check", out)
    assert (at_other.returncode, "the same bytes" in at_other.stdout) == (0, True), at_other.stdout
    assert refused(at(1, *send), "exists already")
    meet()
    other = tmp_path / "other.zip"
    other.write_bytes(out.read_bytes()[:-1])
    assert "FAILS" in at(2, "check", other).stdout
    told = at(2, "report")
    assert "handed out" in told.stdout
    with releases.opened(folder, organisation) as centre:
        centre[2].day = date(2099, 1, 1)  # commands go by the clock of this machine
        id = release_desk.ledger_of(centre[2].by).batch(name).contents.classes[0].id
    assert at(2, "recall", f"c{id}", "--reason", "demand").returncode == 0
    meet()
    notice = tmp_path / "notice.csv"
    assert at(1, "report", "--for", "P07", "--out", notice).returncode == 0
    assert notice.read_text().splitlines()[2].startswith(f"c{id},{name},recalled,")


def test_a_ledger_that_cannot_go_on_is_settled_by_two(made: tuple[Path, Organisation]) -> None:
    folder, organisation = made

    def at(number: int, *said: object) -> CompletedProcess[str]:
        person = f"coordinator-{number}"
        home = folder / "org" / person
        return run("release", *said, "--home", home, typed=organisation.keeper(person).passphrase + "\n")

    assert "nothing holds it up" in at(1, "settle").stdout
    with releases.opened(folder, organisation) as centre:
        release.pin(centre[1].by, releases.MECHANISM)
        name = to_a_lost_key(centre[1].station, centre[1].reader)
        centre.meet()
    assert refused(at(2, "report"), "not sealed to your key")
    assert name in at(2, "settle").stdout
    assert "a second coordinator says the same" in at(2, "settle", "--agree").stdout
    with releases.opened(folder, organisation) as centre:
        centre.meet()
    assert at(1, "settle", "--agree").returncode == 0
    with releases.opened(folder, organisation) as centre:
        centre.meet()
    told = at(2, "report")
    assert (told.returncode, "by coordinator-2 and coordinator-1" in told.stdout) == (0, True), told.stdout
    assert "0 entries" in at(1, "let-in").stdout


def test_what_may_not_leave_is_said_in_a_sentence(made: tuple[Path, Organisation]) -> None:
    folder, organisation = made
    home, typed = folder / "org" / "coordinator-1", organisation.keeper("coordinator-1").passphrase + "\n"
    for more, words in (
        (("--for", "P09"), "Choose for whom"),
        (("--for", "P06", "--preset", "trusted"), "at least the preset"),
        (("--for", "P07", "--period", "soon"), "whole year"),
        (("--for", "P07", "--period", "2001"), "Nothing leaves"),
    ):
        assert refused(run("release", "build", *more, "--home", home, typed=typed), words)
    assert refused(run("release", "approve", "0" * 32, "--home", home, typed=typed), "no such batch")
