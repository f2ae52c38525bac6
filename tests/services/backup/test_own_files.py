"""A home may replace the sealed files that it wrote or was restored from, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.services.backup import key_files, own_files
from tests.support.services.recovery.backups import SEALED


def sealed(file: Path) -> Path:
    file.write_bytes(key_files.seal(b"0" * 1000, SEALED))
    return file


def test_a_file_is_known_again_by_how_it_begins(tmp_path: Path) -> None:
    ours, other = sealed(tmp_path / "ours"), sealed(tmp_path / "other")
    own_files.note(tmp_path, ours.read_bytes())
    assert own_files.are_ours(tmp_path, [ours, tmp_path / "none"])
    assert not own_files.are_ours(tmp_path, [ours, other])
    own_files.add(tmp_path, own_files.marks_of([other]))
    assert own_files.are_ours(tmp_path, [ours, other])


def test_a_folder_with_the_name_of_a_file_is_nobody_s(tmp_path: Path) -> None:
    own_files.add(tmp_path, own_files.marks_of([tmp_path / "none"]))
    assert not own_files.are_ours(tmp_path, [tmp_path])


def test_the_newest_marks_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_files, "MOST", 2)
    files = [sealed(tmp_path / str(number)) for number in range(3)]
    for file in files:
        own_files.note(tmp_path, file.read_bytes())
    assert [own_files.are_ours(tmp_path, [file]) for file in files] == [False, True, True]
