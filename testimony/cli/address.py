"""The address of central as it is typed, and what to say where a station has none."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

HELP = "where it finds central, such as https://central.example"


def central_url(text: str) -> str:
    """An address as typed. Raises what `argparse` shows as a sentence."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) < 65536
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment or "@" in parts.netloc:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address that begins with https:// or http://")
    return text.rstrip("/")


def how_to_set(home: Path) -> str:
    """What to type where a station does not know where central is."""
    return (
        "It has no address of central, so it can sync by USB stick alone. To synchronise over a network:\n"
        f"testimony station address URL --home {home}"
    )
