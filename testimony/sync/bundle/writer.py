"""Writes a bundle as one or several complete files on a USB stick; each file is read back before it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final, cast

from testimony.sealing.bundle.bundle import Header, Seal
from testimony.sealing.log import merkle
from testimony.sealing.log.merkle import RunningRoot
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.store.files.removable import NewFile
from testimony.sync.bundle.survey import MOST_FRAMES, survey
from testimony.sync.wire.frames import Frame, FrameWriter

SPLIT: Final = 1 << 30
SMALLEST_SPLIT: Final = 2 << 20
LARGEST_SPLIT: Final = (4 << 30) - (1 << 20)
"""FAT32 holds no file of 4 GiB."""
RESERVE: Final = 1 << 20
"""Bytes that stay free on the USB stick: for the end of the file, and for what its file system adds."""
NAMES: Final = re.compile(r"bundle-\d{4}-\d{2}-\d{2}-[0-9a-f]{8}-\d{1,7}\.bin")


@dataclass(kw_only=True)
class Written:
    """The complete files on the medium that were read back. `full`: the rest did not fit on the stick."""

    files: list[Path] = field(default_factory=list)
    bytes: int = 0
    full: bool = False


class BundleWriter:
    """Takes frames in order. `opening`: records that every file begins with, so that each can be read alone.

    `told(bytes)` is called now and then with how many bytes were written or read back. Raises `StickRefused`; what is
    in `written` then counts all the same.
    """

    def __init__(
        self,
        folder: Path,
        header: Header,
        signer: Signer,
        *,
        opening: Sequence[Frame] = (),
        split: int = SPLIT,
        told: Callable[[int], object] = lambda _: None,
    ) -> None:
        if not SMALLEST_SPLIT <= split <= LARGEST_SPLIT:
            raise StickRefused("split")
        if not folder.is_dir():
            raise StickRefused("folder")
        removable.sweep(folder, NAMES)
        self.folder, self.header, self.signer, self.opening = folder, header, signer, opening
        self.split, self.told = split, told
        self.written = Written()
        self._open: _OneFile | None = None

    def put(self, frames: Sequence[Frame], again: Sequence[Frame] = ()) -> bool:
        """Frames that stay together in one file; whether there was room. `again`: with what a new file would begin."""
        size = sum(frame.size for frame in (*again, *frames))
        if self._open is not None and (
            self._open.size + size + RESERVE > self.split or self._open.count + len(frames) + 8 > MOST_FRAMES
        ):
            self._close(last=False)
        if removable.free(self.folder) < size + 2 * RESERVE:
            self.written.full = True
            return False
        if self._open is None:
            frames = [*again, *frames]
        one = self._open or self._begin()
        for frame in frames:
            one.add(frame)
            self.told(frame.size)
        return True

    def finish(self) -> Written:
        """Seal, keep and read back the last file. A bundle without content is one too: it asks for an answer."""
        if self._open is None and not self.written.files:
            if self.written.full:
                raise StickRefused("full")
            self._begin()
        if self._open is not None:
            self._close(last=not self.written.full)
        return self.written

    def abandon(self) -> None:
        """Remove a partial file. Raises nothing if the stick is gone: there is nothing to clean up."""
        if self._open is not None:
            one, self._open = self._open, None
            try:
                one.file.discard()
            except StickRefused as error:
                self.written.full = self.written.full or error.reason == "full"

    def _begin(self) -> _OneFile:
        header = replace(self.header, no=len(self.written.files) + 1)
        self._open = _OneFile(self.folder, header, self.signer)
        for frame in self.opening:
            self._open.add(frame)
        return self._open

    def _close(self, *, last: bool) -> None:
        one = self._open
        if one is None:
            return
        one.end(last=last, told=self.told)
        self._open = None
        self.written.files.append(one.file.path)
        self.written.bytes += one.size


class _OneFile:
    def __init__(self, folder: Path, header: Header, signer: Signer) -> None:
        self.signer = signer
        self.record = header.sign(signer)
        self.file = NewFile(folder / f"bundle-{header.day}-{header.id[:8]}-{header.no}.bin")
        self.tree = RunningRoot()
        self.frames = FrameWriter(cast(BinaryIO, self.file))
        self.add(Frame("bundle", self.record.encode()))

    @property
    def size(self) -> int:
        return self.frames.size

    @property
    def count(self) -> int:
        return self.frames.count

    def add(self, frame: Frame) -> None:
        self.tree.add(merkle.leaf_hash(self.frames.add(frame)))

    def end(self, *, last: bool, told: Callable[[int], object]) -> None:
        """Raises `StickRefused("damaged")` when the medium gives back something else."""
        seal = self._seal(last=last)
        self.frames.add(Frame("seal", seal.encode()))
        self.frames.end()
        self.file.finish()
        with self.file.again() as stream:
            found = survey(stream, self.signer.public_keys, told=told)
        if found.seal is None or found.seal.root != seal.value["root"] or found.torn:
            raise StickRefused("damaged")
        self.file.keep()

    def _seal(self, *, last: bool) -> SignedRecord:
        said = Seal(
            bundle=self.record.id,
            by=self.signer.kid,
            frames=self.tree.size,
            root=self.tree.root().hex(),
            last=last,
        )
        return said.sign(self.signer)
