"""Where a user's programs keep their data."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

OURS = "testimony"


def other_owner(folder: Path) -> str:
    """The user whom `folder` belongs to, by name, if this process is not of that user and should not write there.

    Root may write everywhere, and what it writes the other user cannot read. Others may, if the folder lets them, as on
    a share. If this user may not even look at the folder, the nearest one above it that they may look at counts. Empty
    where there is no such folder, and where users own no folders.
    """
    if sys.platform == "win32" or not hasattr(os, "geteuid"):
        return ""
    for place in (folder, *folder.absolute().parents):
        try:
            status = place.stat()
        except PermissionError:
            continue
        except FileNotFoundError:
            return ""
        shared = place == folder and os.geteuid() != 0 and os.access(place, os.R_OK | os.W_OK | os.X_OK)
        if shared or status.st_uid == os.geteuid():
            return ""
        try:
            return place.owner()
        except KeyError:  # a user of another system, as on a disk that was moved
            return f"#{status.st_uid}"  # as `sudo -u` takes a number
    return ""


def data_folder(system: str = sys.platform, environment: Mapping[str, str] = os.environ) -> Path:
    """This program's folder for this user's data, which may not be there yet.

    XDG_DATA_HOME counts when it is a whole path, as its specification says.
    """
    if system == "win32":
        local = environment.get("LOCALAPPDATA", "")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "Testimony"
    if system == "darwin":
        return Path.home() / "Library" / "Application Support" / "Testimony"
    chosen = environment.get("XDG_DATA_HOME", "")
    return (Path(chosen) if chosen.startswith("/") else Path.home() / ".local" / "share") / OURS
