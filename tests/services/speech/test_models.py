"""Models: installed whole, under a name that every byte of them decides, or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.services.speech import models
from testimony.services.speech.errors import ModelRefused


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """Small files in the place of a model's: nothing here loads them."""
    folder = tmp_path / "brought"
    (folder / "acoustic").mkdir(parents=True)
    for name in ("acoustic/mdef", "acoustic/means", "language.lm.bin", "dictionary.dict", "notes.txt"):
        (folder / name).write_bytes(name.encode() * 100)
    models.describe(folder, name="Example", lang="fr")
    return folder


def refused(home: Path, folder: Path) -> str:
    with pytest.raises(ModelRefused) as found:
        models.install(home, folder)
    assert models.installed(home) == []
    assert list((home / models.FOLDER).iterdir() if (home / models.FOLDER).exists() else ()) == []
    return found.value.reason


def test_a_model_is_installed_under_the_hash_of_its_manifest_without_other_files(brought: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = models.install(home, brought)
    assert (made.name, made.lang, made.folder.name) == ("Example", "fr", made.hash)
    assert models.installed(home) == [made]
    assert made.is_whole()
    assert not (made.folder / "notes.txt").exists()
    assert made.files["acoustic/mdef"] == sha256_hex(b"acoustic/mdef" * 100)


def test_installing_it_again_repairs_it(brought: Path, tmp_path: Path) -> None:
    made = models.install(tmp_path / "home", brought)
    (made.folder / "language.lm.bin").write_bytes(b"changed")
    assert not made.is_whole()
    assert models.install(tmp_path / "home", brought).is_whole()
    assert len(models.installed(tmp_path / "home")) == 1


@pytest.mark.parametrize("name", ["acoustic/means", "language.lm.bin", "dictionary.dict"])
def test_a_model_with_a_changed_or_missing_file_is_not_installed(name: str, brought: Path, tmp_path: Path) -> None:
    data = bytearray((brought / name).read_bytes())
    data[-1] ^= 1
    (brought / name).write_bytes(data)
    assert refused(tmp_path / "home", brought) == "altered"
    (brought / name).unlink()
    assert refused(tmp_path / "home", brought) == "altered"


@pytest.mark.parametrize(
    "change",
    [
        {"form": "testimony-speech/2"}, {"name": ""}, {"name": 7}, {"lang": "French"}, {"files": []}, {"files": {}},
        {"files": ["acoustic/mdef"]}, {"path": "../key"}, {"path": "acoustic/../../key"}, {"path": "acoustic/"},
        {"path": "acoustic/..\\key"}, {"path": "acoustic/mdef"}, {"path": 7}, {"sha256": "short"},
    ],
)  # fmt: skip
def test_a_manifest_that_says_something_else_is_refused(change: dict[str, Any], brought: Path, tmp_path: Path) -> None:
    value = json.loads((brought / models.MANIFEST).read_text("utf-8"))
    one = {"path": "acoustic/more", "sha256": "0" * 64, **change}
    more = change if {"form", "name", "lang", "files"} & set(change) else {"files": [*value["files"], one]}
    (brought / models.MANIFEST).write_text(json.dumps({**value, **more}), "utf-8")
    assert refused(tmp_path / "home", brought) == "manifest"


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"{", b"{}" + b" " * (1 << 17)])
def test_a_manifest_that_cannot_be_read_is_refused(data: bytes, brought: Path, tmp_path: Path) -> None:
    (brought / models.MANIFEST).write_bytes(data)
    assert refused(tmp_path / "home", brought) == "manifest"
    (brought / models.MANIFEST).unlink()
    assert refused(tmp_path / "home", brought) == "manifest"


def test_a_folder_that_is_no_model_and_a_language_that_is_none_get_no_manifest(brought: Path) -> None:
    before = (brought / models.MANIFEST).read_bytes()
    for name, lang in (("Example", "French"), ("", "fr"), ("x" * 101, "fr")):
        with pytest.raises(ModelRefused) as found:
            models.describe(brought, name=name, lang=lang)
        assert found.value.reason == "language"
    shutil.rmtree(brought / "acoustic")
    with pytest.raises(ModelRefused) as found:
        models.describe(brought, name="Example", lang="fr")
    assert found.value.reason == "layout"
    assert (brought / models.MANIFEST).read_bytes() == before


def test_a_model_whose_manifest_was_changed_in_the_home_is_none(brought: Path, tmp_path: Path) -> None:
    made = models.install(tmp_path / "home", brought)
    text = (made.folder / models.MANIFEST).read_text("utf-8")
    (made.folder / models.MANIFEST).write_text(text.replace("Example", "Other"), "utf-8")
    assert models.installed(tmp_path / "home") == []


@pytest.fixture
def translates(tmp_path: Path) -> Path:
    """The same for one that translates."""
    folder = tmp_path / "translates"
    (folder / "model").mkdir(parents=True)
    for name in ("model/model.bin", "model/config.json", "model/source_vocabulary.txt", "source.spm", "target.spm"):
        (folder / name).write_bytes(name.encode() * 100)
    models.describe_translation(folder, name="Example", langs={"fa": "", "ps": ""}, to={"en": ""})
    return folder


def test_a_model_that_translates_is_found_by_its_languages_and_hears_nothing(
    brought: Path, translates: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    hears, made = models.install(home, brought), models.install(home, translates)
    assert models.installed(home) == [made, hears]
    assert models.hearing(home) == [hears]
    assert models.translating(home, "fa", "en") == models.translating(home, "ps-AF", "en-GB") == [made]
    assert models.translating(home, "en", "fa") == models.translating(home, "fr", "en") == []
    assert len(made.files) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"from": {}}, {"to": {}}, {"from": ["fa"]}, {"to": None}, {"from": {"Farsi": ""}}, {"to": {"en": 7}},
        {"to": {"en": "two words"}}, {"form": "testimony-speech/1"}, {"files": []},
    ],
)  # fmt: skip
def test_a_manifest_of_a_translation_that_says_something_else_is_refused(
    change: dict[str, Any], translates: Path, tmp_path: Path
) -> None:
    value = json.loads((translates / models.MANIFEST).read_text("utf-8"))
    (translates / models.MANIFEST).write_text(json.dumps({**value, **change}), "utf-8")
    assert refused(tmp_path / "home", translates) == "manifest"


def test_a_word_for_a_language_that_the_vocabulary_lacks_is_refused(translates: Path) -> None:
    with pytest.raises(ModelRefused) as found:
        models.describe_translation(translates, name="Example", langs={"fa": "pes_Arab"}, to={"en": ""})
    assert found.value.reason == "token"
    (translates / "model" / "source_vocabulary.txt").write_text("one\npes_Arab\n")
    assert models.describe_translation(translates, name="Example", langs={"fa": "pes_Arab"}, to={"en": ""})
