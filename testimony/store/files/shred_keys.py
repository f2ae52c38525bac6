"""The shred keys: one small file outside the database. Without a testimony's shred key its heads are unreadable.

The file is not in the database's backups, so a shredded testimony is gone from the backups too.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from testimony.platform import files, locks
from testimony.store.files import durable
from testimony.store.files.group_commit import GroupCommit

LINE = re.compile(rb"([0-9a-f]{32}) ([0-9a-f]{64})\n")
KEY_BYTES = 32
LENGTH = 32 + 1 + 2 * KEY_BYTES + 1
"""Bytes of a line."""


class ShredKeys:
    """`file` holds one line a testimony: 32 hex of its id, a space, 64 hex of its random key.

    Several threads and processes may use the same file.
    """

    def __init__(self, file: Path) -> None:
        """Make `file` when missing; a line that a power cut tore is dropped (it was acknowledged to nobody)."""
        self._file = file
        self._mutex = threading.RLock()
        self._keys: dict[str, bytes] = {}
        self._seen: tuple[int, int, int] | None = None  # inode, bytes that were read of it, time
        self._last = b""  # the last line of those
        self._groups = GroupCommit[set[str]](
            begin=set, commit=self._make, rollback=lambda _: None, alive=lambda _: True
        )
        with durable.named_errors(file.parent), self._alone():
            if not file.exists():
                durable.replace_file(file, b"")
            self._mend()
            self._refresh()

    def ensure(self, tids: Sequence[str]) -> dict[str, bytes]:
        """The 32-byte key of every id, made where there is none yet; on the disk before this returns.

        Callers that meet share one write. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`.
        """
        found = self.find_all(tids)
        while lacking := [tid for tid in tids if tid not in found]:  # again, if shredded in between
            with self._groups.block() as wanted:
                wanted.update(lacking)
            found |= self.find_all(lacking)
        return found

    def find(self, tid: str) -> bytes | None:
        """The key, or None when there was none or it was shredded."""
        with self._mutex:
            self._refresh()
            return self._keys.get(tid)

    def find_all(self, tids: Iterable[str]) -> dict[str, bytes]:
        """The keys of those of `tids` that have one; the file is looked at once."""
        with self._mutex:
            self._refresh()
            return {tid: self._keys[tid] for tid in tids if tid in self._keys}

    def ids(self) -> set[str]:
        """Whose keys there are."""
        with self._mutex:
            self._refresh()
            return set(self._keys)

    def shred(self, tids: Sequence[str]) -> None:
        """Destroy these keys: a new file without them replaces the old one."""
        with durable.named_errors(self._file.parent), self._alone():
            self._refresh()
            if not any(tid in self._keys for tid in tids):
                return
            gone = set(tids)
            left = {tid: key for tid, key in self._keys.items() if tid not in gone}
            durable.replace_file(self._file, lines := _lines(left))
            self._keys = left
            self._seen, self._last = self._state(), lines[-LENGTH:]

    def _make(self, wanted: set[str]) -> None:
        with durable.named_errors(self._file.parent), self._alone():
            self._refresh()
            new = {tid: secrets.token_bytes(KEY_BYTES) for tid in sorted(wanted) if tid not in self._keys}
            if new:
                self._append(new)

    def _append(self, new: dict[str, bytes]) -> None:
        descriptor = files.open_bytes(self._file, os.O_WRONLY | os.O_APPEND)
        size = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, lines := _lines(new))
            files.sync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)  # half a line would hide the next one
            raise
        finally:
            os.close(descriptor)
        self._keys |= new
        self._seen, self._last = self._state(), lines[-LENGTH:]

    def _refresh(self) -> None:
        """Read what other processes wrote: the lines behind those that are known, or all if the file is another one."""
        state = self._state()
        if state == self._seen:
            return
        if self._last and self._seen and state[0] == self._seen[0] and state[1] > self._seen[1]:
            with self._file.open("rb") as file:
                file.seek(self._seen[1] - LENGTH)
                before, more = file.read(LENGTH), file.read()
            if before == self._last:
                self._take(state, self._seen[1], more)
                return
        self._keys = {}
        self._take(state, 0, self._file.read_bytes())

    def _take(self, state: tuple[int, int, int], start: int, data: bytes) -> None:
        """Whole lines of `data`, which begins at `start`: half a line is being written, and is whole the next time."""
        data = data[: data.rfind(b"\n") + 1]
        self._keys |= _keys(data)
        self._seen = (state[0], start + len(data), state[2])
        self._last = data[-LENGTH:] or (self._last if start else b"")

    def _mend(self) -> None:
        data = self._file.read_bytes()
        if data and not data.endswith(b"\n"):
            durable.replace_file(self._file, data[: data.rfind(b"\n") + 1])

    def _state(self) -> tuple[int, int, int]:
        """With its time: ext4 gives the number of a file that was replaced to the next one but one."""
        status = self._file.stat()
        return status.st_ino, status.st_size, status.st_mtime_ns

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off other threads, and other processes by a lock file beside the keys."""
        with self._mutex:
            beside = self._file.with_name(self._file.name + ".lock")
            with locks.alone(files.open_bytes(beside, os.O_RDWR | os.O_CREAT)):
                yield


def read(file: Path) -> dict[str, bytes]:
    """The keys in `file` by id, for who must change nothing. Raises `OSError`."""
    return _keys(file.read_bytes())


def _keys(data: bytes) -> dict[str, bytes]:
    return {tid.decode(): bytes.fromhex(key.decode()) for tid, key in LINE.findall(data)}


def _lines(keys: dict[str, bytes]) -> bytes:
    return "".join(f"{tid} {key.hex()}\n" for tid, key in keys.items()).encode()


def _write_all(descriptor: int, data: bytes) -> None:
    written = 0
    while written < len(data):
        written += os.write(descriptor, data[written:])
