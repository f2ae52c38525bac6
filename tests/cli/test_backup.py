"""`backup`, `restore` and `check` from the command line: what they say, and with what they exit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from testimony.store.parts import names_in
from tests.cli.running import refused, run
from tests.store import liar


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


def test_a_central_with_its_bodies_in_a_bucket_is_backed_up_restored_and_checked(
    homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command in a process of its own, which is told by the environment; and none of them says what opens it."""
    liar.with_credentials(monkeypatch)
    kept, keys, home = tmp_path / "kept", tmp_path / "shred.copy", homes / "central"
    with liar.lying() as lying:
        there = {"TESTIMONY_PARTS_URL": liar.URL, "TESTIMONY_PARTS_ENDPOINT": lying.endpoint}
        shutil.rmtree(home / "parts")
        done = [
            run("check", "--home", home, **there),
            run("backup", kept, "--home", home, "--shred-keys", keys, "--with-station-key", **there),
            run("restore", kept, "--home", home, "--over", **there),
        ]
        assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
        assert not (home / "parts").exists()
        assert "sound" in done[0].stdout
        lying.lie = liar.says(403, "AccessDenied")
        denied = run("check", "--home", home, **there)
        assert denied.returncode == 1
        assert "refuses this station the bucket liar" in denied.stdout
    silent = run("check", "--home", home, **there)
    assert silent.returncode == 1
    assert "does not answer" in silent.stdout
    said = "".join(one.stdout + one.stderr for one in (*done, denied, silent))
    assert not any(secret in said for secret in (liar.KEY, liar.SECRET))
    assert not any(
        secret.encode() in file.read_bytes()
        for folder in (home, kept)
        for file in folder.rglob("*")
        if file.is_file()
        for secret in (liar.KEY, liar.SECRET)
    )
    assert refused(run("serve", "field", "--home", homes / "field", **there), "parts_url", "for central alone")
