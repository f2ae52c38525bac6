"""How a person makes the first backup of a station and tests it, which is the last step of setting it up."""

from __future__ import annotations

from pathlib import Path


def commands(home: Path) -> tuple[str, str]:
    """To be typed one after the other. The second one restores what it made."""
    made = f"testimony backup DIR --home {home} --shred-keys FILE --test-with KEYFILE"
    return "testimony keys new KEYFILE", made
