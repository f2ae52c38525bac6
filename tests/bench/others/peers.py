"""Debian's age and gpg on bytes like ours, in the same run. What is not installed is left out."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.support.figures import Figure, took

MEDIA = 64 * 1024 * 1024
MESSAGE = 4096
TIMES = 10


def media() -> Sequence[Figure]:
    """MB/s of age's own program, with its start and the files that it reads and writes."""
    if not (shutil.which("age") and shutil.which("age-keygen")):
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "media").write_bytes(os.urandom(MEDIA))
        _run("age-keygen", "-o", folder / "key")
        public = next(line for line in (folder / "key").read_text().splitlines() if "public key" in line).split()[-1]
        seal = _median(3, "age", "-r", public, "-o", folder / "media.age", folder / "media")
        opened = _median(3, "age", "-d", "-i", folder / "key", "-o", folder / "media.out", folder / "media.age")
    return [
        Figure("Debian's age seals a file of 64 MiB", MEDIA / 1e6 / seal, "MB/s"),
        Figure("Debian's age opens it", MEDIA / 1e6 / opened, "MB/s"),
    ]


def messages() -> Sequence[Figure]:
    """Milliseconds of gpg for a message, with its start."""
    if not shutil.which("gpg"):
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "gpg"
        home.mkdir(mode=0o700)
        gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--yes", "--trust-model", "always")
        _run(*gpg, "--passphrase", "", "--quick-generate-key", "bench@example.org", "rsa4096", "encrypt", "never")
        (folder / "message").write_bytes(os.urandom(MESSAGE))
        sealed = folder / "message.gpg"
        seal = _median(TIMES, *gpg, "-r", "bench@example.org", "-o", sealed, "-e", folder / "message")
        opened = _median(TIMES, *gpg, "-o", folder / "message.out", "-d", sealed)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=False, capture_output=True)
    return [
        Figure("gpg, RSA-4096, seals 4 KiB", 1000 * seal, "ms"),
        Figure("gpg, RSA-4096, opens 4 KiB", 1000 * opened, "ms"),
    ]


def _median(times: int, *command: str | Path) -> float:
    return statistics.median(took(lambda: _run(*command)) for _ in range(times))


def _run(*command: str | Path) -> None:
    subprocess.run([*map(str, command)], check=True, capture_output=True)
