"""The scripts keep their house: only page scripts touch the page, folders are small and import one way, lint holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.programs import lacking

ROOT = Path(__file__).parents[2]
JS = ROOT / "testimony" / "web" / "static" / "js"
VERIFIER = ROOT / "testimony" / "web" / "verifier"
FILES = sorted([*JS.rglob("*.js"), *VERIFIER.rglob("*.js")])
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.S)
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
PAGE = re.compile(r"(?<![\w$.])(?:document|window|HTML\w*Element|getComputedStyle)\b(?!\s*:)")
IMPORTED = re.compile(r'(?:\bfrom|^import|\bimport\()\s*"(\.[^"]+)"', re.M)
MOST_FILES = 20
LONGEST = 350  # lines, as for modules of Python


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_page_script(path: Path) -> bool:
    return "pages" in path.relative_to(ROOT).parts or path == VERIFIER / "page.js"


def touches_the_page(text: str) -> bool:
    return bool(PAGE.search(TEXT.sub('""', COMMENT.sub("", text))))


def test_only_scripts_below_pages_touch_the_page() -> None:
    touching = [shown(path) for path in FILES if not is_page_script(path) and touches_the_page(path.read_text("utf-8"))]
    assert touching == []


def test_a_script_that_touches_the_page_is_found() -> None:
    assert touches_the_page('export const title = () => document.querySelector("h1");')
    assert touches_the_page("if (one instanceof HTMLInputElement) return window.name;")
    assert not touches_the_page('/* no document */ export const kind = { document: "window" }; // of a window')


def test_folders_stay_small() -> None:
    counted = Counter(path.parent for path in FILES)
    assert {shown(folder): count for folder, count in counted.items() if count > MOST_FILES} == {}


def test_no_script_is_too_long() -> None:
    lines = {shown(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: size for name, size in lines.items() if size > LONGEST} == {}


def imports(path: Path) -> Iterator[Path]:
    """What `path` imports of ours, at once or on demand."""
    for named in IMPORTED.findall(path.read_text("utf-8")):
        found = (path.parent / named).resolve()
        if "vendor" not in found.parts:
            yield found


def folders() -> dict[Path, set[Path]]:
    """Of each folder, those from which its scripts import."""
    found: dict[Path, set[Path]] = {path.parent: set() for path in FILES}
    for path in FILES:
        found[path.parent] |= {other.parent for other in imports(path)} - {path.parent}
    return found


def circle(graph: Mapping[Path, set[Path]]) -> list[str]:
    """A circle of folders by their paths; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [shown(folder) for folder in error.args[1]]
    return []


def test_every_import_leads_to_a_script() -> None:
    assert [(shown(path), shown(to)) for path in FILES for to in imports(path) if not to.is_file()] == []


def test_folders_import_one_way() -> None:
    assert circle(folders()) == []


def test_a_circle_of_folders_is_found() -> None:
    graph = folders()
    base, cards = (JS / "interview" / "pages" / name for name in ("base", "cards"))
    assert base in graph[cards]
    graph[base].add(cards)
    assert set(circle(graph)) == {shown(base), shown(cards)}


def lint(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"]} | environment
    return subprocess.run([root / ".ci" / "lint-js"], env=known, capture_output=True, text=True, check=False)


@pytest.fixture
def packages(node: str) -> Path:
    folder = ROOT / "tests" / "js" / "node_modules"
    if not list(folder.glob(".installed-*")) or not (folder / "eslint").is_dir():
        lacking("the JavaScript libraries are not installed: run .ci/node-packages")
    return folder


@pytest.fixture
def copied(packages: Path, tmp_path: Path) -> Path:
    """A repository of few scripts, with the lint of ours."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copytree(ROOT / "tests" / "js" / "types", tmp_path / "tests" / "js" / "types")
    for name in ("eslint.config.mjs", "tsconfig.json", "types.mjs", "package.json", "package-lock.json"):
        shutil.copy(ROOT / "tests" / "js" / name, tmp_path / "tests" / "js")
    (tmp_path / "tests" / "js" / "node_modules").symlink_to(packages)
    shutil.copytree(JS / "central", tmp_path / "testimony" / "web" / "static" / "js" / "central")
    return tmp_path


def test_lint_of_the_scripts_holds(packages: Path) -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_circles_of_imports_and_wrong_types_are_found(copied: Path) -> None:
    """Also a circle that closes only on demand, by `import()`."""
    assert lint(copied).returncode == 0
    folder = copied / "testimony" / "web" / "static" / "js" / "central"
    (folder / "one.js").write_text('import { two } from "./two.js";\nexport const one = () => two();\n')
    (folder / "two.js").write_text('export const two = async () => (await import("./one.js")).one();\n')
    (folder / "three.js").write_text('/** @type {number} */\nexport const three = "3";\n')
    done = lint(copied)
    assert done.returncode == 1
    assert done.stdout.count("Dependency cycle detected") == 2
    assert "central/three.js(2,14): error TS2322" in done.stdout


@pytest.mark.parametrize(("server", "code"), [("", 0), ("1", 1)])
def test_lint_says_that_node_is_missing_and_fails_on_the_build_server(tmp_path: Path, server: str, code: int) -> None:
    (tmp_path / "dirname").symlink_to(shutil.which("dirname") or lacking("dirname is missing"))
    done = lint(ROOT, PATH=str(tmp_path), CI=server)
    assert done.returncode == code
    assert "the scripts were NOT checked: install Node.js and npm" in done.stderr
