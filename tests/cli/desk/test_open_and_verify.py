"""`open` shows a key what it may read, `verify` needs none; both say when something was changed."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.cli.desk import open as open_command
from testimony.cli.main import main
from testimony.cli.output import harmless, line, table
from testimony.sealing.errors import OPENING_SENTENCES
from testimony.sealing.roster.chain import RosterChain
from testimony.services.consent import acts as consent_acts
from testimony.services.demo import demo
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.intake.intake import take_in
from testimony.services.opening.errors import CLOSED_SENTENCES, ENDED
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from tests.support.cli.program import free_ports, refused, run, serving
from tests.support.damage import last_byte_changed
from tests.support.services.desks import reader_of

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
ALL, NUMBERS, KEPT, LAWYERS = 0, 1, 2, 3  # which invented testimony: what its witness agreed to


@pytest.fixture(scope="module")
def taken_in(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The homes with the invented testimonies at the field node; their numbers. Shared: use `tids`."""
    homes = Path(shutil.copytree(organisation.folder, tmp_path_factory.mktemp("taken-in") / "org"))
    chain = RosterChain(organisation.root, [organisation.roster])
    tids = []
    with open_station(homes / "field") as node:
        for number, told in enumerate(demo.invented()):
            sealed = demo.seal_invented(organisation, chain, told, number=number, taken_down=NOON, withdraw=None)
            demo.require_stored(take_in(node, demo.incoming(sealed)))
            tids.append(str(sealed.record.value["tid"]))
    return homes, tids


