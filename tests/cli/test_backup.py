"""`backup`, `restore` and `check` from the command line: what they say, and with what they exit."""

from __future__ import annotations

import shutil
from pathlib import Path

from testimony.store.parts import names_in
from tests.cli.running import refused, run


def test_a_desk_is_backed_up_restored_and_checked(homes: Path, tmp_path: Path) -> None:
    kept, keys, home = tmp_path / "kept", tmp_path / "shred.copy", homes / "central"
    assert run("check", "--home", home).stdout.strip().endswith("It is sound.")
    done = run("backup", kept, "--home", home, "--shred-keys", keys, "--with-station-key")
    assert done.returncode == 0, done.stderr
    assert "not backed up" not in done.stdout
    assert refused(run("restore", kept, "--home", home, "--shred-keys", keys), "lives in")
    shutil.rmtree(home)
    done = run("restore", kept, "--home", home, "--shred-keys", keys)
    assert done.returncode == 0, done.stderr
    assert run("check", "--home", home).returncode == 0


def test_what_is_left_out_is_said_and_asked_for(homes: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = run("backup", kept, "--home", homes / "field")
    assert done.stdout.count("not backed up") == 2
    assert refused(run("restore", kept, "--home", tmp_path / "new"), "--shred-keys", "--without-keys")
    assert refused(run("restore", kept, "--home", tmp_path / "new", "--without-keys"), "--station-key")
    assert refused(run("restore", tmp_path / "nowhere", "--home", tmp_path / "new"), "backup.json")


def test_damage_ends_with_1_and_says_what_to_do(homes: Path) -> None:
    home = homes / "field"
    assert names_in(home / "parts") == set()
    (home / "withdrawn.log").write_text("shredded\n")
    done = run("check", "--home", home)
    assert done.returncode == 1
    assert "Line 1 of withdrawn.log cannot be read. Start the station" in done.stdout
    assert refused(run("check", "--home", homes), "station")
