"""`speech` at the command line: a model is described, installed at a desk whole or not at all, and listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.services.speech import models
from tests.support.cli.headquarters import run


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    folder = tmp_path / "brought"
    (folder / "acoustic").mkdir(parents=True)
    for name in ("acoustic/mdef", "language.lm.bin", "dictionary.dict"):
        (folder / name).write_bytes(name.encode())
    return folder


def test_a_model_is_described_installed_and_listed(homes: Path, brought: Path) -> None:
    described = run("speech", "describe", brought, "--name", "Example", "--lang", "fr")
    assert described.returncode == 0, described.stderr
    home = homes / "desk-lawyer"
    installed = run("speech", "install", brought, "--home", home)
    assert installed.returncode == 0, installed.stderr
    (made,) = models.installed(home)
    assert made.hash in described.stdout
    assert made.hash in installed.stdout
    shown = run("speech", "list", "--home", home).stdout
    assert "pocketsphinx " in shown
    assert (made.hash in shown, "Example" in shown, "whole" in shown) == (True, True, True)
    (made.folder / "acoustic" / "mdef").write_bytes(b"changed")
    assert "no: install it again" in run("speech", "list", "--home", home).stdout


def test_a_model_that_translates_is_described_with_its_languages_and_installed(homes: Path, tmp_path: Path) -> None:
    folder, home = tmp_path / "brought", homes / "desk-lawyer"
    (folder / "model").mkdir(parents=True)
    for name in ("model/model.bin", "model/config.json", "source.spm", "notes.txt"):
        (folder / name).write_bytes(name.encode())
    (folder / "model" / "shared_vocabulary.json").write_text('["pes_Arab", "pbt_Arab", "eng_Latn"]')
    said = ("--name", "Example", "--lang", "fa=pes_Arab", "--lang", "ps=pbt_Arab", "--to", "en=eng_Latn")
    assert run("speech", "describe", folder, *said).returncode == 0
    installed = run("speech", "install", folder, "--home", home)
    assert ("fa, ps > en" in installed.stdout, installed.returncode) == (True, 0)
    (made,) = models.translating(home, "fa", "en")
    assert models.tokens(made, "ps", "en") == ("pbt_Arab", "eng_Latn")
    assert (models.hearing(home), models.translating(home, "fa", "fr"), "notes.txt" in made.files) == ([], [], False)
    assert "fa, ps > en" in run("speech", "list", "--home", home).stdout
    unknown = run("speech", "describe", folder, "--name", "Example", "--lang", "fa=pes", "--to", "en")
    assert (unknown.returncode, "does not have the word that you gave" in unknown.stderr) == (1, True)
    (folder / "source.spm").unlink()
    none = run("speech", "describe", folder, "--name", "Example", "--lang", "fa", "--to", "en")
    assert (none.returncode, "This is not a model for CTranslate2" in none.stderr) == (1, True)


def test_an_altered_model_another_station_and_a_folder_that_is_none_are_one_sentence(
    homes: Path, brought: Path, tmp_path: Path
) -> None:
    run("speech", "describe", brought, "--name", "Example", "--lang", "fr")
    other = run("speech", "install", brought, "--home", homes / "central")
    assert (other.returncode, "Name the desk's folder." in other.stderr) == (1, True)
    (brought / "dictionary.dict").write_bytes(b"changed")
    altered = run("speech", "install", brought, "--home", homes / "desk-lawyer")
    assert (altered.returncode, "differs from its hash in model.json" in altered.stderr) == (1, True)
    none = run("speech", "describe", tmp_path / "none", "--name", "Example", "--lang", "fr")
    assert (none.returncode, "This is not a model of PocketSphinx" in none.stderr) == (1, True)
    assert not any((homes / name / models.FOLDER).exists() for name in ("central", "desk-lawyer"))
