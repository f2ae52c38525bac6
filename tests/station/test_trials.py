"""A folder in which a backup is opened goes at its end, and what a killed process left goes with the next one."""

from __future__ import annotations

from pathlib import Path

from testimony.station import trials
from testimony.store.files.lock import HomeLock


def test_it_is_empty_private_and_gone_at_the_end(tmp_path: Path) -> None:
    with trials.folder_of(tmp_path) as folder:
        assert [path.name for path in folder.iterdir()] == [trials.LOCK]
        (folder / "keys").mkdir()
        (folder / "keys" / "one").write_text("secret")
        assert trials.sweep(tmp_path) == 0, "it is in use"
        assert (folder / "keys" / "one").exists()
    assert list((tmp_path / trials.TRIALS).iterdir()) == []


def test_what_was_left_is_counted_and_gone_and_what_is_in_use_stays(tmp_path: Path) -> None:
    for name in ("left", "also-left", "used"):
        (tmp_path / trials.TRIALS / name).mkdir(parents=True)
        (tmp_path / trials.TRIALS / name / "secret").write_text("secret")
    lock = HomeLock(tmp_path / trials.TRIALS / "used" / trials.LOCK)
    assert lock.take()
    assert trials.sweep(tmp_path) == 2
    assert [path.name for path in (tmp_path / trials.TRIALS).iterdir()] == ["used"]
    lock.release()
    assert trials.sweep(tmp_path) == 1, "a sweep holds no lock afterwards"
    assert trials.sweep(tmp_path) == 0
