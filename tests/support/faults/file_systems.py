"""Real file systems for tests: on a loop device, which can lose its power or be pulled out."""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

from tests.support.programs import lacking

EXT4_IOC_SHUTDOWN = 0x8004587D
WITHOUT_THE_JOURNAL = 2
SIZE = 160 << 20
TRIES = 600


class Disk:
    """A loop-mounted ext4 file system, on which nothing comes through any more after `cut`."""

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self.image, self.mounted = folder / "disk.img", folder / "disk"
        self.mounted.mkdir(parents=True)
        with self.image.open("wb") as image:
            image.truncate(size)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self.mount()

    def mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", self.image, self.mounted], check=True, capture_output=True)

    def unmount(self) -> None:
        """Until the kernel knows nothing of it any more: else the next mount would be this one again, cut as it was."""
        for _ in range(TRIES):
            subprocess.run(["umount", self.mounted], check=False, capture_output=True)
            if not self._is_known():
                return
            time.sleep(0.05)
        raise AssertionError("the file system is still in use, perhaps in a mount namespace that began meanwhile")

    def _is_known(self) -> bool:
        command = ["losetup", "--noheadings", "--associated", self.image]
        return bool(subprocess.run(command, check=True, capture_output=True).stdout.strip())

    def cut(self) -> None:
        descriptor = os.open(self.mounted, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", WITHOUT_THE_JOURNAL))
        finally:
            os.close(descriptor)

    def again(self) -> None:
        """As it is found when there is power again, or when the stick is put back in."""
        self.unmount()
        self.mount()


def disk_in(folder: Path, size: int = SIZE) -> Disk:
    """One that is mounted, or a skipped test."""
    if os.geteuid() != 0:
        lacking("mounting a file system needs root")
    if shutil.which("mkfs.ext4") is None:
        lacking("there is no mkfs.ext4")
    try:
        return Disk(folder, size)
    except subprocess.CalledProcessError as error:
        lacking(f"loop devices do not work here: {error.cmd[0]} failed")
