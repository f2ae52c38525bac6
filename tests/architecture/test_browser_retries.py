"""What failed in a browser is run once more by the build server, alone, and named; nothing else is forgiven."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "second-look"
IN_MEMORY = SCRIPT.with_name("in-memory")
TURNS_GREEN = "from pathlib import Path\n\ndef test_it():\n    seen = Path('seen')\n    assert seen.exists()\n"
STAYS_RED = "def test_it():\n    assert False\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project with one test in a browser and one without, and an environment to run them in."""
    (tmp_path / ".ci").mkdir()
    for script in (SCRIPT, IN_MEMORY):
        shutil.copy(script, tmp_path / ".ci")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    for folder in ("web", "store"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
    return tmp_path


def look(checkout: Path, failed: list[str], end: str) -> subprocess.CompletedProcess[str]:
    cache = checkout / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text(json.dumps(dict.fromkeys(failed, True)))
    (checkout / "log").write_text(f"======== {end} ========\n")
    return subprocess.run(
        [".ci/second-look", "log"], cwd=checkout, capture_output=True, text=True, timeout=120, check=False
    )


def write(checkout: Path, folder: str, text: str) -> str:
    (checkout / "tests" / folder / f"test_{folder}.py").write_text(text)
    return f"tests/{folder}/test_{folder}.py::test_it"


def test_a_browser_test_that_is_green_alone_is_named_as_unsteady(checkout: Path) -> None:
    name = write(checkout, "web", TURNS_GREEN)
    (checkout / "seen").touch()
    done = look(checkout, [name], "1 failed, 9 passed in 12.00s (0:00:12)")
    assert done.returncode == 0, done.stdout + done.stderr
    assert name in done.stdout.partition("UNSTEADY")[2]


def test_one_that_stays_red_fails_the_run(checkout: Path) -> None:
    done = look(checkout, [write(checkout, "web", STAYS_RED)], "1 failed, 9 passed in 12.00s (0:00:12)")
    assert done.returncode != 0
    assert "UNSTEADY" not in done.stdout


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("2 failed, 8 passed in 12.00s (0:00:12)", id="more failed than is known"),
        pytest.param("1 failed, 1 error in 12.00s", id="an error that nobody named"),
        pytest.param("9 passed in 12.00s", id="none failed"),
        pytest.param("cut short", id="no end"),
    ],
)
def test_a_run_that_did_not_come_to_its_end_is_not_forgiven(checkout: Path, end: str) -> None:
    (checkout / "seen").touch()
    done = look(checkout, [write(checkout, "web", TURNS_GREEN)], end)
    assert done.returncode != 0
    assert "once more" not in done.stdout


def test_what_needs_no_browser_is_red_the_first_time(checkout: Path) -> None:
    (checkout / "seen").touch()
    failed = [write(checkout, "web", TURNS_GREEN), write(checkout, "store", TURNS_GREEN)]
    assert look(checkout, failed, "2 failed in 12.00s").returncode != 0


def test_many_at_once_are_no_chance(checkout: Path) -> None:
    (checkout / "seen").touch()
    for number in range(7):
        (checkout / "tests" / "web" / f"test_{number}.py").write_text(TURNS_GREEN)
    failed = [f"tests/web/test_{number}.py::test_it" for number in range(7)]
    assert look(checkout, failed, "7 failed in 12.00s").returncode != 0
