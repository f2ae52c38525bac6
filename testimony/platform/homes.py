"""Where a user's programs keep their data."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

OURS = "testimony"


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
