"""Writes the output of a command to a new file that only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
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


@contextmanager
def new_file(file: Path) -> Iterator[BufferedWriter]:
    """`file` to be written piece by piece; nothing of it is left where that fails. Raises as `write_new`, and what
    `named_errors` names."""
    from testimony.services.certificates.errors import FileTaken, FileUnreadable
    from testimony.store.files import durable

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = files.create(file)
    except FileExistsError as error:
        raise FileTaken(file=str(file)) from error
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    try:
        with durable.named_errors(file.parent), os.fdopen(descriptor, "wb") as out:
            yield out
    except BaseException:
        file.unlink(missing_ok=True)
        raise
