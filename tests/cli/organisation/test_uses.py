"""`roster add-use`: a case of the next roster from the command line; one sentence for what is wrong, nothing signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from testimony.cli.signing.rosters import chain_of
from testimony.domain.consent.offers import Case, offers
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.headquarters import run
from tests.support.cli.organisation_of_today import made_today
from tests.support.cli.program import refused


@pytest.fixture
def made(tmp_path: Path) -> Organisation:
    return made_today(tmp_path / "org")


def add(made: Organisation, *more: str) -> CompletedProcess[str]:
    keys = [made.folder / "keys" / f"root-{number}.key" for number in (1, 2)]
    typed = "".join(made.keeper(f"root-{number}").passphrase + "\n" for number in (1, 2))
    return run("roster", "add-use", *more, "--org", made.folder, "--key-file", *keys, typed=typed)


def test_a_case_comes_into_the_roster_and_to_central(made: Organisation) -> None:
    deadline = (datetime.now(UTC).date() + timedelta(days=90)).isoformat()
    details = ("--body", "A court", "--state", "HRV", "--deadline", deadline, "--lawyer", "lawyer-1", "lawyer-2")
    done = add(made, "P09", "--name", "the river case", "fr=l’affaire de la rivière", "--months", "36", *details)
    assert done.returncode == 0, done.stderr
    assert "witnesses are asked: Use it in a complaint or in court. For: the river case" in done.stdout
    assert "l’affaire de la rivière" in done.stdout
    bundle = made.folder / "rosters" / "roster-2.bundle"
    assert run("station", "update", bundle, "--home", made.folder / "central").returncode == 0
    with open_station(made.folder / "central") as central:
        (case,) = [one for one in offers(central.chain.latest.organisation) if one.purpose == "P09"]
    assert (case.recipient, case.life_months) == ("the-river-case", 36)
    assert case.case == Case(body="A court", state="HRV", deadline=deadline, lawyers=("lawyer-1", "lawyer-2"))
    before = {one.key for one in offers(chain_of(made.folder).rosters[1].organisation)}
    assert {one.key for one in offers(chain_of(made.folder).latest.organisation)} == before | {case.key}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("P99", "--name", "a case"), "Choose what"),
        (("P09",), "Write the name"),
        (("P09", "--name", "a" * 301), "301 characters"),
        (("P09", "--name", "a case", "--deadline", "2020-01-01"), "This day is over"),
        (("P09", "--name", "a case", "--lawyer", "nobody"), "nobody is no active lawyer"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_signed(
    options: tuple[str, ...], sentence: str, made: Organisation
) -> None:
    assert refused(add(made, *options), sentence)
    assert chain_of(made.folder).latest.no == 1
