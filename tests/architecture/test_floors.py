"""The house keeps its shape: imports run down, types and style hold, nothing is hidden or left for later."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
WRITTEN_BY_US = (".py", ".js", ".mjs", ".html", ".css", ".md", ".cfg", ".toml", ".json", ".txt", ".in", ".lock")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "tools"}


def tracked() -> list[Path]:
    """Every file of the repository, without what others wrote (vendored, licence, lock files of npm)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [
        ROOT / name
        for name in filter(None, listed.split("\0"))
        if "/vendor/" not in name and not name.endswith(("package-lock.json", "LICENSE")) and (ROOT / name).is_file()
    ]


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.suffix in WRITTEN_BY_US or path.parent.name == ".ci" or path.name == "Makefile":
            yield path, path.read_text(encoding="utf-8")


def package() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "testimony")]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_only_run_down_the_floors() -> None:
    done = subprocess.run([TOOLS / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_forbidden_import_is_found(tmp_path: Path) -> None:
    """The contract is not one that nothing could break."""
    copied = tmp_path / "testimony"
    subprocess.run(["cp", "-r", ROOT / "testimony", copied], check=True)
    subprocess.run(["cp", ROOT / "setup.cfg", tmp_path], check=True)
    with (copied / "sealing" / "age" / "age.py").open("a") as file:
        file.write("\nimport testimony.store.blobs.folder\nimport flask\n")
    command = [TOOLS / "lint-imports", "--no-cache"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tmp_path)}
    )
    assert done.returncode == 1
    assert "testimony.sealing.age.age -> testimony.store.blobs.folder" in done.stdout
    assert "testimony.sealing.age.age -> flask" in done.stdout


def test_the_entry_file_reaches_in_only_at_the_top() -> None:
    names = {
        node.module
        for node in ast.walk(ast.parse((ROOT / "app.py").read_text()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("testimony")
    }
    assert names <= {"testimony.__main__", "testimony.web", "testimony.errors"}


def test_nothing_is_left_for_later_or_tied_to_one_machine() -> None:
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
    machine = re.compile(r"(?<![\w./])/(work|home/\w+|root|Users)/")
    found = [
        f"{shown(path)}:{number}: {line.strip()[:80]}"
        for path, text in texts()
        if path.suffix not in {".lock", ".json"}
        for number, line in enumerate(text.splitlines(), 1)
        if later.search(line) or machine.search(line)
    ]
    assert found == []


def test_no_exception_is_swallowed() -> None:
    """An `except` that does nothing, or catches everything and goes on, hides what a person should know.

    What a thread catches may be handed to the code that waits for its future, and is raised there.
    """
    found = []
    for path in package():
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "except" in text else ():
            if isinstance(node, ast.ExceptHandler):
                silent = all(isinstance(each, ast.Pass) for each in node.body)
                broad = node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"}
                raises = any(isinstance(each, ast.Raise) for each in ast.walk(node))
                hands_on = any(getattr(each, "attr", "") == "set_exception" for each in ast.walk(node))
                if silent or (broad and not raises and not hands_on):
                    found.append(f"{shown(path)}:{node.lineno}")
    assert found == [], "say why, handle it, or let it rise"


def test_every_module_says_in_its_first_line_what_it_is_for() -> None:
    missing = []
    for path in package():
        opening, _, rest = path.read_text(encoding="utf-8").partition('"""')
        first = rest.partition('"""')[0].splitlines()[0] if rest and not opening else ""
        if len(first) < 20 and path.stat().st_size > 0:
            missing.append(shown(path))
    assert missing == []


def test_modules_are_nouns_that_say_something() -> None:
    assert [shown(path) for path in tracked() if path.stem in VAGUE] == []


def test_no_page_takes_anything_from_elsewhere() -> None:
    """No third party learns that somebody opened the interview."""
    elsewhere = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
    pages = [path for path in tracked() if path.suffix in {".html", ".css"} and "testimony" in path.parts]
    found = [shown(path) for path in pages if elsewhere.search(path.read_text(encoding="utf-8"))]
    assert found == []


CHECKS = [["mypy", "--no-error-summary"], ["ruff", "check", "--quiet", "."]]


@pytest.mark.parametrize("command", CHECKS, ids=["types", "style"])
def test_types_and_style_hold(command: list[str]) -> None:
    done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
