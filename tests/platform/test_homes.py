"""Data lie where each system keeps a user's data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from testimony.platform.homes import data_folder, other_owner

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


def test_a_folder_of_ours_and_one_that_is_not_there_have_no_other_owner(tmp_path: Path) -> None:
    assert other_owner(tmp_path) == ""
    assert other_owner(tmp_path / "later") == ""


def test_an_owner_without_a_name_has_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def owner(_: Path) -> str:
        raise KeyError

    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(Path, "owner", owner)
    assert other_owner(tmp_path) == f"#{mine}"


def test_who_may_write_in_a_folder_of_another_user_may_use_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert other_owner(tmp_path) == ""
