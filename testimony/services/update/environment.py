"""Run Python in the environments of versions: install the wheels of an update, and run commands of a version."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from testimony.platform import processes
from testimony.sealing.update.errors import UpdateRefused
from testimony.services.update.programs import WHEELS, Installed, Programs
from testimony.services.update.update_file import Update
from testimony.store.files import durable

STEP_SECONDS: Final = 1800.0
"""The longest that one step may take: the card of a Raspberry Pi writes slowly."""
LONGEST: Final = 300
"""Characters that are kept of the last line of a program that failed."""
OURS: Final = "TESTIMONY_"
"""How the names of our environment variables begin."""


def install(programs: Programs, update: Update, said: Installed) -> None:
    """Install the version of `update` beside the others, from its wheels alone and without a network.

    `said`: what to record of it. Raises `UpdateRefused`: altered, install; `StickRefused`, `StoreFull`,
    `StoreUnwritable`, `StoreFailing`.
    """
    version = update.manifest.version
    folder = programs.begin(version)
    update.unpack(folder / WHEELS)
    _require(_run([sys.executable, "-I", "-m", "venv", str(folder)], {}), "venv")
    options = ("--no-index", "--find-links", str(folder / WHEELS), "--only-binary", ":all:", "--no-compile")
    quiet = ("--quiet", "--no-cache-dir", "--disable-pip-version-check", "--no-input")
    command = [str(programs.python(version)), "-I", "-m", "pip", "install", *quiet, *options, f"testimony=={version}"]
    _require(_run(command, {"PIP_CONFIG_FILE": os.devnull}), "pip")
    with durable.named_errors(folder):
        shutil.rmtree(folder / WHEELS)
    programs.finish(version, said)


def ask(python: Path, *command: str, of_home: bool) -> str:
    """Run a command of the version that `python` belongs to. Returns the error in one line, "" if it succeeded.

    `of_home`: pass on the settings in environment variables. They are for the station, not for a copy of it.
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith(OURS)} if of_home else {}
    return _run([str(python), "-I", "-m", "testimony", *command], kept)


def _require(failed: str, subject: str) -> None:
    if failed:
        from testimony import __version__

        raise UpdateRefused("install", said=f"{subject}: {failed}", running=__version__)


def _run(command: Sequence[str], variables: dict[str, str]) -> str:
    """The last line that a failing command wrote; "" if it succeeded."""
    paths = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "TEMP", "LANG") if name in os.environ}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=processes.bare(**paths, **variables),
            timeout=STEP_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    if done.returncode == 0:
        return ""
    lines = (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace").split("\n")
    told = [line.strip() for line in lines if line.strip()]
    return (told[-1] if told else f"exit code {done.returncode}")[:LONGEST].rstrip(".")
