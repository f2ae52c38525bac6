"""The whole story at the command line: a partner is named, cosigns, and an archive says so; stamps by command."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.headquarters import Headquarters, run
from tests.support.cli.program import refused
from tests.support.cli.program import serving as serving_station
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.batches import bring, told
from tests.support.services.witnesses import stamp
from tests.support.sync.timestamp_server import serving


@pytest.fixture
def central(homes: Path, organisation: Organisation) -> Path:
    """Central's folder, with a testimony in it."""
    with open_station(homes / "central") as station:
        bring(organisation, station, [told(0, ("P01", "P04"))])
    return homes / "central"


@pytest.fixture
def headquarters(organisation: Organisation, tmp_path: Path) -> Headquarters:
    folder = tmp_path / "organisation"
    shutil.copytree(organisation.folder, folder)
    return Headquarters(organisation, folder)


class Partner:
    """A partner organisation with a key of its own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        made = run("checkpoint", "witness", "partner.example/w1", "--key-file", folder / "key")
        assert made.returncode == 0, made.stderr
        said = dict(line.split(None, 1) for line in made.stdout.splitlines() if line.startswith("  passphrase"))
        self.typed = said["passphrase"] + "\n"
        self.key = next(word for word in made.stdout.split() if word.startswith("partner.example/w1+"))

    def cosign(self, file: Path, to: str, *more: object) -> object:
        options = ("--name", "partner.example/w1", "--key-file", self.folder / "key", "--state", self.folder / "state")
        return run("checkpoint", "cosign", file, *options, "--to", self.folder / to, *more, typed=self.typed)


@pytest.fixture
def partner(tmp_path: Path) -> Partner:
    return Partner(tmp_path / "partner")


def export(central: Path, file: Path, *more: object) -> str:
    """The log's key that it shows."""
    done = run("checkpoint", "export", "--home", central, "--to", file, *more)
    assert done.returncode == 0, done.stderr
    return next(word for word in done.stdout.split() if word.startswith("testimony/1/log/"))


def test_a_partner_is_named_cosigns_and_is_seen(
    central: Path, headquarters: Headquarters, partner: Partner, organisation: Organisation, tmp_path: Path
) -> None:
    key = export(central, tmp_path / "first")
    assert refused(partner.cosign(tmp_path / "first", "answer"), "not known here yet")
    done = partner.cosign(tmp_path / "first", "answer", "--log", key)
    assert done.returncode == 0, done.stderr
    answer = partner.folder / "answer"
    assert refused(run("checkpoint", "take", answer, "--home", central), "roster witness")
    signed = headquarters.act("witness", partner.key)
    assert signed.returncode == 0, signed.stderr
    bundle = next(iter(headquarters.folder.glob("rosters/*.bundle")))
    assert run("station", "update", bundle, "--home", central).returncode == 0
    taken = run("checkpoint", "take", answer, "--home", central)
    assert (taken.returncode, "partner.example/w1" in taken.stdout) == (0, True), taken.stderr
    with open_station(central) as station:
        bring(organisation, station, [told(1, ("P01", "P04"))])
    export(central, tmp_path / "second", "--witness", "partner.example/w1")
    done = partner.cosign(tmp_path / "second", "answer-2")
    assert done.returncode == 0, done.stderr
    assert run("checkpoint", "take", partner.folder / "answer-2", "--home", central).returncode == 0
    shown = run("checkpoint", "show", "--home", central)
    assert "by partner.example/w1" in shown.stdout
    removed = headquarters.act("witness", "partner.example/w1", "--remove")
    assert "none" in removed.stdout, removed.stderr


