"""The project's top-level folders: inside the package when it is installed, beside it in a source tree."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parent


def folder(name: str) -> Path:
    """`migrations` or `translations`."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name
