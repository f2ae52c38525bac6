"""What a translator works with: notes about short sentences, the files that say a sentence, settings for Weblate."""

from __future__ import annotations

import configparser
import gettext
import json
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from testimony.catalogues import FOLDER
from tests.screenshots import index
from tests.support.web import catalogues, words_left
from tests.support.web.translations import said_in

ROOT = FOLDER.parent
NOTES = json.loads((FOLDER / "notes.json").read_text("utf-8"))
COMPONENTS = json.loads((FOLDER / "weblate.json").read_text("utf-8"))


def test_every_note_is_about_a_sentence_that_the_code_says() -> None:
    assert sorted(set(NOTES) - set(said_in())) == []
    assert list(NOTES) == sorted(NOTES)


def test_a_note_comes_into_the_template_and_what_stands_there_stays(tmp_path: Path) -> None:
    template, file = Catalog(), tmp_path / "messages.pot"
    template.add("Record", locations=[("testimony/web/page.html", None)])  # type: ignore[list-item]
    template.add("A sentence without a note.")
    with file.open("wb") as opened:
        write_po(opened, template)
    subprocess.run([sys.executable, ROOT / ".ci/translation-notes", file], check=True)
    with file.open("rb") as opened:
        made = read_po(opened)
    assert {one.id for one in made if one.id} == {"Record", "A sentence without a note."}
    record = made.get("Record")
    assert record is not None
    assert record.auto_comments == [NOTES["Record"]]
    assert [name for name, _ in record.locations] == ["testimony/web/page.html"]


def test_weblate_finds_the_files_of_every_component() -> None:
    for one in COMPONENTS:
        found = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(one["filemask"])}
        assert len(found) > 1, one["slug"]
        assert (ROOT / (one.get("new_base") or one["template"])).is_file(), one["slug"]
        assert one.get("template", next(iter(found))) in found
    settings = configparser.ConfigParser()
    settings.read(ROOT / ".weblate")
    assert settings["weblate"]["translation"] in {f"testimony/{one['slug']}" for one in COMPONENTS}
    masks = {one["filemask"] for one in COMPONENTS}
    assert {f"translations/*/LC_MESSAGES/{path.stem}.po" for path in FOLDER.glob("*.pot")} <= masks


def test_votes_accept_no_suggestion() -> None:
    assert [one["slug"] for one in COMPONENTS if one.get("suggestion_autoaccept")] == []


def test_the_index_of_pictures_names_the_first_that_shows_a_sentence_whatever_stands_in_its_places(
    tmp_path: Path,
) -> None:
    for name, lines in {
        "en/001-sign-in.txt": "Sign in\nPassphrase\n",
        "en/002-again.txt": "  Sign\tin\n",
        "stations-en/shelf.txt": "Testimonies: 120 of 121.\n",
        "fr/001-sign-in.txt": "Lock\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(lines)
    shown = json.loads(index.write(tmp_path).read_text("utf-8"))
    assert shown["Sign in"] == "en/001-sign-in.png"
    assert shown["Passphrase"] == "en/001-sign-in.png"
    assert "stations-en/shelf.png" in shown.values()
    assert "Lock" not in shown


def test_words_are_left_where_nothing_stands_a_form_is_missing_or_the_translation_is_doubtful() -> None:
    messages = Catalog(locale="fr")
    messages.add("Seal now", "Sceller maintenant")
    messages.add("Open the desk", "")
    messages.add("Lock it", "Verrouiller", flags=["fuzzy"])
    messages.add(("one day left", "%(num)d days left"), ("un jour", ""))
    assert words_left.left(one for one in messages if one.id) == (3 + 2 + 3, 2 + 3 + 2 + 3)
    lacking, whole = words_left.spoken_left("xx")
    assert lacking == whole > 1000
    assert words_left.spoken_left("ar") == (0, whole)


def test_a_sentence_that_others_read_first_brings_its_translation_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that nobody says any more goes; all that stays is compiled into what the program reads."""
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for part in catalogues.PARTS:
        made = Catalog(locale="fr")
        if part == "desks":
            made.add("Lock", "Verrouiller")
            made.add("Gone", "Parti")
        with (folder / f"{part}.po").open("wb") as opened:
            write_po(opened, made)
    template = Catalog()
    template.add("Lock", locations=[("testimony/web/desk/page.py", None), ("testimony/web/field/home.py", None)])  # type: ignore[list-item]
    template.add("Sign", locations=[("testimony/web/ceremony/page.py", None)])  # type: ignore[list-item]
    with (tmp_path / "all.pot").open("wb") as opened:
        write_po(opened, template)
    monkeypatch.setattr(sys, "argv", ["catalogues", str(tmp_path / "all.pot")])
    assert catalogues.main() == 0
    read = {part: catalogues.read(folder / f"{part}.po", "fr") for part in catalogues.PARTS}
    said = {part: {one.id: one.string for one in found if one.id} for part, found in read.items()}
    assert said == {"interviewers": {"Lock": "Verrouiller"}, "desks": {}, "administrators": {"Sign": ""}}
    assert gettext.translation("messages", tmp_path, ["fr"]).gettext("Lock") == "Verrouiller"
    assert gettext.translation("messages", tmp_path, ["fr"]).gettext("Gone") == "Gone"
