"""A fresh machine: the right Python is found, and what is missing is named before anything is half made."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
POSTGRESQL_LOCK = "requirements-postgresql.lock"
PLATFORMS = {
    "Linux": [f"manylinux_2_{glibc}_x86_64" for glibc in range(17, 29)] + ["manylinux2014_x86_64"],
    "small computers": [f"manylinux_2_{glibc}_aarch64" for glibc in range(17, 29)] + ["manylinux2014_aarch64"],
    "Windows": ["win_amd64"],
    "macOS": ["macosx_14_0_arm64"],
}
"""For `pip --platform`."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What `make run` needs of a fresh clone, with no environment in it."""
    folder = tmp_path / "clone"
    folder.mkdir()
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for name in ("Makefile", *LOCKS):
        shutil.copy(ROOT / name, folder / name)
    return folder


def pretend(folder: Path, name: str, script: str) -> None:
    """A program `name` in `folder`, written in sh."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def make(clone: Path, target: str, *, path: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    surroundings = {"PATH": f"{path}:/usr/bin:/bin" if path else os.environ["PATH"], "HOME": str(clone), **variables}
    return subprocess.run(
        ["make", target], cwd=clone, env=surroundings, capture_output=True, text=True, timeout=120, check=False
    )


def test_without_ensurepip_the_package_to_install_is_named(clone: Path, tmp_path: Path) -> None:
    script = f'case "$2" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"'
    for name in ("python3", "python3.13", "python3.12", "python3.11", "python"):
        pretend(tmp_path / "programs", name, script)
    done = make(clone, "run", path=str(tmp_path / "programs"))
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr
    assert not (clone / ".venv").exists()


def test_an_old_python_is_passed_over_for_a_newer_one(clone: Path, tmp_path: Path) -> None:
    """Debian's python3 may be older than the python3.11 beside it."""
    pretend(tmp_path / "programs", "python3", "exit 1")
    pretend(tmp_path / "programs", "python3.13", "exit 127")
    pretend(tmp_path / "programs", "python3.12", "exit 127")
    note = f'case "$2" in venv) echo chosen; exit 3 ;; esac\nexec {sys.executable} "$@"'
    pretend(tmp_path / "programs", "python3.11", note)
    done = make(clone, "run", path=str(tmp_path / "programs"))
    assert "chosen" in done.stdout


