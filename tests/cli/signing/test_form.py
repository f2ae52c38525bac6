"""`testimony form`: what is wrong is said by its place; what is right comes into force; nothing else changes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from testimony.questionnaire.form import Form
from tests.support.cli.program import refused, run
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.questionnaire.small_form import packed, question
from tests.support.questionnaire.workbooks import repacked, workbook


def tree_of(home: Path) -> dict[str, bytes]:
    """Every file that a person could miss; the database's own are touched by opening it."""
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file() and ".db" not in path.name}


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    file = tmp_path / "wrong.xlsx"
    file.write_bytes(packed(question("image", "where"), question("text", "words")))
    return file


def test_the_questionnaire_of_the_program_is_written_to_begin_from(tmp_path: Path) -> None:
    file = tmp_path / "own.xlsx"
    assert run("form", "template", file).returncode == 0
    done = run("form", "check", file)
    assert done.returncode == 0, done.stdout
    assert "own-interview@1" in done.stdout
    before = file.read_bytes()
    assert refused(run("form", "template", file), str(file))
    assert file.read_bytes() == before


def test_a_sound_questionnaire_is_described(tmp_path: Path) -> None:
    done = run("form", "check", WORKBOOK)
    assert done.returncode == 0, done.stderr
    assert "after-return@1, 13 questions in 3 sections (en fr): nothing stands against it" in done.stdout
    assert "note          survey: these required fields of the codebook are not asked: w_gender" in done.stdout


def test_everything_that_is_wrong_is_said_by_sheet_row_and_column(wrong: Path) -> None:
    done = run("form", "check", wrong)
    assert refused(done, "cannot be used", "Nothing was changed")
    assert "refused       survey, row 3, type: the type 'image' is not supported" in done.stdout
    assert "refused       survey, row 4, compartment: words of a person can name somebody" in done.stdout


def test_a_refused_questionnaire_changes_nothing(wrong: Path, homes: Path) -> None:
    assert run("form", "list", "--home", homes / "field").returncode == 0
    before = tree_of(homes / "field")
    assert refused(run("form", "install", wrong, "--home", homes / "field"), "cannot be used")
    assert tree_of(homes / "field") == before


def test_a_questionnaire_comes_into_force_travels_to_a_desk_and_goes_again(homes: Path) -> None:
    field, desk = homes / "field", homes / "desk-lawyer"
    assert "after-return@1 is in force" in run("form", "install", WORKBOOK, "--home", field).stdout
    (definition,) = (field / "forms").glob("*.json")
    assert "is readable here" in run("form", "install", definition, "--home", desk).stdout
    assert (desk / "forms" / definition.name).read_bytes() == definition.read_bytes()
    listed = run("form", "list", "--home", field).stdout
    assert f"readable      {Form.load().id}" in listed
    assert "in force      after-return@1" in listed
    assert run("form", "shipped", "--home", field).returncode == 0
    assert f"in force      {Form.load().id}" in run("form", "list", "--home", field).stdout


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"type,name\ntext,a\n", "Save it as .xlsx"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "old Excel file"),
        (b"PK\x03\x04", "damaged"),
        (repacked(packed(question("integer", "days")), {"xl/vbaProject.bin": b"x"}), "macros"),
        (b"{}", "damaged"),
    ],
)
def test_a_file_that_is_no_questionnaire_is_said_in_one_sentence(
    data: bytes, words: str, tmp_path: Path, homes: Path
) -> None:
    file = tmp_path / "file.xlsx"
    file.write_bytes(data)
    assert refused(run("form", "check", file), words)
    assert refused(run("form", "install", file, "--home", homes / "field"), words)


def test_a_file_that_is_not_there_and_a_station_that_asks_nobody_are_said(homes: Path, tmp_path: Path) -> None:
    assert refused(run("form", "check", tmp_path / "none.xlsx"), "cannot be read")
    assert refused(run("form", "install", WORKBOOK, "--home", homes / "central"), "central server")


def test_a_form_made_for_odk_is_adapted_to_a_new_file_that_can_be_installed(tmp_path: Path, homes: Path) -> None:
    file, out = tmp_path / "Survey 1.xlsx", tmp_path / "adapted.xlsx"
    rows = [["type", "name", "label"], ["image", "Photo", "Photo"], ["integer", "Days", "Days"]]
    file.write_bytes(workbook({"survey": rows}))
    before = file.read_bytes()
    done = run("form", "check", file, "--adapt", out)
    assert done.returncode == 0, done.stderr
    assert "changed       survey, row 2, type: left out: pictures are taken" in done.stdout
    assert "changed       survey, row 3, name: Days is now days" in done.stdout
    assert "Survey-1@1, 1 question in 1 section (en): it can be installed" in done.stdout
    assert "Survey-1@1 is in force" in run("form", "install", out, "--home", homes / "field").stdout
    written = out.read_bytes()
    assert refused(run("form", "check", file, "--adapt", out), "exists")
    assert (file.read_bytes(), out.read_bytes()) == (before, written)


def test_lists_beside_a_form_are_read_in_the_encoding_that_a_person_says(tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(workbook({"survey": [["type", "name", "label"], ["select_one_from_file a.csv", "ford", "Ford"]]}))
    (tmp_path / "a.csv").write_bytes("name,label\na,Čatrnja\n".encode("windows-1250"))
    done = run("form", "check", file, "--adapt", tmp_path / "1.xlsx")
    assert "which does not say its character encoding; choose it" in done.stdout
    done = run("form", "check", file, "--adapt", tmp_path / "2.xlsx", "--encoding", "windows-1250")
    assert "the list a was read from the file a.csv" in done.stdout
    rows = openpyxl.load_workbook(tmp_path / "2.xlsx")["choices"].iter_rows(values_only=True)
    assert any("Čatrnja" in row for row in rows)
    assert "invalid choice" in run("form", "check", file, "--encoding", "rot13").stderr
