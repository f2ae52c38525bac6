"""`testimony archive` writes a file, `testimony verify --archive` checks it; each says what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.program import refused, run
from tests.support.damage import last_byte_changed
from tests.support.services.batches import bring, told


@pytest.fixture
def tid(homes: Path, organisation: Organisation) -> str:
    agreed = told(0, ("P01", "P04")) | {"also": ["P09-case-river"]}
    with open_station(homes / "desk-lawyer") as desk:
        (sealed,) = bring(organisation, desk, [agreed])
    return str(sealed.record.value["tid"])


def test_an_archive_is_written_once_and_checked_without_a_home(
    homes: Path, organisation: Organisation, tid: str, tmp_path: Path
) -> None:
    typed, file = organisation.keeper("lawyer-1").passphrase + "\n", tmp_path / "a.zip"
    command = ("archive", tid, "--home", homes / "desk-lawyer", "--to", file)
    done = run(*command, typed=typed)
    assert done.returncode == 0, done.stderr
    assert "nothing" in done.stdout
    checked = run("verify", "--archive", file)
    assert checked.returncode == 3, checked.stdout + checked.stderr
    assert "consistent, but not proven" in checked.stdout, "this desk has no log"
    assert "six words" in checked.stdout
    assert refused(run(*command, typed=typed), "exists already")


def test_a_changed_and_a_cut_archive_fail_with_a_sentence(tmp_path: Path) -> None:
    whole = (Path(__file__).parents[2] / "vectors" / "archives" / "first.zip").read_bytes()
    for name, data, sentence in (
        ("cut.zip", whole[:-100], "cut off"),
        ("changed.zip", last_byte_changed(whole[:9001]) + whole[9001:], "damaged"),
    ):
        (tmp_path / name).write_bytes(data)
        done = run("verify", "--archive", tmp_path / name)
        assert (done.returncode, sentence in done.stdout, "FAILS" in done.stdout) == (1, True, True), done.stdout


def test_parts_in_clear_are_printed_only_where_that_is_asked_for(tmp_path: Path) -> None:
    first = Path(__file__).parents[2] / "vectors" / "archives" / "first.zip"
    words = "On the river"
    assert words not in run("verify", "--archive", first).stdout
    done = run("verify", "--archive", first, "--show")
    assert (done.returncode, done.stderr) == (0, "")
    before, _, after = done.stdout.partition("  narrative     in clear\n")
    assert "signed for all its parts" in before, "what is in clear stands behind the checks of its testimony"
    assert words in after
    assert "Nothing contradicts" in after
    assert words not in run("verify", "0" * 32, "--archive", first, "--show").stdout, "of another testimony"
    changed = first.read_bytes().replace(words.encode(), b"At the river")
    (tmp_path / "changed.zip").write_bytes(changed)
    done = run("verify", "--archive", tmp_path / "changed.zip", "--show")
    assert (done.returncode, "At the river" in done.stdout) == (1, False)


def test_a_reader_of_the_output_that_has_enough_ends_it_quietly() -> None:
    first = Path(__file__).parents[2] / "vectors" / "archives" / "first.zip"
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "testimony", "verify", "--archive", str(first), "--show"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_parts_in_clear_are_of_an_archive_and_not_of_a_home(homes: Path) -> None:
    done = run("verify", "--home", homes / "field", "--show")
    assert done.returncode == 2
    assert "--show goes with --archive" in done.stderr


def test_what_is_no_file_and_what_is_no_case_is_said(
    homes: Path, organisation: Organisation, tid: str, tmp_path: Path
) -> None:
    assert refused(run("verify", "--archive", tmp_path / "nothing.zip"), "cannot be read")
    command = ("archive", tid, "--home", homes / "desk-lawyer", "--to", tmp_path / "a.zip", "--reveal", "narrative")
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    assert refused(run(*command, typed=typed), "for which complaint")
    assert refused(run(*command, "--for", "P08a un-mandate", typed=typed), "P08a un-mandate")
    assert not (tmp_path / "a.zip").exists()