def test_a_partner_refuses_what_does_not_continue_and_signs_nothing(
    central: Path, partner: Partner, tmp_path: Path, organisation: Organisation
) -> None:
    key = export(central, tmp_path / "first")
    assert partner.cosign(tmp_path / "first", "answer", "--log", key).returncode == 0
    state = (partner.folder / "state").read_bytes()
    with open_station(central) as station:
        bring(organisation, station, [told(1, ("P01", "P04"))])
    export(central, tmp_path / "second")
    assert refused(partner.cosign(tmp_path / "second", "no"), "--since")
    old = json.loads(state)
    old["logs"][0]["root"] = "0" * 64
    (partner.folder / "state").write_text(json.dumps(old, sort_keys=True, separators=(",", ":")), "utf-8")
    export(central, tmp_path / "third", "--since", str(old["logs"][0]["size"]))
    assert refused(partner.cosign(tmp_path / "third", "no"), "two stories")
    (partner.folder / "state").write_bytes(state[:-5])
    assert refused(partner.cosign(tmp_path / "third", "no"), "damaged")
    (tmp_path / "garbage").write_bytes(b"\xff\xfe")
    (partner.folder / "state").write_bytes(state)
    assert refused(partner.cosign(tmp_path / "garbage", "no"), "no file that headquarters wrote")
    assert not (partner.folder / "no").exists()
    assert refused(run("checkpoint", "take", tmp_path / "third", "--home", central), "changed")


def test_no_key_that_has_another_task_becomes_a_partners(headquarters: Headquarters, partner: Partner) -> None:
    assert refused(headquarters.act("witness", partner.key[:-4]), "no public key of a partner")
    assert refused(run("checkpoint", "witness", "a b", "--key-file", partner.folder / "other"), "cannot be named so")


@pytest.fixture
def authority(central: Path) -> Iterator[Authority]:
    """Set up at central."""
    made = Authority()
    settings = central / "station.json"
    with serving(made) as (url, _):
        said = json.loads(settings.read_text("utf-8"))
        settings.write_text(json.dumps({**said, "timestamp_url": url, "timestamp_roots": "roots.pem"}), "utf-8")
        (central / "roots.pem").write_bytes(made.pem)
        yield made


def test_a_stamp_comes_on_command_and_only_at_central(
    homes: Path, central: Path, authority: Authority, tmp_path: Path
) -> None:
    done = run("checkpoint", "stamp", "--home", central)
    assert (done.returncode, "by Invented Time" in done.stdout) == (0, True), done.stderr
    assert "has its stamp already" in run("checkpoint", "stamp", "--home", central).stdout
    assert refused(run("checkpoint", "stamp", "--home", homes / "desk-lawyer"), "Only central")
    assert refused(run("checkpoint", "export", "--home", homes / "desk-lawyer", "--to", tmp_path / "x"), "Only central")


def test_the_name_of_an_authority_can_do_nothing_at_a_terminal(central: Path, organisation: Organisation) -> None:
    """It stands in a certificate: whoever certified it chose the letters, and central's keeper the authority."""
    with open_station(central) as station:
        (sealed,) = bring(organisation, station, [told(1, ("P01", "P04"))])
        stamp(station, Authority(called="Time\x1b[2J\nlog  holds\u202e"))
    tid = sealed.record.value["tid"]
    for command in (("checkpoint", "show"), ("verify", tid)):
        shown = run(*command, "--home", central)
        assert "Time\\u001b[2J\\nlog  holds\\u202e" in shown.stdout, shown.stderr
        assert not {"\x1b", "\u202e"} & set(shown.stdout)
        assert "\nlog" not in shown.stdout


def test_a_running_central_asks_by_itself(central: Path, authority: Authority, free_port: Callable[[], int]) -> None:
    with serving_station("central", central, free_port()) as process:
        for _ in range(300):
            shown = run("checkpoint", "show", "--home", central)
            if "by Invented Time" in shown.stdout:
                break
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert "by Invented Time" in shown.stdout, shown.stdout + shown.stderr


def test_without_an_authority_the_command_says_what_to_set(central: Path) -> None:
    assert refused(run("checkpoint", "stamp", "--home", central), "docs/timestamps.md")


def test_a_stamp_is_believed_by_the_roots_that_whoever_checks_names(tmp_path: Path) -> None:
    vector = Path(__file__).parents[2] / "vectors" / "archives" / "seen.zip"
    assert run("verify", "--archive", vector).returncode == 0
    (tmp_path / "other.pem").write_bytes(Authority().pem)
    done = run("verify", "--archive", vector, "--authority", tmp_path / "other.pem")
    assert (done.returncode, "does not go back to an authority" in done.stdout) == (1, True)
    (tmp_path / "none.pem").write_bytes(b"none")
    assert refused(run("verify", "--archive", vector, "--authority", tmp_path / "none.pem"), "PEM file")
