"""A questionnaire of another program is adapted in the child, and the file that was uploaded stays as it is."""

from __future__ import annotations

import io

import openpyxl
import pytest

from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.questionnaire.xlsform.adaptation.adapt import adapt
from testimony.questionnaire.xlsform.findings import grouped
from testimony.services.wordings import adaptation, compilation
from testimony.station.station import Station
from tests.support.questionnaire.workbooks import workbook
from tests.support.services.world import World

FOREIGN = workbook(
    {
        "survey": [
            ["type", "name", "label"],
            ["integer", "Days Outside", "- how many days?"],
            ["image", "photo", "Photo"],
            ["text", "Words", "Words?"],
        ]
    }
)


@pytest.fixture
def central(world: World) -> Station:
    return world.central()


def test_the_child_adapts_as_the_command_does_and_the_form_is_kept_with_its_changes(central: Station) -> None:
    expected = adapt(FOREIGN, name="mine")
    found = adaptation.adapted(central, FOREIGN, name="mine")
    assert found.form is not None
    assert found.form == expected.reading.form
    assert found.changes == tuple(grouped(expected.changes))
    assert compilation.kept(central, found.form.sha256) == found
    data = adaptation.spreadsheet(central, found.sheet)
    assert data is not None
    assert compilation.compiled(data).form == found.form


def test_the_child_reads_lists_in_the_encoding_that_a_person_chose(central: Station) -> None:
    survey = [["type", "name", "label"], ["select_one_from_file fords.csv", "ford", "Ford"]]
    data, files = workbook({"survey": survey}), {"fords.csv": "name,label\na,Βρύση\n".encode("windows-1253")}
    found = adaptation.adapted(central, data, name="mine", files=files, encoding="windows-1253")
    assert found.form is not None
    assert [one.label for one in found.form.lists["fords"].options] == ["Βρύση"]


def test_rows_keep_their_numbers_and_texts_their_first_sign() -> None:
    book = openpyxl.load_workbook(io.BytesIO(adaptation.packed(adapt(FOREIGN, name="mine").sheets)))
    rows = [[*row] for row in book["survey"].iter_rows(values_only=True)]
    assert rows[1][rows[0].index("label::en")] == "- how many days?"
    assert rows[2] == [None] * len(rows[0]), "the picture was left out"
    assert rows[3][rows[0].index("name")] == "words"


def test_the_copy_is_found_by_its_hash_alone_and_a_damaged_one_is_not_given(central: Station) -> None:
    found = adaptation.adapted(central, FOREIGN, name="mine")
    assert (adaptation.spreadsheet(central, found.sheet) or b"").startswith(b"PK")
    for name in ("", "../../station", "ab" * 32):
        assert adaptation.spreadsheet(central, name) is None
    (central.settings.home / "forms" / "adapted" / found.sheet).write_bytes(b"other")
    assert adaptation.spreadsheet(central, found.sheet) is None


def test_of_many_copies_the_oldest_give_way(central: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilation, "MOST_KEPT", 1)
    first, second = (adaptation.adapted(central, FOREIGN, name=name) for name in ("first", "second"))
    assert adaptation.spreadsheet(central, first.sheet) is None
    assert adaptation.spreadsheet(central, second.sheet) is not None


def test_the_file_that_was_adapted_is_kept_nowhere(central: Station) -> None:
    """Somebody may have chosen another file, with names in it, by mistake."""
    adaptation.adapted(central, FOREIGN, name="mine")
    files = [file for file in central.settings.home.rglob("*") if file.is_file()]
    assert FOREIGN not in [file.read_bytes() for file in files]


def test_a_file_of_another_kind_is_adapted_by_nobody(central: Station) -> None:
    with pytest.raises(QuestionnaireUnreadable) as caught:
        adaptation.adapted(central, b"no sheet", name="mine")
    assert caught.value.reason == "format"
    assert not (central.settings.home / "forms").exists()
