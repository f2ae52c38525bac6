"""Drives as Windows describes them."""

from __future__ import annotations

import ctypes
from pathlib import Path, PureWindowsPath
from typing import Final

from testimony.platform.windows import api

REMOTE: Final = 4  # DRIVE_REMOTE
PUBLIC: Final = ("FAT", "FAT32", "EXFAT")
"""Their files have no access list, so every user of the machine reads them."""
LONGEST: Final = 64


def unfit(folder: Path) -> str | None:
    """The name of the file system of `folder`, or of the folder in which it will be, if no station may be there.

    Over a network locks hold as far as the other machine likes, and SQLite's log does not work there.
    """
    anchor = PureWindowsPath(folder.absolute()).anchor
    if anchor.startswith("\\\\"):
        return "network"
    kernel = api.system_dll("kernel32")
    if kernel.GetDriveTypeW(ctypes.c_wchar_p(anchor)) == REMOTE:
        return "network"
    name = ctypes.create_unicode_buffer(LONGEST)
    asked = (ctypes.c_wchar_p(anchor), None, ctypes.c_uint32(0), None, None, None, name, ctypes.c_uint32(LONGEST))
    if not kernel.GetVolumeInformationW(*asked):
        raise api.error(api.last_error(), folder)
    return name.value if name.value.upper() in PUBLIC else None
