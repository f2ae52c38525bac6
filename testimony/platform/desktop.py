"""The desktop of the person at this machine."""

from __future__ import annotations

import os
import sys
import webbrowser

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def show_page(address: str) -> bool:
    """Open `address` in this user's browser; False where there is none.

    Without a screen Linux would take a browser for the terminal, which would not give it back.
    """
    if sys.platform == "linux" and not any(os.environ.get(name) for name in SCREENS):
        return False
    return webbrowser.open(address)
