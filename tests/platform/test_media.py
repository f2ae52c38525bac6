"""Sticks are looked for where each system puts them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.platform import media as platform_media
from testimony.platform.posix import media as posix_media
from testimony.platform.windows import media as windows_media
from testimony.store.files import removable
from tests.support.platform.windows import Kernel, stand_in


def test_what_is_mounted_where_sticks_appear_is_found(tmp_path: Path) -> None:
    media, elsewhere, mounts = tmp_path / "media", tmp_path / "srv", tmp_path / "mountinfo"
    lines = [f"36 25 8:1 / {media}/a\\040stick rw - vfat /dev/sda1 rw", f"37 25 8:2 / {elsewhere}/disk rw - ext4 x rw"]
    lines += [f"38 25 8:3 / {media} rw - tmpfs x rw"]
    mounts.write_text("\n".join(lines))
    assert list(posix_media.mounted(below=(media,), mounts=mounts)) == [media / "a stick"]


def test_only_folders_that_can_be_written_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, told = tmp_path / "stick", tmp_path / "told"
    there.mkdir()
    told.mkdir()
    monkeypatch.setattr(platform_media, "mounted", lambda: [there, tmp_path / "pulled"])
    assert removable.writable_mounts(str(told)) == [told, there]


def test_windows_offers_the_removable_drives_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(drives={"C": 3, "E": 2, "N": 4})
    stand_in(monkeypatch, kernel)
    assert [str(drive) for drive in windows_media.mounted()] == ["E:\\"]
