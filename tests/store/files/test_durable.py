"""A file that is replaced is written beside its place, and what lies there already leads the writing nowhere else."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from testimony.errors import Kind
from testimony.store.errors import StoreFileTooLarge
from testimony.store.files import durable


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    target, file = tmp_path / "of the user", tmp_path / "stick.keys"
    target.write_bytes(b"a letter")
    (tmp_path / "stick.keys.new").symlink_to(target)
    durable.replace_file(file, b"sealed")
    assert (target.read_bytes(), file.read_bytes(), file.is_symlink()) == (b"a letter", b"sealed", False)


def test_a_file_that_is_too_large_for_its_file_system_is_said_and_not_called_a_failing_disk(tmp_path: Path) -> None:
    with pytest.raises(StoreFileTooLarge, match="takes no file of this size") as said, durable.named_errors(tmp_path):
        raise OSError(errno.EFBIG, "File too large")
    assert said.value.kind is Kind.FULL


def test_what_a_crash_left_beside_it_is_replaced_too(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    (tmp_path / "settings.new").write_bytes(b"half of something that is longer")
    durable.replace_file(file, b"whole")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("settings", b"whole")]