def test_without_any_python_that_will_do_it_says_so(clone: Path, tmp_path: Path) -> None:
    for name in ("python3", "python3.13", "python3.12", "python3.11", "python"):
        pretend(tmp_path / "programs", name, 'case "$1" in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    done = make(clone, "run", path=str(tmp_path / "programs"))
    assert done.returncode != 0
    assert "needs Python 3.11 or newer; here python3 is Python 3.9.2" in done.stderr
    assert "PYTHON=/path/to/python3" in done.stderr


def test_elsewhere_than_on_linux_the_one_package_without_a_wheel_is_built_from_its_source(
    clone: Path, tmp_path: Path
) -> None:
    """macOS: rjsmin has wheels for Linux alone. Everything is checked by its hash all the same."""
    pretend(tmp_path / "programs", "uname", "echo Darwin")
    told = 'echo "ASKED $@"; for last; do :; done; case "$last" in *.lock) grep "^[a-z].*==" "$last" ;; esac; exit 0'
    making = f"mkdir -p .venv/bin; printf '%s\\n' \"#!/bin/sh\" '{told}' >.venv/bin/python; chmod +x .venv/bin/python"
    pretend(tmp_path / "programs", "python3", f'case "$2" in venv) {making} ;; esac; exit 0')
    done = subprocess.run(
        [".ci/environment", "run"],
        cwd=clone,
        env={"PATH": f"{tmp_path / 'programs'}:/usr/bin:/bin", "HOME": str(clone)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    asked = [one for one in done.stdout.split("ASKED ") if "pip install" in one]
    wheels, builder, source = asked
    assert all("--require-hashes" in one for one in asked)
    assert "--only-binary :all:" in wheels
    assert "\nflask==" in wheels
    assert "rjsmin==" not in wheels
    assert re.findall("^[a-z].*==", builder, re.M) == ["setuptools=="]
    assert "--no-binary :all:" in source
    assert re.findall("^[a-z].*==", source, re.M) == ["rjsmin=="]


@pytest.mark.parametrize("cut_off", [True, False])
def test_an_environment_whose_making_was_cut_off_is_made_anew(cut_off: bool, clone: Path, tmp_path: Path) -> None:
    """Ctrl-C or a power cut in the first minute: pip cannot even read what it had half put down."""
    pretend(tmp_path / "programs", "python3", 'case "$2" in venv) echo "made anew"; exit 3 ;; esac')
    (clone / ".venv").mkdir()
    pretend(clone / ".venv" / "bin", "python", 'case "$2" in *distributions*) exit 1 ;; esac')
    if cut_off:
        (clone / ".venv" / ".installing").touch()
    done = make(clone, "run", path=str(tmp_path / "programs"))
    assert ("made anew" in done.stdout) == cut_off


def test_an_environment_that_is_ready_is_left_alone(clone: Path) -> None:
    """The second start is quick because one look at a stamp is enough."""
    digest = hashlib.sha256((clone / "requirements.lock").read_bytes()).hexdigest()
    pretend(clone / ".venv", "unused", "exit 1")
    pretend(clone / ".venv" / "bin", "python", "echo called; exit 0")
    (clone / ".venv" / f".installed-run-{digest[:16]}").touch()
    done = subprocess.run([".ci/environment", "run"], cwd=clone, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", [*LOCKS, POSTGRESQL_LOCK])
def test_every_locked_package_has_its_version_and_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[a-z])", (ROOT / name).read_text())[1:]
    assert len(entries) > 15
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==[^ ]+", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


def test_the_locks_hold_wheels_for_small_computers_too() -> None:
    """cryptography, the one with compiled code that sealing needs, is locked for more than one kind of machine."""
    entry = next(
        part for part in re.split(r"\n(?=[a-z])", (ROOT / LOCKS[0]).read_text()) if part.startswith("cryptography==")
    )
    assert entry.count("--hash=sha256:") > 20


@pytest.mark.long(short="test_the_locks_hold_wheels_for_small_computers_too")
@pytest.mark.parametrize("system", PLATFORMS)
def test_every_pin_has_a_wheel_for_each_system(system: str, tmp_path: Path) -> None:
    """Asks where packages come from, and installs nothing. rjsmin is built from its source elsewhere than on Linux."""
    entries = re.split(r"\n(?=[a-z])", (ROOT / LOCKS[0]).read_text())[1:]
    kept = [one for one in entries if not one.startswith("rjsmin==") or "linux" in PLATFORMS[system][0]]
    (tmp_path / "wanted").write_text("\n".join(kept))
    wheels = ["--only-binary", ":all:", "--implementation", "cp", *(f"--platform={one}" for one in PLATFORMS[system])]
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--require-hashes", *wheels]
    command += ["--target", str(tmp_path / "none"), "-r", str(tmp_path / "wanted")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Would install" in done.stdout


def test_what_runs_is_what_is_tested() -> None:
    """Every package of the runtime lock is in the others in the same version."""
    runtime, tests, postgresql = (pinned(name) for name in (*LOCKS, POSTGRESQL_LOCK))
    assert runtime <= tests
    assert runtime <= postgresql


def pinned(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+==[^ ]+)", (ROOT / name).read_text(), re.M))


def test_no_file_names_where_packages_come_from() -> None:
    """A lock pins bytes, not a server: any mirror will do."""
    for name in (*LOCKS, "tests/js/package-lock.json"):
        assert "://" not in re.sub(r'"(url|funding|license)": ?"[^"]*"', "", (ROOT / name).read_text()), name
    assert "index-url" not in (ROOT / "setup.cfg").read_text() + (ROOT / "Makefile").read_text()


@pytest.mark.parametrize(
    ("processors", "room", "tests"),
    [("16", "40", "16"), ("16", "3", "3"), ("1", "40", "2"), ("16", "", "2"), ("16", "1", "2")],
)
def test_as_many_tests_run_at_once_as_have_a_processor_and_memory(
    processors: str, room: str, tests: str, tmp_path: Path
) -> None:
    pretend(tmp_path, "nproc", f"echo {processors}")
    pretend(tmp_path, "awk", f"echo {room}" if room else "exit 2")
    done = subprocess.run(
        [ROOT / ".ci" / "workers"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.strip(), done.stderr) == (tests, "")


def test_the_build_server_gets_the_exit_code_of_the_tests(clone: Path) -> None:
    """`.ci/run` ends as `make test` ends, and never waits for somebody to type."""
    (clone / "Makefile").write_text("test:\n\t@cat\n\t@exit 5\n")
    done = subprocess.run(["bash", ".ci/run"], cwd=clone, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode != 0


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / ".ci").iterdir() if path.is_file()))
def test_the_scripts_are_sound(script: str) -> None:
    text = (ROOT / ".ci" / script).read_text(encoding="utf-8")
    if "python" in text.splitlines()[0]:
        compile(text, script, "exec")
    else:
        shell = "bash" if script == "run" else "sh"
        assert subprocess.run([shell, "-n", ROOT / ".ci" / script], check=False).returncode == 0
    assert os.access(ROOT / ".ci" / script, os.X_OK)
