"""The tools that people know, on the same bytes: Debian's age, and gpg with RSA-4096."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MEDIA = 64 * 1024 * 1024
MESSAGE = 4096
TIMES = 20


def measure() -> dict[str, float]:
    """What is installed here; units are in the names."""
    with tempfile.TemporaryDirectory() as folder:
        return {**_age(Path(folder)), **_gpg(Path(folder))}


def _age(folder: Path) -> dict[str, float]:
    if not (shutil.which("age") and shutil.which("age-keygen")):
        return {}
    (folder / "media").write_bytes(os.urandom(MEDIA))
    _run("age-keygen", "-o", folder / "key")
    public = next(line for line in (folder / "key").read_text().splitlines() if "public key" in line).split()[-1]
    seal = _seconds(lambda: _run("age", "-r", public, "-o", folder / "media.age", folder / "media"))
    opened = _seconds(lambda: _run("age", "-d", "-i", folder / "key", "-o", folder / "media.out", folder / "media.age"))
    return {"age seals, MB/s": MEDIA / 1e6 / seal, "age opens, MB/s": MEDIA / 1e6 / opened}


def _gpg(folder: Path) -> dict[str, float]:
    if not shutil.which("gpg"):
        return {}
    home = folder / "gpg"
    home.mkdir(mode=0o700)
    gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--trust-model", "always")
    _run(*gpg, "--passphrase", "", "--quick-generate-key", "bench@example.org", "rsa4096", "encrypt", "never")
    (folder / "message").write_bytes(os.urandom(MESSAGE))
    to = ("--yes", "-r", "bench@example.org", "-o", folder / "message.gpg", "-e", folder / "message")
    seal = _seconds(lambda: [_run(*gpg, *to) for _ in range(TIMES)])
    back = ("--yes", "-o", folder / "message.out", "-d", folder / "message.gpg")
    opened = _seconds(lambda: [_run(*gpg, *back) for _ in range(TIMES)])
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=False, capture_output=True)
    return {"gpg RSA-4096 seals 4 KiB, ms": 1000 * seal / TIMES, "gpg RSA-4096 opens 4 KiB, ms": 1000 * opened / TIMES}


def _run(*command: str | Path) -> None:
    subprocess.run([*map(str, command)], check=True, capture_output=True)


def _seconds(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before
