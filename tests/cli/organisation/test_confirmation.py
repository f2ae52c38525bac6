"""`roster confirm` and `--fresh`: a coordinator confirms the list of readers, and headquarters says who may."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from testimony.cli.signing.rosters import chain_of
from testimony.sealing.roster.trusted_files import Trust
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import freshness
from testimony.services.startup import open_station
from tests.support.cli.headquarters import Headquarters, run


@pytest.fixture
def hq(organisation: Organisation, homes: Path) -> Headquarters:
    return Headquarters(organisation, homes)


def confirm(hq: Headquarters, desk: str = "desk-coordinator", person: str = "coordinator-1") -> CompletedProcess[str]:
    typed = hq.made.keeper(person).passphrase + "\n"
    return run("roster", "confirm", "--home", hq.folder / desk, typed=typed)


def key_of(done: CompletedProcess[str]) -> str:
    """What is to be given to `--fresh`."""
    return re.findall(r"^ *key +(\S+=[0-9a-f]{64})$", done.stdout, re.MULTILINE)[0]


def named(hq: Headquarters) -> str:
    """The coordinator's key, in a roster that the desk and central have."""
    key = key_of(confirm(hq))
    assert hq.act("renew", "--fresh", key).returncode == 0
    for home in ("central", "desk-coordinator"):
        assert run("roster", "adopt", hq.bundle(2), "--home", hq.folder / home).returncode == 0
    return key


def test_a_key_that_no_roster_names_is_shown_with_what_to_do(hq: Headquarters) -> None:
    done = confirm(hq)
    assert done.returncode == 1
    assert key_of(done).startswith("coordinator-1=")
    assert "testimony roster renew --fresh ID=KEY --org DIR" in done.stdout
    with open_station(hq.folder / "desk-coordinator") as desk:
        assert freshness.of_station(desk) is None


def test_once_the_roster_names_it_the_desk_confirms_the_list_of_readers(hq: Headquarters) -> None:
    named(hq)
    today = datetime.now(UTC).date()
    done = confirm(hq)
    assert done.returncode == 0, done.stderr
    assert f"roster no 2 is the newest on {today}" in done.stdout
    assert "said today already" in confirm(hq).stdout
    assert f"List of readers confirmed on {today}." in run("doctor", "--home", hq.folder / "desk-coordinator").stdout


def test_headquarters_names_others_or_nobody_and_no_other_key_of_trust_is_lost(hq: Headquarters) -> None:
    key = named(hq)
    lawyer = key_of(confirm(hq, "desk-lawyer", "lawyer-1"))
    assert hq.act("renew", "--fresh", key, lawyer).returncode == 0
    assert [one.id for one in Trust.from_roster(chain_of(hq.folder).latest).fresh] == ["coordinator-1", "lawyer-1"]
    assert hq.act("renew").returncode == 0
    assert len(Trust.from_roster(chain_of(hq.folder).latest).fresh) == 2
    assert hq.act("renew", "--fresh").returncode == 0
    assert Trust.from_roster(chain_of(hq.folder).latest).fresh == ()


@pytest.mark.parametrize(
    "wrong", ["coordinator-1", "coordinator-1=", "coordinator-1=" + "00" * 32, "nobody=" + "5f" * 32]
)
def test_what_would_never_count_is_refused_before_anything_is_signed(hq: Headquarters, wrong: str) -> None:
    done = hq.act("renew", "--fresh", wrong)
    assert (done.returncode, "ID=KEY" in done.stderr) == (1, True)
    assert chain_of(hq.folder).latest.no == 1


def test_check_and_doctor_say_for_how_long_nobody_confirmed_it(
    hq: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(hq)
    central = hq.folder / "central"
    assert "nobody has confirmed" not in run("check", "--home", central).stdout
    monkeypatch.setattr("testimony.domain.freshness.LIFE", timedelta(days=-1))
    assert "nobody has confirmed the list of readers" in run("check", "--home", central).stdout
    done = run("doctor", "--home", central)
    assert "nobody has confirmed it" in done.stdout
    assert "roster confirm" in done.stdout


def test_a_stick_brings_the_statement_from_the_desk_over_central_to_a_node(hq: Headquarters, tmp_path: Path) -> None:
    named(hq)
    confirm(hq)
    passphrase = hq.made.keeper("coordinator-1").passphrase + "\n"
    there, back = tmp_path / "there", tmp_path / "back"
    for folder in (there, back):
        folder.mkdir()
    for command in (
        ("export", there, "--home", hq.folder / "desk-coordinator"),
        ("import", there, "--home", hq.folder / "central"),
        ("export", back, "--home", hq.folder / "central", "--to", "node-1"),
        ("import", back, "--home", hq.folder / "field"),
    ):
        act, place, *rest = command
        files = sorted(place.glob("*.bin")) if act == "import" else [place]
        done = run("bundle", act, *files, *rest, typed=passphrase)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    done = run("doctor", "--home", hq.folder / "field")
    assert f"List of readers confirmed on {datetime.now(UTC).date()}." in done.stdout
    with open_station(hq.folder / "field") as node:
        held = freshness.of_station(node)
        assert held is not None
        assert held.said.no == 2