@pytest.fixture(scope="module")
def delivered(
    organisation: Organisation, taken_in: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """The same, delivered to central and pulled by both desks. Shared: use `synced`."""
    homes = Path(shutil.copytree(taken_in[0], tmp_path_factory.mktemp("delivered") / "org"))
    port = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with serving("central", homes / "central", port):
        told = run("sync", "--home", homes / "field", "--to", url)
        assert "5 records, each with a receipt" in told.stdout, told.stderr
        for desk, reader in (("desk-lawyer", "lawyer-1"), ("desk-coordinator", "coordinator-1")):
            typed = organisation.keeper(reader).passphrase + "\n"
            pulled = run("sync", "--home", homes / desk, "--to", url, typed=typed)
            assert pulled.returncode == 0, pulled.stderr
    return homes, taken_in[1]


@pytest.fixture
def tids(homes: Path, taken_in: tuple[Path, list[str]]) -> list[str]:
    """The invented testimonies, taken in at the field node in `homes`; their numbers."""
    return _as(taken_in, homes)


@pytest.fixture
def synced(homes: Path, delivered: tuple[Path, list[str]]) -> list[str]:
    """The same, delivered to central and pulled by both desks."""
    return _as(delivered, homes)


def _as(kept: tuple[Path, list[str]], homes: Path) -> list[str]:
    shutil.rmtree(homes)
    shutil.copytree(kept[0], homes)
    return kept[1]


def test_a_lawyer_opens_what_the_witness_agreed_to_and_the_coordinator_only_counts(
    organisation: Organisation, homes: Path, synced: list[str]
) -> None:
    words = demo.invented()[ALL]["text"]
    lawyer = run("open", synced[ALL], "--home", homes / "desk-lawyer", typed=organisation.keeper("lawyer-1").passphrase)
    assert words in lawyer.stdout
    assert re.search(r"attestation +holds", lawyer.stdout)
    assert re.search(r"log +holds", lawyer.stdout)
    typed = organisation.keeper("coordinator-1").passphrase
    coordinator = run("open", synced[ALL], "--home", homes / "desk-coordinator", typed=typed)
    assert '"s6to10"' in coordinator.stdout, "the group's size as a band"
    assert words not in coordinator.stdout
    assert "This part is not sealed to your key." in coordinator.stdout
    for number in (KEPT, LAWYERS):
        closed = run("open", synced[number], "--home", homes / "desk-coordinator", typed=typed)
        assert '"answers"' not in closed.stdout


@pytest.mark.parametrize(("year", "withdrawn"), [(2028, False), (2099, False), (2026, True)])
def test_after_the_end_of_consent_the_command_shows_nothing_of_the_account(
    year: int,
    withdrawn: bool,
    organisation: Organisation,
    homes: Path,
    synced: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Consent to reading ends after two years; by 2099 consent to keeping has ended, too."""
    home, tid, day = homes / "desk-lawyer", synced[ALL], NOON.replace(year=year, month=3)
    if withdrawn:
        with open_station(home) as desk:
            consent_acts.withdraw_all(desk, reader_of(organisation, "lawyer-1"), tid, day=day.date())

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return day

    monkeypatch.setattr(open_command, "datetime", Clock)
    monkeypatch.setattr(sys, "stdin", io.StringIO(organisation.keeper("lawyer-1").passphrase + "\n"))
    status = main(["open", tid, "--home", str(home)])
    shown = capsys.readouterr().out
    assert status == 0, shown
    sentence = CLOSED_SENTENCES["withdrawn" if withdrawn else ENDED]
    for part in ("narrative", "identity", "incident", "coded"):
        assert re.search(rf"^  {part} +{re.escape(sentence)}$", shown, re.MULTILINE), shown
    assert demo.invented()[ALL]["text"] not in shown
    assert '"answers"' not in shown


def test_a_wrong_passphrase_opens_nothing(homes: Path, synced: list[str]) -> None:
    done = run("open", synced[ALL], "--home", homes / "desk-lawyer", typed="six wrong words stand right here\n")
    assert refused(done, "does not open the key")


def test_a_station_without_a_key_says_what_to_name(homes: Path, synced: list[str]) -> None:
    done = run("open", synced[ALL], "--home", homes / "field", typed="six words that open nothing here\n")
    assert refused(done, "No key file is named here", "--key-file")


def test_a_key_file_of_another_organisation_opens_nothing(homes: Path, synced: list[str], tmp_path: Path) -> None:
    plan = Plan(name="Other", lawyer_names=("C", "D"), issued=NOON.date(), key_file_work=10)
    other = enrolment_organisation.create(tmp_path / "other", plan)
    keeper = other.keeper("lawyer-1")
    command = ("open", synced[ALL], "--home", homes / "desk-lawyer", "--key-file", other.folder / keeper.file)
    assert refused(run(*command, typed=keeper.passphrase + "\n"), "belongs to nobody in this organisation")


def body_file(homes: Path, organisation: Organisation, tid: str, part: str) -> Path:
    """Where the lawyer's desk keeps the sealed body of one part."""
    with open_station(homes / "desk-lawyer") as desk, desk.database.reading() as session:
        manifest = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
    body = next(entry["body"] for entry in manifest.value["parts"] if entry["part"] == part)
    (file,) = (homes / "desk-lawyer" / "parts").rglob(f"*{body[4:]}")
    return file


def test_a_part_that_was_changed_is_said_and_not_a_word_of_it_shown(
    organisation: Organisation, homes: Path, synced: list[str]
) -> None:
    file = body_file(homes, organisation, synced[ALL], "narrative")
    file.chmod(0o600)
    data = file.read_bytes()
    file.write_bytes(last_byte_changed(data))
    typed = organisation.keeper("lawyer-1").passphrase
    done = run("open", synced[ALL], "--home", homes / "desk-lawyer", typed=typed)
    assert done.returncode == 1, done.stderr
    assert OPENING_SENTENCES["altered"] in done.stdout
    assert demo.invented()[ALL]["text"] not in done.stdout
    assert '"answers"' in done.stdout, "the other parts are shown"


def test_a_part_that_is_missing_is_said_and_the_others_are_shown(
    organisation: Organisation, homes: Path, synced: list[str]
) -> None:
    body_file(homes, organisation, synced[ALL], "identity").unlink()
    typed = organisation.keeper("lawyer-1").passphrase
    done = run("open", synced[ALL], "--home", homes / "desk-lawyer", typed=typed)
    assert done.returncode == 1, done.stderr
    assert OPENING_SENTENCES["incomplete"] in done.stdout
    assert demo.invented()[ALL]["text"] in done.stdout


def test_a_reader_of_another_organisation_opens_nothing(homes: Path, synced: list[str], tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.key"
    made = run("keys", "new", stranger)
    typed = next(line for line in made.stdout.splitlines() if "passphrase " in line).split(maxsplit=1)[1] + "\n"
    done = run("open", synced[ALL], "--home", homes / "desk-lawyer", "--key-file", stranger, typed=typed)
    assert refused(done, "nobody in this organisation")
    assert done.stdout == ""


def test_a_database_that_another_program_holds_is_said_by_every_reading_command(
    organisation: Organisation, homes: Path, tids: list[str]
) -> None:
    with sqlite3.connect(homes / "field" / "testimony.db", isolation_level=None) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        done = run("verify", "--home", homes / "field")
        other.execute("ROLLBACK")
    other.close()
    assert refused(done, "Another program is using the database", "nothing was lost")
    assert run("verify", "--home", homes / "field").returncode == 0


def test_an_unknown_number_is_said(homes: Path) -> None:
    assert refused(run("open", "f" * 32, "--home", homes / "desk-lawyer", typed="x\n"), "not held here")
    assert refused(run("verify", "f" * 32, "--home", homes / "field"), "not held here")


@pytest.mark.parametrize("station", ["field", "central", "desk-lawyer", "desk-coordinator"])
def test_every_station_verifies_without_a_key_and_without_a_server(
    homes: Path, synced: list[str], station: str
) -> None:
    done = run("verify", "--home", homes / station)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^  manifest +holds", done.stdout, re.M)) == len(synced)
    assert len(re.findall(r"^  log +holds", done.stdout, re.M)) == len(synced)
    assert "FAILS" not in done.stdout


def test_a_changed_part_fails(homes: Path, tids: list[str]) -> None:
    part = max((path for path in (homes / "field" / "parts").rglob("*") if path.is_file()), key=lambda path: path.name)
    part.chmod(0o600)
    changed = bytearray(part.read_bytes())
    changed[100] ^= 1
    part.write_bytes(changed)
    done = run("verify", "--home", homes / "field")
    assert done.returncode == 1
    assert len(re.findall(r"^  parts +FAILS", done.stdout, re.M)) == 1


def test_a_log_that_was_rewritten_fails(homes: Path, tids: list[str]) -> None:
    with sqlite3.connect(homes / "field" / "testimony.db") as database:
        changed = database.execute(
            'UPDATE log_leaves SET entry = CAST(replace(CAST(entry AS TEXT), \'"day":"20\', \'"day":"19\') AS BLOB)'
        ).rowcount
    database.close()
    assert changed >= len(tids)
    done = run("verify", tids[0], "--home", homes / "field")
    assert done.returncode == 1
    assert re.search(r"^  log +FAILS", done.stdout, re.M), done.stdout + done.stderr


def test_nothing_that_a_record_says_acts_upon_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    line("media\x1b[2J", "image/jpeg\x1b]0;title\x07\n  log           holds")
    print(table([("id", "role"), ("node\x1b[1A", "a\nb")]))
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert said.splitlines()[0].endswith("image/jpeg\\u001b]0;title\\u0007\\n  log           holds")
    assert len(said.splitlines()) == 3


def test_a_strangers_words_cannot_move_the_terminal() -> None:
    assert harmless("a\x9b31mb\u202ec\x7f") == "a\\u009b31mb\\u202ec\\u007f"
    assert harmless("مرحبا, Zoë") == "مرحبا, Zoë"
