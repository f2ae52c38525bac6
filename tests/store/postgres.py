"""A PostgreSQL server of the tests' own, in a temporary folder; tests are skipped where none is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import lacking

USER = "postgres"
CAREFUL = (
    "listen_addresses = ''",
    "log_error_verbosity = terse",
    "log_min_error_statement = panic",
)


@contextmanager
def server() -> Iterator[str]:
    """The URL of its database, for `Database`."""
    pytest.importorskip("psycopg", reason="psycopg, the driver for PostgreSQL, is not installed")
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path must fit into 107 bytes
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync")
        with (data / "postgresql.conf").open("a") as settings:
            settings.write("\n".join((*CAREFUL, f"unix_socket_directories = '{folder}'", "")))
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "start")
        try:
            yield f"postgresql://{USER}@/postgres?host={folder}"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        lacking("PostgreSQL is not installed here")
    if os.geteuid() == 0 and not _has_user():
        lacking("PostgreSQL does not run as root, and there is no user for it")
    return found[-1].parent


def _has_user() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def _run(*command: str | Path) -> None:
    as_user = ["setpriv", f"--reuid={USER}", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *map(str, command)], check=True, capture_output=True, cwd="/")
