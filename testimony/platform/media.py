"""USB sticks: where they appear."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from testimony.platform.windows.media import mounted
else:
    from testimony.platform.posix.media import mounted

__all__ = ["mounted"]
