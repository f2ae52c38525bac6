"""A station is not made where locks and access rights do not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.platform import volumes
from testimony.platform.posix.volumes import unfit
from testimony.platform.windows import volumes as windows_volumes
from testimony.services.enrolment import enrolment
from testimony.settings import Settings
from testimony.station.errors import HomeUnfit
from tests.support.platform.windows import Kernel, stand_in

MOUNTS = """\
21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
22 21 0:40 / /srv/office rw shared:3 - nfs4 office:/ rw
23 21 8:17 / /media/a\\040stick rw - vfat /dev/sdb1 rw
24 23 8:18 / /media/a\\040stick/inner rw - ext4 /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/opt/m/desk", None),
        ("/srv/office/desk", "nfs4"),
        ("/srv/officer", None),
        ("/media/a stick/desk", "vfat"),
        ("/media/a stick/inner/desk", None),
    ],
)
def test_the_file_system_of_the_deepest_mount_counts(folder: str, kind: str | None, tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert unfit(Path(folder), mounts) == kind


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("C:\\Users\\m\\desk", None), ("N:\\desk", "network"), ("\\\\office\\desk", "network"), ("E:\\desk", "exFAT")],
)
def test_windows_says_what_a_drive_is(folder: str, kind: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, Kernel(drives={"C": 3, "N": 4, "E": 2}, systems={"E": "exFAT"}))
    monkeypatch.setattr(Path, "absolute", lambda self: self)
    assert windows_volumes.unfit(Path(folder)) == kind


def test_no_station_is_made_there_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "unfit", lambda _: "vfat")
    with pytest.raises(HomeUnfit, match="stick"):
        enrolment.prepare_keyless(Settings(home=tmp_path / "desk", role="desk", name="desk"))
    assert not (tmp_path / "desk").exists()
