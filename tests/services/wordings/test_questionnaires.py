"""The questionnaire of a station: versioned, known by its hash, and readable for ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony import canonical
from testimony.errors import SettingsDamaged
from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.form import DEPTH, Form
from testimony.questionnaire.xlsform.reader import read
from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from testimony.services.wordings.errors import QuestionnaireTaken
from testimony.station.station import Station
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.questionnaire.small_form import SETTINGS, question, told


@pytest.fixture
def station(homes: Path) -> Iterator[Station]:
    with open_station(homes / "field") as opened:
        yield opened


@pytest.fixture(scope="module")
def sample() -> Form:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    return form


def small(version: str, label: str = "Days") -> Form:
    row = question("integer", "days", **{"label::English (en)": label})
    form = told(row, settings=SETTINGS | {"version": version}).form
    assert form is not None
    return form


def changed(form: Form, field: str, **what: object) -> Form:
    """`form` with one field otherwise, as somebody may write it by hand."""
    fields = form.value["fields"] | {field: form.value["fields"][field] | what}
    return definition.parse(canonical.encode({**form.value, "fields": fields}, depth=DEPTH))


def test_without_another_the_shipped_form_is_in_force(station: Station) -> None:
    assert questionnaires.in_force(station) is Form.load()
    assert questionnaires.find(station.settings.home, Form.load().sha256) is Form.load()


def test_the_form_installed_last_is_in_force_and_those_before_stay_readable(station: Station, sample: Form) -> None:
    questionnaires.install(station, sample)
    questionnaires.install(station, small("2"))
    assert questionnaires.in_force(station).id == "small@2"
    assert {form.id for form in questionnaires.installed(station)} == {"after-return@1", "small@2"}
    kept = questionnaires.find(station.settings.home, sample.sha256)
    assert kept is not None
    assert kept.definition == sample.definition
    questionnaires.install(station, Form.load())
    assert questionnaires.in_force(station) is Form.load()
    assert questionnaires.find(station.settings.home, sample.sha256) == kept


def test_other_content_under_the_same_name_is_refused_and_nothing_changes(station: Station) -> None:
    first, other = small("1"), small("1", label="Nights")
    questionnaires.install(station, first)
    with pytest.raises(QuestionnaireTaken, match="small@1"):
        questionnaires.install(station, other)
    assert questionnaires.in_force(station).sha256 == first.sha256
    assert questionnaires.find(station.settings.home, other.sha256) is None


def test_nobody_takes_the_name_of_a_shipped_form(station: Station) -> None:
    value = {**small("1").value, "id": "camp-interview@1"}
    with pytest.raises(QuestionnaireTaken):
        questionnaires.install(station, definition.parse(canonical.encode(value, depth=DEPTH)))


@pytest.mark.parametrize("name", ["", "no version", "a@1\x1b[2J", "a" * 70 + "@1", "a@1@2"])
def test_a_form_has_a_plain_name_and_a_version(station: Station, name: str) -> None:
    value = {**small("1").value, "id": name}
    with pytest.raises(QuestionnaireRefused, match="no plain name"):
        questionnaires.install(station, definition.parse(canonical.encode(value, depth=DEPTH)))


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("days_outside", {"export": "coded"}),
        ("days_outside", {"export": "gen", "band": "size_band"}),
        ("days_outside", {"compartment": "consent"}),
        ("days_outside", {"type": "text"}),
        ("days_outside", {"disclosure": "D"}),
        ("days_outside", {"relevant": ["has", "w_contact", "x"]}),
        ("helped_by", {"compartment": "incident"}),
        ("w_age", {"type": "text"}),
        ("w_age", {"compartment": "narrative"}),
        ("w_age", {"export": "never"}),
        ("w_contact", {"export": "coded"}),
        ("cs_age", {"export": "coded"}),
    ],
)
def test_a_definition_written_by_hand_keeps_the_same_rules(
    station: Station, sample: Form, field: str, what: dict[str, object]
) -> None:
    with pytest.raises(QuestionnaireRefused):
        questionnaires.install(station, changed(sample, field, **what))
    assert questionnaires.in_force(station) is Form.load()


def test_a_definition_with_an_unknown_expression_is_not_read(sample: Form) -> None:
    with pytest.raises(QuestionnaireUnreadable):
        changed(sample, "days_outside", relevant=["execute", "days_outside"])


def test_a_damaged_file_is_named_and_never_asked(station: Station, sample: Form) -> None:
    questionnaires.install(station, sample)
    file = station.settings.home / "forms" / f"{sample.sha256}.json"
    file.write_bytes(file.read_bytes().replace(b"Water", b"Wine!"))
    with pytest.raises(SettingsDamaged, match=sample.sha256):
        questionnaires.in_force(station)


def test_a_form_in_force_whose_file_is_gone_is_said(station: Station, sample: Form) -> None:
    questionnaires.install(station, sample)
    (station.settings.home / "forms" / f"{sample.sha256}.json").unlink()
    with pytest.raises(SettingsDamaged, match="current"):
        questionnaires.in_force(station)


def test_only_the_station_may_read_its_forms(station: Station, sample: Form) -> None:
    questionnaires.install(station, sample)
    folder = station.settings.home / "forms"
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}
