"""Files that the settings name: certificates are in a backup, secrets are in none, and what lacks is said."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.services.backup import backup, external_files, restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.backup import writer as backup_writer
from testimony.sync.backup.reader import SealedSource
from tests.support.cli.program import run
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World

ROOT = b"-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n"
KEY = b"-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----\n"
NAMED = {"central_ca": "central.crt", "mail_ca": "mail/ca.pem", "timestamp_roots": "time-roots.pem"}


def named(station: Station, files: dict[str, bytes], **settings: str) -> Station:
    """The station once more, with these settings and files of its home."""
    home = station.settings.home
    station.close()
    for path, data in files.items():
        (home / path).parent.mkdir(exist_ok=True)
        (home / path).write_bytes(data)
    replace(station.settings, **settings).save()  # type: ignore[arg-type]
    return open_station(home)


@pytest.mark.parametrize("form", ["folder", "file"])
def test_every_file_of_certificates_that_is_named_comes_back(world: World, tmp_path: Path, form: str) -> None:
    files = dict.fromkeys(NAMED.values(), ROOT)
    kept, home, key = tmp_path / "kept", tmp_path / "new", OpeningKey.generate()
    with named(world.central(), files, **NAMED) as central:
        if form == "file":
            left_out = backup_writer.back_up(central, kept, [key.recipient]).left_out
        else:
            left_out = backup.back_up(central, kept, recipients=SEALED).left_out
    source = SealedSource(kept, key) if form == "file" else kept
    done = restore.restore(source, home, Given(key=KEEPER, without_keys=True))
    assert (left_out, done.lacking) == ((), ())
    assert {path: (home / path).read_bytes() for path in files} == files


def test_no_password_and_no_key_is_in_a_backup_and_that_is_said(world: World, tmp_path: Path) -> None:
    files = {"mail.password": b"invented secret\n", "roots.pem": ROOT + KEY, "station.pem": b"invented secret too"}
    said = {"mail_password_file": "mail.password", "timestamp_roots": "roots.pem", "mail_ca": "station.pem"}
    with named(world.central(), files, **said) as central:
        made = backup.back_up(central, tmp_path / "kept", recipients=SEALED)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "kept").rglob("*") if file.is_file())
    assert b"invented secret" not in kept
    assert b"PRIVATE KEY" not in kept
    assert {(one.setting, one.why) for one in made.left_out} == {
        ("mail_password_file", "secret"),
        ("timestamp_roots", "form"),
        ("mail_ca", "form"),
    }
    done = restore.restore(tmp_path / "kept", tmp_path / "new", Given(key=KEEPER, without_keys=True))
    assert {one.setting for one in done.lacking} == set(said)


@pytest.mark.parametrize(
    "path", ["shred.keys", "station.key", "testimony.db", "withdrawn.log", "../central/shred.keys", "tls/node.pem"]
)
def test_no_setting_brings_what_the_station_keeps_to_itself_into_a_backup(
    world: World, tmp_path: Path, path: str
) -> None:
    with named(world.central(), {"tls/node.pem": ROOT}, timestamp_roots=path) as central:
        made = backup.back_up(central, tmp_path / "kept")
    assert path not in {paper.path for paper in backup.read(tmp_path / "kept").papers}
    assert [one.setting for one in made.left_out if one.setting == "timestamp_roots"] == ["timestamp_roots"]


@pytest.mark.parametrize("path", ["../out.pem", "/etc/x.pem", "tls/node.pem", "parts/ab/x.pem", "a/../../x.crt", ".."])
def test_a_list_that_leads_out_of_the_home_is_no_backup(world: World, tmp_path: Path, path: str) -> None:
    with named(world.central(), {"roots.pem": ROOT}, timestamp_roots="roots.pem") as central:
        backup.back_up(central, kept := tmp_path / "kept", recipients=SEALED)
    text = (kept / "backup.json").read_text()
    (kept / "backup.json").write_text(text.replace("roots.pem", path))
    with pytest.raises(BackupRefused, match="no whole backup"):
        restore.restore(kept, tmp_path / "new", Given(key=KEEPER, without_keys=True))


def test_a_file_that_is_not_there_is_said_and_the_rest_is_backed_up(world: World, tmp_path: Path) -> None:
    with named(world.node(), {}, central_ca="gone.pem", mail_ca=str(tmp_path / "ca.pem")) as node:
        (tmp_path / "ca.pem").write_bytes(ROOT)
        home = node.settings.home
    done = run("backup", tmp_path / "kept", "--home", home, "--recipient", KEEPER.recipient.text)
    assert done.returncode == 1
    assert "gone.pem: central_ca names it, and it is not here" in done.stdout
    assert "ca.pem: mail_ca names it outside the station's folder" in done.stdout
    given = ("--without-keys", "--station-key", home / "station.key")
    done = run("restore", tmp_path / "kept", "--home", tmp_path / "new", *given)
    assert done.returncode == 0, done.stderr
    assert "gone.pem: central_ca names it, and no backup holds it" in done.stdout
    (home / "gone.pem").write_bytes(ROOT)
    done = run("backup", tmp_path / "kept", "--home", home, "--recipient", KEEPER.recipient.text)
    assert done.returncode == 0, done.stdout


def test_a_backup_that_lost_the_file_restores_nothing_and_names_it(world: World, tmp_path: Path) -> None:
    with named(world.central(), {"roots.pem": ROOT}, timestamp_roots="roots.pem") as central:
        backup.back_up(central, kept := tmp_path / "kept", recipients=SEALED)
    (paper,) = [one for one in backup.read(kept).papers if one.path == "roots.pem"]
    (kept / "papers" / paper.sha256[:2] / paper.sha256).unlink()
    with pytest.raises(BackupRefused, match=paper.sha256):
        restore.restore(kept, tmp_path / "new", Given(key=KEEPER, without_keys=True))
    assert not (tmp_path / "new").exists()


def test_what_no_backup_holds_comes_from_the_home_that_is_replaced(world: World, tmp_path: Path) -> None:
    said = {"mail_password_file": "mail.password", "key_file": "", "timestamp_roots": "late.pem"}
    with named(world.desk(), {"mail.password": b"secret\n", "reader.key": b"sealed"}, **said) as desk:
        made = backup.back_up(desk, tmp_path / "kept")
        home = desk.settings.home
    assert {(one.file, one.why) for one in made.left_out} == {
        ("late.pem", "missing"),
        ("mail.password", "secret"),
        ("reader.key", "secret"),
    }
    (home / "late.pem").write_bytes(ROOT)
    done = restore.restore(tmp_path / "kept", home, Given(key=KEEPER), over=True)
    assert done.lacking == ()
    assert (home / "reader.key").read_bytes() == b"sealed"
    assert (home / "mail.password").read_bytes() == b"secret\n"
    assert (home / "mail.password").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(home)
    done = restore.restore(tmp_path / "kept", home, Given(key=KEEPER, without_keys=True))
    assert {one.file for one in done.lacking} == {"mail.password", "late.pem"}


def test_every_setting_that_names_a_file_is_looked_at() -> None:
    from testimony import settings

    known = {*external_files.CERTIFICATES, *external_files.SECRETS}
    assert known == {*settings.FILES, "central_ca", "key_file"}
    assert known >= {name for name in settings.TEXTS if name.endswith(("_ca", "_file", "_roots"))}
