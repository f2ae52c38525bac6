"""A part of this machine of its own, as containers need it: its processes, mounts and network end with it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.cli.program import ROOT

PREPARE: Final = """
set -e
ip link set lo up
if [ -d /sys/fs/cgroup/unified ]; then
    # Both versions of control groups beside each other, which crun refuses: version 1 alone, whose limits hold
    mkdir "$1"
    mount -t tmpfs none "$1"
    for each in /sys/fs/cgroup/*/; do
        name=$(basename "$each")
        [ "$name" = unified ] || { mkdir "$1/$name" && mount --bind "$each" "$1/$name"; }
    done
    umount -l /sys/fs/cgroup
    mount --move "$1" /sys/fs/cgroup
fi
echo ready
while :; do sleep 1; done
"""
"""The shell stays as the first process there and takes leave of those whose parents are gone."""


@contextmanager
def apart(folder: Path) -> Iterator[list[str]]:
    """Yields the words that come before a command that is to run there. `folder`: for what it mounts. Needs root."""
    own = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"]
    command = [*own, "sh", "-c", PREPARE, "sh", str(folder / "groups")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", "no part of this machine of its own"
            first = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").strip()
            yield ["nsenter", "--target", first, "--mount", "--pid", "--net", f"--wdns={ROOT}"]
        finally:
            process.kill()
