"""Keeps what this process opens out of core dumps, out of the sight of other programs, and out of swap."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from testimony.platform.windows.memory import is_kept_out_of_swap, share_one_heap, withhold
else:
    from testimony.platform.posix.memory import is_kept_out_of_swap, share_one_heap, withhold

__all__ = ["is_kept_out_of_swap", "share_one_heap", "withhold"]
