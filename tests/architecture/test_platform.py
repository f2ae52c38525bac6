"""Only `testimony/platform/` knows which system the program runs on; everything else runs on all of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.platform.windows import NAMES, POSIX

ROOT = Path(__file__).parents[2]
MODULES = {*POSIX, "ctypes", "msvcrt", "winreg", "_winapi", "platform"}
ASKED = {("sys", "platform"), ("os", "name"), ("os", "statvfs"), ("os", "fsync"), ("os", "umask")}
"""What tells systems apart, and what needs more than one call to be the same on all of them."""
HAD = {(module, name) for module, names in NAMES.items() for name in names}
PLACES = ("/proc", "/dev/", "/sys/", "/run/", "/mnt")
TEXTS = ("read_text", "write_text")


def sources(*words: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules outside `platform` in which one of these words stands."""
    for path in sorted((ROOT / "testimony").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        text = "" if name.startswith("testimony/platform/") else path.read_text("utf-8")
        if any(word in text for word in words):
            yield name, ast.parse(text)


def differing(tree: ast.Module) -> Iterator[str]:
    """What is not the same on all systems."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            if node.module.partition(".")[0] in MODULES:
                yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names if (node.module, one.name) in HAD | ASKED)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) in HAD | ASKED:
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(PLACES):
            yield node.value


def test_nothing_outside_platform_asks_which_system_it_runs_on() -> None:
    asked = {name for _, name in HAD | ASKED}
    looked_at = sources(*MODULES, *asked, *PLACES)
    assert {name: found for name, tree in looked_at if (found := sorted(set(differing(tree))))} == {}


def test_the_look_finds_what_it_looks_for() -> None:
    text = "import fcntl\nos.fork()\nif sys.platform == 'linux': open('/proc/self/maps')\nfrom os import sync"
    assert set(differing(ast.parse(text))) == {"fcntl", "os.fork", "sys.platform", "/proc/self/maps", "os.sync"}


def test_every_text_file_names_its_encoding() -> None:
    """Windows would take its old code page, which has neither Arabic nor Farsi."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources(*TEXTS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in TEXTS
        and len(node.args) < (2 if node.func.attr == "write_text" else 1)
        and not any(one.arg == "encoding" for one in node.keywords)
    ]
    assert found == []


def test_every_module_runs_without_what_windows_does_not_have() -> None:
    """In a program of its own, with a stand-in for Windows: all modules come in, and a desk shows its first page."""
    command = [sys.executable, "-W", "error", "-m", "tests.support.platform.without_posix"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.splitlines()[-1] == "all modules; a new desk: 200; a lawyer's desk: 200"
