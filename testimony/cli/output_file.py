"""Writes the output of a command to a new file that only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from testimony.platform import files


def write_new(file: Path, data: bytes) -> None:
    """Make `file`, and its folder where there is none. Raises `FileTaken`, `FileUnreadable`."""
    from testimony.services.certificates.errors import FileTaken, FileUnreadable

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(files.create(file), "wb") as out:
            out.write(data)
    except FileExistsError as error:
        raise FileTaken(file=str(file)) from error
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
