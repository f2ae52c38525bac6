"""The folder in which a station is made."""

from __future__ import annotations

from pathlib import Path

from testimony.platform import files, volumes
from testimony.station.errors import HomeTaken, HomeUnfit


def make(home: Path) -> None:
    """Make the folder for this user alone, or take one that is empty. Raises `HomeTaken`, `HomeUnfit`, `OSError`."""
    if kind := volumes.unfit(home):
        raise HomeUnfit(folder=str(home), kind=kind)
    files.make_folder(home)
    if any(home.iterdir()):
        raise HomeTaken(folder=str(home))
