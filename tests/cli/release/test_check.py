"""`testimony release check`: what anybody who receives a zip sees of it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from testimony.cli.release import check as release_check
from testimony.publication.package import build
from testimony.services.certificates.errors import FileUnreadable
from tests.support.publication.editions import few


def run(path: Path) -> int:
    parser = argparse.ArgumentParser()
    release_check.add_to(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["check", str(path)])
    return int(arguments.run(arguments))


def test_a_whole_release_is_told_with_its_hash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "release.zip"
    path.write_bytes(build(few()))
    assert run(path) == 0
    told = capsys.readouterr().out
    assert "sha256" in told
    assert "Nothing contradicts what it promises." in told


def test_a_changed_release_is_told_by_the_exit_code_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "release.zip"
    path.write_bytes(build(few()).replace(b"Report of the release", b"Report of the Release", 1))
    assert run(path) == 1
    told = capsys.readouterr().out
    assert "FAILS" in told
    assert "Do not use it; ask who sent it for another." in told


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        run(tmp_path / "none.zip")
