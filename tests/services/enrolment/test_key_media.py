"""A stick of a ceremony holds one key file, whole, and only a folder that cannot be mistaken is written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.certificates.errors import FileTaken
from testimony.services.enrolment import key_media


def test_what_was_written_is_read_back_under_its_kind_alone(tmp_path: Path) -> None:
    key_media.write_key(tmp_path, "root", 2, b"sealed")
    assert [file.name for file in tmp_path.iterdir()] == ["root-2.key"]
    assert key_media.read_key(tmp_path, "root") == b"sealed"
    with pytest.raises(CeremonyRefused) as refused:
        key_media.read_key(tmp_path, "page")
    assert refused.value.reason == "page"
    key_media.write_key(tmp_path, "page", 1, b"another")
    assert key_media.read_key(tmp_path, "page") == b"another"


def test_a_folder_that_depends_on_where_the_program_runs_is_neither_written_nor_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stick").mkdir()
    with pytest.raises(CeremonyRefused) as refused:
        key_media.write_key(Path("stick"), "root", 1, b"sealed")
    assert refused.value.reason == "folder"
    assert list((tmp_path / "stick").iterdir()) == []
    key_media.write_key(tmp_path / "stick", "root", 1, b"sealed")
    with pytest.raises(CeremonyRefused) as refused:
        key_media.read_key(Path("stick"), "root")
    assert refused.value.reason == "root"


def test_a_second_key_of_the_kind_is_not_written_beside_the_first(tmp_path: Path) -> None:
    key_media.write_key(tmp_path, "root", 1, b"sealed")
    for number in (1, 2):
        with pytest.raises(FileTaken):
            key_media.write_key(tmp_path, "root", number, b"another")
    assert key_media.read_key(tmp_path, "root") == b"sealed"
    (tmp_path / "root-2.key").write_bytes(b"another")
    with pytest.raises(CeremonyRefused):
        key_media.read_key(tmp_path, "root")


def test_what_comes_back_changed_is_refused_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"spoilt")
    with pytest.raises(CeremonyRefused) as refused:
        key_media.write_key(tmp_path, "root", 1, b"sealed")
    assert (refused.value.reason, list(tmp_path.iterdir())) == ("folder", [])
