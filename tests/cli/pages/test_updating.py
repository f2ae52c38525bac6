"""The page of updates: release makers make one as it says, and a station takes it and gives it back."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.update import release_keys
from testimony.services.update.programs import Installed, Programs
from testimony.store.sql import migrate
from tests.support.cli import headquarters
from tests.support.cli.page import Reader, Step, compare, steps_of, words_of
from tests.support.settings import FAST
from tests.support.update import made
from tests.support.update.made import NEWER, RUNS

PATIENCE = 300
TYPED = "invented words for a key"


class Here(Reader):
    """Types in this process."""

    def type(self, step: Step, answers: str = "", **_: str) -> str:
        done = headquarters.run(*self.words(step), typed=answers)
        assert done.returncode == 0, (step.command, done.stdout, done.stderr)
        compare(step, done.stdout)
        return done.stdout


class Launched(Reader):
    """Types to the program that the launcher starts."""

    def type(self, step: Step, answers: str = "", **_: str) -> str:
        done = launched(self.at, *self.words(step))
        assert done.returncode == 0, (step.command, done.stdout, done.stderr)
        compare(step, done.stdout)
        return done.stdout


def launched(at: Path, *words: str) -> subprocess.CompletedProcess[str]:
    launcher = at / "programs" / "testimony"
    return subprocess.run([launcher, *words], capture_output=True, text=True, cwd=at, timeout=PATIENCE, check=False)


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the keys of the release makers, and in `programs` a version that came with their list."""
    folder = tmp_path / "at"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for number, signer in enumerate(made.KEYS[:2], start=1):
        file = folder / f"release-{number}.key"
        file.write_bytes(KeyFile(root_seed=signer.seed).seal(TYPED, FAST))
        file.with_name(f"{file.name}.public.json").write_bytes(
            made.encode([key.describe() for key in signer.public_keys])
        )
    shipped = folder / "shipped.json"
    shipped.write_bytes(made.key_list(made.KEYS).encode())
    monkeypatch.setattr(release_keys, "SHIPPED", shipped)
    programs = Programs(folder / "programs")
    made.environment(programs.version(RUNS), made.tree(tmp_path / "before", RUNS))
    programs.finish(RUNS, Installed("", migrate.HEAD))
    programs.switch(RUNS)
    return folder


def test_an_update_is_made_checked_put_on_and_taken_back_as_the_page_says(
    at: Path, homes: Path, tmp_path: Path
) -> None:
    wheels = made.wheels_of_the_program(tmp_path / "new", NEWER)
    names = {
        "WHEELS": str(wheels),
        "HOME": str(homes / "field"),
        "NODE": str(homes / "field"),
        "CENTRAL": str(homes / "central"),
        "BACKUP": str(tmp_path / "backup"),
        "KEYS": str(tmp_path / "shred.keys"),
        "1.0.0": "0.1.0",
    }
    here, station = Here(at, names), Launched(at, names)
    check, apply, offer, waiting, back, _, _, key, keys, make, one, other, pack = steps_of("updating.md")
    here.type(key)
    assert "no 2: release-keys.json" in here.type(keys)
    (at / "notes.txt").write_text("Maps are quicker.\nNothing else changed.\n")
    words = words_of(here.type(make))
    assert words_of(here.type(one, f"yes\n{TYPED}\n")) == words
    assert words_of(here.type(other, f"yes\n{TYPED}\n")) == words
    assert "Maps are quicker. Nothing else changed." in here.type(pack)
    assert f"{NEWER} of " in here.type(check)
    here.type(offer)
    nothing = headquarters.run(*here.words(waiting))
    assert (nothing.returncode, "No update waits" in nothing.stderr) == (1, True)
    (homes / "field" / "update").mkdir()
    (homes / "central" / "update" / "waiting.update").rename(homes / "field" / "update" / "waiting.update")
    here.type(waiting)
    doctor = headquarters.run("doctor", "--home", homes / "field")
    assert f"Version {NEWER} is ready to install" in doctor.stdout
    station.type(apply)
    assert launched(at, "--version").stdout == f"testimony {NEWER}\n"
    assert launched(at, "check", "--home", names["HOME"]).stdout.strip() == "It is sound."
    again = launched(at, "update", "check", "testimony-1.1.0.update")
    assert (again.returncode, f"{NEWER} runs here" in again.stderr) == (1, True)
    assert f"{RUNS} starts from now on" in station.type(back)
    assert launched(at, "--version").stdout == f"testimony {RUNS}\n"
    assert [file.name for file in (at / "programs" / "versions").iterdir()] == [RUNS]
    assert os.access(at / "programs" / "testimony", os.X_OK)
