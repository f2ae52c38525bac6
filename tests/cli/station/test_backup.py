"""`backup` and `restore` from the command line: what they say, and with what they exit."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.key_file import KeyFile
from testimony.services.backup import last_backup
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.store.blobs.folder import names_in
from tests.support.cli.program import refused, run
from tests.support.each_time import each_time
from tests.support.services.recovery.backups import KEEPER
from tests.support.store import hostile_s3


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    """A key file as `testimony keys new` makes it, with a passphrase."""
    (file := tmp_path / "backup.key").write_bytes(KeyFile(opening=KEEPER).seal("correct horse", 10))
    return file


PASSPHRASE = "correct horse\n"


WAYS = [(name, form) for name in ("field", "central", "desk-lawyer") for form in ("folder", "file")]


@pytest.mark.parametrize(
    ("name", "form"), each_time(WAYS, ("field", "folder"), ("central", "file"), ("desk-lawyer", "file"))
)
def test_one_command_ends_the_setting_up_and_one_makes_the_station_again(
    homes: Path, tmp_path: Path, safe: Path, name: str, form: str
) -> None:
    """From the backup, the copy of the shred keys and the key of the safe: nothing else is left."""
    kept, keys, home = tmp_path / "kept.age", tmp_path / "shred.copy", homes / name
    place = (kept,) if form == "folder" else ("--to", kept)
    always = ("backup", *place, "--home", home, "--shred-keys", keys)
    done = run(*always, "--test-with", safe, typed=PASSPHRASE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "restored into an empty folder" in done.stdout
    assert last_backup.last_tested(Settings.load(home)) is not None
    done = run(*always)  # each day: it remembers who opens it
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 key opens it" in done.stdout
    shutil.rmtree(homes)
    source = (kept,) if form == "folder" else ("--from", kept)
    done = run("restore", *source, "--key", safe, "--home", home, "--shred-keys", keys, typed=PASSPHRASE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it is sound" in done.stdout
    assert ("LACKING" in done.stdout) is False
    if name == "desk-lawyer":
        assert (home / "reader.key").read_bytes().startswith(age.FIRST_LINE)


def test_without_somebody_to_seal_it_to_the_data_are_backed_up_and_the_lack_of_the_key_is_a_fault(
    homes: Path, tmp_path: Path
) -> None:
    kept, home = tmp_path / "kept", homes / "field"
    done = run("backup", kept, "--home", home)
    assert done.returncode == 1
    assert "STATION KEY" in done.stdout
    assert "--test-with" in done.stdout
    assert refused(run("restore", kept, "--home", tmp_path / "new"), "--shred-keys", "--without-keys")
    lost = run("restore", kept, "--home", tmp_path / "new", "--without-keys")
    assert refused(lost, "--station-key", "hand-over")
    assert "enrol" not in lost.stderr
    assert refused(run("restore", tmp_path / "nowhere", "--home", tmp_path / "new"), "backup.json")
    done = run("backup", kept, "--home", home, "--without-station-key")
    assert (done.returncode, "keep a copy of it yourself" in done.stdout) == (0, True)
    own = ("--station-key", home / "station.key")
    assert run("restore", kept, "--home", tmp_path / "new", "--without-keys", *own).returncode == 0


def test_a_test_that_fails_ends_with_1_and_no_day_is_remembered(homes: Path, tmp_path: Path, safe: Path) -> None:
    kept, keys, home = tmp_path / "kept", tmp_path / "shred.copy", homes / "field"
    always = ("backup", kept, "--home", home, "--test-with", safe)
    assert refused(run(*always, typed=PASSPHRASE), "--shred-keys")
    assert refused(run(*always, "--shred-keys", keys, typed="wrong\n"), "passphrase")
    assert not kept.exists()
    other = OpeningKey.generate().recipient.text
    done = run(*always, "--shred-keys", keys, "--recipient", other, typed=PASSPHRASE)
    assert refused(done, "This key does not open this backup")
    assert last_backup.last_tested(Settings.load(home)) is None
    assert not list((home / "trials").glob("*"))


LACKS = {
    "station key": "The station's key is not in the last backup.",
    "shred keys": "No copy of the shred keys was made with the last backup.",
    "whole": "The last backup is not whole.",
}


def lacks(home: Path) -> list[str]:
    """What the doctor says that the last backup lacks."""
    told = json.loads(run("doctor", "--home", home, "--json").stdout)["lines"]
    (said,) = [line["says"] for line in told if line["subject"] == "backup"]
    return [name for name, words in LACKS.items() if words in said]


@pytest.mark.parametrize("form", ["folder", "file"])
def test_the_doctor_says_what_each_backup_lacked(homes: Path, tmp_path: Path, form: str) -> None:
    home, keys = homes / "central", ("--shred-keys", tmp_path / "shred.copy")
    to = ("--recipient", KEEPER.recipient.text)

    def backed_up(*options: object) -> tuple[int, list[str]]:
        place = (tmp_path / "kept",) if form == "folder" else ("--to", tmp_path / "kept.age")
        return run("backup", *place, "--home", home, *options).returncode, lacks(home)

    if form == "folder":
        assert backed_up() == (1, ["station key", "shred keys"]), "nobody opens it"
    assert backed_up(*to) == (0, ["shred keys"])
    assert backed_up(*keys) == (0, []), "it remembers who opens it"
    assert backed_up(*keys, "--without-station-key") == (0, ["station key"])
    assert run("central", "backed-up", "--home", home).returncode == 0
    assert lacks(home) == [], "other tools made the last one"
    settings = Settings.load(home)
    replace(settings, mail_ca="gone.pem").save()
    assert backed_up(*keys) == (1, ["whole"]), "a file that the settings name is missing"
    settings.save()
    assert backed_up(*keys) == (0, [])


def test_the_key_of_the_living_home_does_not_test_a_backup(homes: Path, tmp_path: Path, safe: Path) -> None:
    home = homes / "field"
    always = ("backup", tmp_path / "kept", "--home", home, "--shred-keys", tmp_path / "shred.copy", "--test-with", safe)
    done = run(*always, "--without-station-key", typed=PASSPHRASE)
    assert done.returncode == 1
    assert "NOT TESTED" in done.stdout
    assert "it is sound" not in done.stdout
    assert last_backup.last_tested(Settings.load(home)) is None
    done = run(*always, typed=PASSPHRASE)
    assert (done.returncode, "it is sound" in done.stdout) == (0, True)
    assert last_backup.last_tested(Settings.load(home)) is not None


def test_that_a_backup_was_tested_on_another_machine_can_be_noted(homes: Path) -> None:
    home = homes / "central"
    done = run("backup", "--tested-elsewhere", "--home", home)
    assert (done.returncode, "noted" in done.stdout) == (0, True)
    with open_station(home) as station, station.database.reading() as session:
        assert str(last_backup.last_tested(station.settings)) == station.today()
        assert last_backup.last(session) is None, "no backup was made by that"


def test_one_sealed_file_is_written_and_restored_from(homes: Path, tmp_path: Path) -> None:
    key, other = OpeningKey.generate(), OpeningKey.generate()
    identity, recipients = tmp_path / "identity", tmp_path / "recipients"
    identity.write_text(f"# created: today\n# public key: {key.recipient.text}\n{key.text}\n")
    recipients.write_text(f"# who restores\n{key.recipient.text}\n\n")
    file, keys, home = tmp_path / "central.age", tmp_path / "shred.copy", homes / "central"
    done = run(
        *("backup", "--to", file, "--recipients-file", recipients, "--recipient", other.recipient.text),
        *("--home", home, "--shred-keys", keys),
    )
    assert done.returncode == 0, done.stderr
    assert "2 keys open it" in done.stdout
    assert sha256_hex(file.read_bytes()) in done.stdout
    with open_station(home) as station, station.database.reading() as session:
        assert last_backup.last(session) == station.today(), "the alarm counts it"
    shutil.rmtree(home)
    done = run("restore", "--from", file, "--key", identity, "--home", home, "--shred-keys", keys)
    assert done.returncode == 0, done.stderr
    assert run("check", "--home", home).returncode == 0
    again = tmp_path / "again"
    assert refused(run("restore", "--from", file, "--home", again, "--without-keys"), "sealed", "--key")
    more = ("--home", again, "--shred-keys", keys)
    assert refused(run("restore", "--from", file, "--key", identity, "--over", *more), "empty folder")
    stranger = tmp_path / "stranger"
    stranger.write_text(OpeningKey.generate().text)
    assert refused(run("restore", "--from", file, "--key", stranger, *more), "This key does not open")
    file.write_bytes(file.read_bytes()[:-1])
    assert refused(run("restore", "--from", file, "--key", identity, *more), "cut off or damaged")
    assert not again.exists()


def test_a_key_file_of_ours_opens_it_with_its_passphrase(homes: Path, tmp_path: Path) -> None:
    file, home, own = tmp_path / "field.age", homes / "field", tmp_path / "own.key"
    key = KeyFile(opening=OpeningKey.generate())
    assert key.opening is not None
    own.write_bytes(key.seal("correct horse", 10))
    shown = run("keys", "show", own, "--recipient", typed="correct horse\n").stdout
    assert shown == f"{key.opening.recipient.text}\n"
    (recipients := tmp_path / "recipients").write_text(shown)
    done = run("backup", "--to", file, "--recipients-file", recipients, "--home", home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("not backed up") == 1, "the shred keys"
    more = ("--home", tmp_path / "again", "--without-keys")
    assert refused(run("restore", "--from", file, "--key", own, *more, typed="wrong\n"), "passphrase")
    done = run("restore", "--from", file, "--key", own, *more, typed="correct horse\n")
    assert done.returncode == 0, done.stderr


def test_a_sealed_backup_says_to_whom(homes: Path, tmp_path: Path) -> None:
    home = homes / "field"
    assert refused(run("backup", "--to", tmp_path / "f.age", "--home", home), "--recipient")
    wrong = run(
        "backup", "--to", tmp_path / "f.age", "--home", home, "--recipient", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc"
    )
    assert refused(wrong, "not a key of the kind")
    assert list(tmp_path.glob("*")) == [homes]


def test_damage_ends_with_1_and_says_what_to_do(homes: Path) -> None:
    home = homes / "field"
    assert names_in(home / "parts") == set()
    (home / "withdrawn.log").write_text("shredded\n")
    done = run("check", "--home", home)
    assert done.returncode == 1
    assert "Line 1 of withdrawn.log cannot be read. Start the station" in done.stdout
    assert refused(run("check", "--home", homes), "station")


def test_a_central_with_its_bodies_in_a_bucket_is_backed_up_restored_and_checked(
    homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command in a process of its own, which is told by the environment; and none of them says what opens it."""
    hostile_s3.with_credentials(monkeypatch)
    kept, keys, home = tmp_path / "kept", tmp_path / "shred.copy", homes / "central"
    with hostile_s3.lying() as lying:
        there = {"TESTIMONY_PARTS_URL": hostile_s3.URL, "TESTIMONY_PARTS_ENDPOINT": lying.endpoint}
        shutil.rmtree(home / "parts")
        done = [
            run("check", "--home", home, **there),
            run("backup", kept, "--home", home, "--shred-keys", keys, "--recipient", KEEPER.recipient.text, **there),
            run("restore", kept, "--home", home, "--over", **there),
        ]
        assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
        assert not (home / "parts").exists()
        assert "sound" in done[0].stdout
        lying.lie = hostile_s3.says(403, "AccessDenied")
        denied = run("check", "--home", home, **there)
        assert denied.returncode == 1
        assert "refuses this station the bucket liar" in denied.stdout
    silent = run("check", "--home", home, **there)
    assert silent.returncode == 1
    assert "does not answer" in silent.stdout
    said = "".join(one.stdout + one.stderr for one in (*done, denied, silent))
    assert not any(secret in said for secret in (hostile_s3.KEY, hostile_s3.SECRET))
    assert not any(
        secret.encode() in file.read_bytes()
        for folder in (home, kept)
        for file in folder.rglob("*")
        if file.is_file()
        for secret in (hostile_s3.KEY, hostile_s3.SECRET)
    )
    assert refused(run("serve", "field", "--home", homes / "field", **there), "parts_url", "for central alone")
