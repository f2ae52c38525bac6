"""USB sticks, or folders in their place: finds them, and writes files that are read back before they count."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from testimony.platform import files, media
from testimony.store.errors import StickRefused
from testimony.store.files import durable

HALF: Final = ".part"
FLUSHED: Final = 16 << 20
"""Bytes after which the data is flushed to the medium, so that progress shows the speed of a slow USB stick."""
READABLE: Final = 0o644
"""Another person reads the stick on another machine, whatever the service's umask is; all its contents are sealed."""
REASONS: Final = {
    **dict.fromkeys((*durable.FULL, errno.EFBIG), "full"),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "readonly"),
}


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn the operating system's errors about a USB stick into `StickRefused`: full, readonly, gone."""
    try:
        yield
    except OSError as error:
        raise StickRefused(REASONS.get(error.errno or 0, "gone")) from error


class NewFile:
    """A file that has its name only when it was read back from the medium: until `keep` it is called otherwise.

    Everything may raise `StickRefused`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._half = path.with_name(path.name + HALF)
        self._since = 0
        with named_errors():
            descriptor = files.open_bytes(self._half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE)
            self._file: IO[bytes] = os.fdopen(descriptor, "wb")
            with suppress(PermissionError):  # a file system that knows no owners takes the mode from its mount
                files.let_others_read(descriptor, READABLE)

    def write(self, data: bytes) -> int:
        with named_errors():
            self._file.write(data)
            self._since += len(data)
            if self._since >= FLUSHED:
                self._sync()
        return len(data)

    def finish(self) -> None:
        """Everything is on the medium, and forgotten by this machine."""
        with named_errors():
            self._sync()
            self._file.close()

    @contextmanager
    def again(self) -> Iterator[BinaryIO]:
        """What the medium gives back."""
        with reading(self._half) as file:
            yield file

    def keep(self) -> None:
        """Give it its name, for good."""
        with named_errors():
            files.replace(self._half, self.path)
            files.sync_stick(self.path.parent)

    def discard(self) -> None:
        """Remove the partial file, as far as the stick still allows it."""
        with named_errors():
            try:
                self._file.close()
            finally:
                self._half.unlink(missing_ok=True)

    def _sync(self) -> None:
        self._since = 0
        self._file.flush()
        files.sync(self._file.fileno())


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """A file on a USB stick, read from the medium and not from this machine's cache. Raises `StickRefused`."""
    with named_errors(), path.open("rb") as file:
        files.forget_cached(file.fileno())
        yield cast(BinaryIO, file)


def sweep(folder: Path, names: re.Pattern[str]) -> None:
    """Delete what an earlier writing left half done, of the files whose whole name is one of `names`."""
    with named_errors():
        for path in folder.glob(f"*{HALF}"):
            if names.fullmatch(path.name.removesuffix(HALF)):
                path.unlink(missing_ok=True)


def free(folder: Path) -> int:
    """Bytes that may still be written there."""
    with named_errors():
        return shutil.disk_usage(folder).free


def writable_mounts(configured: str = "") -> list[Path]:
    """The folder that this station was told, and what is mounted where sticks are, as far as it can be written."""
    found = [*([Path(configured)] if configured else []), *media.mounted()]
    return [folder for folder in dict.fromkeys(found) if folder.is_dir() and os.access(folder, os.W_OK)]
