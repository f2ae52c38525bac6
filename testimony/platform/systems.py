"""The system that wheels are made for, with its Python: `linux-x86_64 3.11`."""

from __future__ import annotations

import platform
import sys


def this() -> str:
    """The one of this process."""
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{platform.system().lower()}-{machine} {sys.version_info[0]}.{sys.version_info[1]}"
