"""The wheel has everything: installed outside the source tree it makes an organisation and speaks Arabic."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.cli.program import ROOT, free_ports

DAY = "1796083200"  # SOURCE_DATE_EPOCH
SHIPPED = ("testimony", "migrations", "translations")
BUILD = ("setup.py", "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "app.py")
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
ALONE = ("--no-deps", "--no-index")
PATIENCE = 180.0


def files_of_the_tree() -> set[str]:
    """The files that the program needs, by the name that they have once they are installed."""
    found = set()
    for top in SHIPPED:
        for path in (ROOT / top).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(ROOT).as_posix()
                found.add(name if top == "testimony" else f"testimony/{name}")
    return found


def built(folder: Path) -> Path:
    """A wheel of a copy of the tree, made with the tools of the environment and without a network."""
    tree = folder / "tree"
    tree.mkdir(parents=True)
    for top in SHIPPED:
        shutil.copytree(ROOT / top, tree / top, ignore=NOT_SHIPPED)
    for name in [*BUILD, *(path.name for path in ROOT.glob("requirements*.in"))]:
        shutil.copy(ROOT / name, tree / name)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *ALONE, "--no-build-isolation", "-v", "-w", folder, tree],
        capture_output=True,
        text=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": DAY},
        timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout.lower()
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program alone; what it needs from others comes from the environment."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", *ALONE, "--target", folder, wheel]
    subprocess.run(command, check=True, timeout=PATIENCE)
    return folder


@pytest.fixture(scope="module")
def made(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation that the installed program made."""
    folder = tmp_path_factory.mktemp("made") / "org"
    done = program(installed, "org", "create", folder, "--name", "Border Watch", "--lawyers", "A", "B")
    assert done.returncode == 0, done.stderr
    return folder


def program(installed: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The installed program, begun in a folder that is not the source tree."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "testimony", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=installed.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def serving(installed: Path, home: Path, port: int) -> Iterator[None]:
    """The installed program as a field node that is up."""
    command = [sys.executable, "-P", "-m", "testimony", "serve", "field", "--home", str(home), "--port", str(port)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=installed.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield
        finally:
            process.terminate()
            process.wait(30)


def test_the_wheel_holds_every_file_of_the_program_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == files_of_the_tree()


def test_two_builds_of_one_tree_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    again = built(tmp_path / "again")
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


def test_the_installed_program_makes_an_organisation_and_speaks_arabic(installed: Path, made: Path) -> None:
    port = free_ports(1)
    with serving(installed, made / "field", port):
        with urllib.request.urlopen(f"http://localhost:{port}/ar/") as answer:
            page = answer.read().decode()
        with urllib.request.urlopen(f"http://localhost:{port}/interview/ar/") as answer:
            interview = answer.read().decode()
    assert 'lang="ar" dir="rtl"' in page
    for shown in (page, interview):
        assert sum("\u0600" <= sign <= "\u06ff" for sign in shown) > 300, "sentences, and not only a name"


def test_a_program_without_its_sentences_says_so_and_does_not_start_in_english(
    installed: Path, made: Path, tmp_path: Path
) -> None:
    torn = Path(shutil.copytree(installed, tmp_path / "torn"))
    shutil.rmtree(torn / "testimony" / "translations" / "ar")
    done = program(torn, "serve", "field", "--home", made / "field", "--port", free_ports(1))
    assert done.returncode == 1
    assert "its sentences in “ar” are missing. Install it again." in done.stderr
    assert "Traceback" not in done.stderr
