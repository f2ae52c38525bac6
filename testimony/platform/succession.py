"""The port and the words that a process leaves to the one that takes its place."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from testimony.platform.windows.succession import Estate, ask_to_end, begin, was_succeeded
else:
    from testimony.platform.posix.succession import Estate, ask_to_end, begin, was_succeeded

__all__ = ["Estate", "ask_to_end", "begin", "was_succeeded"]
