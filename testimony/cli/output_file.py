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
    with _named_errors(file), os.fdopen(_create(file), "wb") as out:
        out.write(data)


@contextmanager
def new_file(file: Path) -> Iterator[BufferedWriter]:
    """Make `file` to be written piece by piece. It is deleted when writing fails.

    Raises `FileTaken`, `FileUnreadable`, `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    from testimony.store.files import durable

    with _named_errors(file):
        descriptor = _create(file)
    try:
        with durable.named_errors(file.parent), os.fdopen(descriptor, "wb") as out:
            yield out
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _create(file: Path) -> int:
    """A descriptor of the new `file`, whose folder is made if it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return files.create(file)


@contextmanager
def _named_errors(file: Path) -> Iterator[None]:
    from testimony.services.certificates.errors import FileTaken, FileUnreadable

    try:
        yield
    except FileExistsError as error:
        raise FileTaken(file=str(file)) from error
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
