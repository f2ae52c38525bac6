"""A program in which this system looks like Windows to ours: it brings every module in, and shows desks' first pages.

Libraries come first, since they take this system for what it is. Then the modules and names of POSIX are gone, and
`sys.platform` says win32.
"""

from __future__ import annotations

import importlib
import importlib.abc
import os
import pkgutil
import re
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.support.platform import windows

LIBRARIES = (
    "asyncio", "babel.support", "brotli", "click", "concurrent.futures.process", "cryptography.x509", "flask",
    "flask_babel", "flask_wtf", "getpass", "http.server", "jinja2", "logging.handlers", "multiprocessing", "PIL.Image",
    "sqlalchemy.dialects.sqlite", "sqlite3", "ssl", "subprocess", "tempfile", "typst", "urllib3", "uuid", "waitress",
    "webbrowser", "werkzeug", "zoneinfo", "certifi", "ctypes.util", "alembic.command", "openpyxl", "pyxform",
    "shamir_mnemonic", "zxcvbn", "argon2", "zipfile", "shutil", "platform", "smtplib", "email.policy",
)  # fmt: skip

FORBIDDEN = re.compile(r'[<>:"\\|?*\x00-\x1f]|[ .]$')
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.I)
LONGEST = 180
"""Of the 260 characters that a path may have there, when the user's folder for data takes 80."""


class NotThere(importlib.abc.MetaPathFinder):
    """Windows does not have these modules."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in windows.POSIX or name.startswith("testimony.platform.posix"):
            raise ModuleNotFoundError(f"there is no {name} on Windows", name=name)
        return None


def become_windows() -> windows.Kernel:
    """From here on."""
    for name in LIBRARIES:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)
    runtime, kernel = windows.Msvcrt(), windows.Kernel()
    for name in windows.POSIX:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, NotThere())
    for module, names in windows.NAMES.items():
        for name in names:
            if hasattr(sys.modules[module], name):
                delattr(sys.modules[module], name)
    sys.platform = "win32"
    from testimony.platform.windows import api

    there: Any = api
    there.runtime = lambda: runtime
    there.system_dll = lambda _: kernel
    there.last_error = lambda: kernel.last_error
    return kernel


def bring_all_in() -> None:
    import testimony

    for found in pkgutil.walk_packages(testimony.__path__, "testimony."):
        if found.name != "testimony.__main__" and not found.name.startswith("testimony.platform.posix"):
            importlib.import_module(found.name)


def first_page(home: Path, made: str) -> int:
    from testimony.services.enrolment import enrolment
    from testimony.settings import Settings
    from testimony.web.factory import create_app
    from testimony.web.newcomer import create_waiting_app

    if made == "new":
        enrolment.prepare_keyless(Settings(home=home, role="desk", name="A desk"))
        app = create_waiting_app(home)
    else:
        app = create_app(home)
    port = Settings.load(home).port
    answer = app.test_client().get("/", follow_redirects=True, base_url=f"http://localhost:{port}")
    return answer.status_code


def organisation(folder: Path) -> Path:
    """An organisation as `org create` makes it, with quick key files; the home of a lawyer's desk."""
    from datetime import date

    from testimony.services.enrolment.organisation import Plan, create

    desks = {"desk-lawyer": "lawyer-1"}
    plan = Plan(name="Border Watch", lawyer_names=("A", "B"), issued=date.today(), desks=desks, key_file_work=10)
    create(folder, plan)
    return folder / "desk-lawyer"


def require_names_of_windows(folder: Path) -> None:
    """Windows takes the name of every file, in a folder of its own length, and does not confuse two of them."""
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    assert len(paths) > 40
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        assert len(path) <= LONGEST, path
        for name in path.split("/"):
            assert not FORBIDDEN.search(name), path
            assert not RESERVED.fullmatch(name), path


def main() -> None:
    assert {os, signal, socket, time} <= set(sys.modules.values())
    kernel = become_windows()
    bring_all_in()
    with tempfile.TemporaryDirectory() as folder:
        new = first_page(Path(folder, "new"), "new")
        lawyers = first_page(organisation(Path(folder, "org")), "lawyer's")
        require_names_of_windows(Path(folder))
    assert "MoveFileExW" in kernel.calls
    print(f"all modules; a new desk: {new}; a lawyer's desk: {lawyers}")


if __name__ == "__main__":
    main()
