"""Limits that a process sets itself before it reads what somebody else wrote. Nobody can raise them again."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from testimony.platform.windows.limits import confine, limit
else:
    from testimony.platform.posix.limits import confine, limit

__all__ = ["confine", "limit"]
