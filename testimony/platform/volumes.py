"""The disk below a folder: whether it keeps what a station relies on."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from testimony.platform.windows.volumes import unfit
else:
    from testimony.platform.posix.volumes import unfit

__all__ = ["unfit"]
