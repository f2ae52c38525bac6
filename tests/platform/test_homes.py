"""Data lie where each system keeps a user's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.platform.homes import data_folder

HOME = Path.home()


@pytest.mark.parametrize(
    ("system", "environment", "folder"),
    [
        ("linux", {}, HOME / ".local/share/testimony"),
        ("linux", {"XDG_DATA_HOME": "/srv/data"}, Path("/srv/data/testimony")),
        ("linux", {"XDG_DATA_HOME": "not/whole"}, HOME / ".local/share/testimony"),
        ("darwin", {"XDG_DATA_HOME": "/srv/data"}, HOME / "Library/Application Support/Testimony"),
        ("win32", {"LOCALAPPDATA": "/profiles/Zoë Ü/AppData/Local"}, Path("/profiles/Zoë Ü/AppData/Local/Testimony")),
        ("win32", {}, HOME / "AppData/Local/Testimony"),
    ],
)
def test_each_system_has_its_folder(system: str, environment: dict[str, str], folder: Path) -> None:
    assert data_folder(system, environment) == folder
