"""An uploaded questionnaire is checked in a child with limits; what passed is kept until it is proposed."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.questionnaire.xlsform import reader_process
from testimony.questionnaire.xlsform.findings import grouped
from testimony.questionnaire.xlsform.reader import read
from testimony.services.accounts.errors import TooFast
from testimony.services.wordings import compilation, questionnaires
from testimony.station.station import Station
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.questionnaire.workbooks import workbook
from tests.support.services.world import World

SETTINGS = [["form_id", "version", "default_language"], ["mine", "1", "en"]]


def form_of(*rows: list[str]) -> bytes:
    head = ["type", "name", "label", "compartment", "disclosure"]
    return workbook({"survey": [head, *rows], "settings": SETTINGS})


@pytest.fixture
def central(world: World) -> Station:
    return world.central()


def test_the_child_finds_what_the_reader_finds() -> None:
    found, expected = compilation.compiled(WORKBOOK.read_bytes()), read(WORKBOOK.read_bytes())
    assert expected.form is not None
    assert found.form == expected.form
    assert found.refusals == ()
    assert found.notes
    assert found.notes == tuple(grouped(expected.warnings))


def test_what_is_wrong_is_said_by_sheet_row_and_column() -> None:
    found = compilation.compiled(
        form_of(["text", "own_told", "What happened?", "incident", "neutral"], ["oath", "x", "X"])
    )
    assert found.form is None
    assert any(place.startswith("survey, row 3, type") for place, _ in found.refusals), found.refusals


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "format"), (b"no sheet", "format"), (b"\0" * (compilation.LARGEST + 1), "size")]
)
def test_a_file_of_another_kind_is_said_in_one_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(QuestionnaireUnreadable) as caught:
        compilation.compiled(data)
    assert caught.value.reason == reason


def test_a_child_that_is_ended_at_its_limit_is_an_answer_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import sys; sys.exit(4)")
    monkeypatch.setattr(compilation, "CHILD", child)
    with pytest.raises(QuestionnaireUnreadable) as caught:
        compilation.compiled(b"anything")
    assert caught.value.reason == "size"
    child.write_text("import time; time.sleep(600)")
    with pytest.raises(QuestionnaireUnreadable):
        compilation.compiled(b"anything", timeout=0.2)


@pytest.mark.parametrize("code", [1, 3, 120])
def test_a_child_that_fails_otherwise_calls_the_file_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    child = tmp_path / "child.py"
    child.write_text(f"import sys; sys.exit({code})")
    monkeypatch.setattr(compilation, "CHILD", child)
    with pytest.raises(QuestionnaireUnreadable) as caught:
        compilation.compiled(b"anything")
    assert caught.value.reason == "damaged"


def test_who_finds_another_file_being_read_is_asked_to_wait_and_the_next_one_has_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compilation, "TURN_TIMEOUT", 0.01)
    with compilation._turns, pytest.raises(TooFast):
        compilation.compiled(b"no sheet")
    for _ in range(2):
        with pytest.raises(QuestionnaireUnreadable):
            compilation.compiled(b"no sheet")


def test_the_child_limits_itself_before_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(reader_process, "limit", lambda: done.append("limit"))

    def read_it(data: bytes) -> dict[str, str]:
        done.append("read")
        return {}

    monkeypatch.setattr(reader_process, "answer", read_it)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    assert reader_process.main() == 0
    assert done == ["limit", "read"]


def test_what_passed_is_kept_and_is_in_force_nowhere(central: Station) -> None:
    found = compilation.compiled(WORKBOOK.read_bytes())
    assert found.form is not None
    compilation.keep(central, found)
    assert compilation.kept(central, found.form.sha256) == found
    assert questionnaires.installed(central) == []
    assert questionnaires.find(central.settings.home, found.form.sha256) is None


def test_of_many_the_oldest_give_way(central: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilation, "MOST_KEPT", 1)
    first = compilation.compiled(form_of(["text", "own_told", "What happened?", "narrative", "neutral"]))
    second = compilation.compiled(WORKBOOK.read_bytes())
    assert first.form is not None
    assert second.form is not None
    compilation.keep(central, first)
    compilation.keep(central, second)
    assert compilation.kept(central, first.form.sha256) is None
    assert compilation.kept(central, second.form.sha256) == second


@pytest.mark.parametrize("name", ["", "../../station", "ab" * 32])
def test_what_is_not_here_is_not_found(central: Station, name: str) -> None:
    assert compilation.kept(central, name) is None


def test_a_damaged_one_is_uploaded_again(central: Station) -> None:
    found = compilation.compiled(WORKBOOK.read_bytes())
    assert found.form is not None
    compilation.keep(central, found)
    (file,) = (central.settings.home / "forms" / "checked").iterdir()
    file.rename(file.with_name("ab" * 32 + ".json"))
    assert compilation.kept(central, "ab" * 32) is None
    file.write_bytes(json.dumps({"definition": "{}"}).encode())
    assert compilation.kept(central, found.form.sha256) is None
