"""Makes files durable, and gives the station's errors for what the disk reports."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from testimony.platform.files import create, opened_folder, replace, sync, sync_file, sync_folder, syncfs
from testimony.store.errors import StoreFailing, StoreFileTooLarge, StoreFull, StoreUnwritable

__all__ = [
    "FULL",
    "create_file",
    "named_errors",
    "opened_folder",
    "replace",
    "replace_file",
    "sync_file",
    "sync_folder",
    "sync_tree",
    "syncfs",
    "write_new",
]
FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


@contextmanager
def named_errors(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals to write into `StoreFull`, `StoreUnwritable`, `StoreFailing`.

    A file that is larger than its file system takes counts as a full disk, and says so.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        if error.errno == errno.EFBIG:
            raise StoreFileTooLarge from error
        if error.errno in FORBIDDEN:
            raise StoreUnwritable(folder=str(folder)) from error
        raise StoreFailing from error


def write_new(path: Path | str, data: bytes) -> None:
    """Write a file that nobody else may read, without waiting for the disk.

    What has this name is deleted first: half a file from a crash, or a link that somebody put on a stick to have
    another file written over.
    """
    with suppress(FileNotFoundError):
        os.unlink(path)
    descriptor = create(path)
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, data[written:])
    finally:
        os.close(descriptor)


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in the place of `path`: after a power cut the old or the new content is there, whole."""
    new = path.with_name(path.name + ".new")
    write_new(new, data)
    sync_file(new)
    replace(new, path)
    sync_folder(path.parent)


def create_file(path: Path, data: bytes) -> None:
    """Make the file `path`, whole and lasting, for this user alone. Raises `FileExistsError`, and replaces nothing.

    On a file system without hard links (that of most sticks) a crash may leave a part of it.
    """
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    write_new(new, data)
    try:
        sync_file(new)
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:
        with os.fdopen(create(path), "wb") as file:
            file.write(data)
            file.flush()
            sync(file.fileno())
    finally:
        new.unlink()
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Make everything below `folder` last, names and contents."""
    if syncfs is not None:
        with opened_folder(folder) as descriptor:
            syncfs(descriptor)
        return
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() or path.is_file():
            sync_file(path)
