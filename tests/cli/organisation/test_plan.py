"""`org create` asks for what it needs, or takes a file; its last lines say what to do next and how a case is added."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.offers import offers
from testimony.services.enrolment import organisation
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.cli.headquarters import run
from tests.support.cli.program import refused
from tests.support.settings import FAST

ANSWERS = ("Border Watch", "Mara Example", "", "Ilir Example", "", "", "many", "3", "", "central.example",
           "https://central.example")  # fmt: skip


@pytest.fixture(autouse=True)
def key_files_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    create = organisation.create
    monkeypatch.setattr(
        organisation, "create", lambda folder, plan, **more: create(folder, replace(plan, key_file_work=FAST), **more)
    )


def station(folder: Path) -> Station:
    return open_station(folder / "field")


def test_it_asks_for_what_it_needs_and_again_for_what_does_not_fit(tmp_path: Path) -> None:
    folder = tmp_path / "org"
    done = run("org", "create", folder, typed="\n".join(ANSWERS) + "\n")
    assert done.returncode == 0, done.stderr
    for told in ("This is needed", "Write a number", "not an address", "Cases and uses", "roster add-use P09"):
        assert told in done.stdout, told
    assert f"testimony backup DIR --home {folder / 'central'} --shred-keys FILE --test-with KEYFILE" in done.stdout
    with station(folder) as node:
        roster = node.chain.latest
        assert roster.organisation["name"] == "Border Watch"
        assert sum(one.role == "interviewer" for one in roster.people) == 3
        assert len(roster.readers("lawyers")) == 2
        assert node.settings.central_url == "https://central.example"
        assert {str(one.purpose) for one in offers(roster.organisation)} == {"P01", "P04", "P06"}


def test_what_an_option_said_is_not_asked(tmp_path: Path) -> None:
    done = run("org", "create", tmp_path / "org", "--name", "Border Watch", "--interviewers", 1, typed="A\nB\n\n\n\n\n")
    assert done.returncode == 0, done.stderr
    assert "Name of the organisation" not in done.stdout
    assert "How many interviewers" not in done.stdout


def test_a_file_says_everything_in_several_languages(tmp_path: Path) -> None:
    case = {"purpose": "P09", "recipient": "river", "name": {"en": "the river case", "fr": "l’affaire de la rivière"}}
    keep = [{"purpose": "P01", "recipient": "organisation"}, {"purpose": "P04", "recipient": "lawyers"}]
    said = {"name": {"en": "Border Watch", "fr": "Veille"}, "lawyers": ["A", "B"], "purposes": [*keep, case]}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(said), "utf-8")
    done = run("org", "create", tmp_path / "org", "--plan", file)
    assert done.returncode == 0, done.stderr
    assert "asked about no case" not in done.stdout
    with station(tmp_path / "org") as node:
        assert node.chain.latest.organisation["name"] == said["name"]
        assert "P09" in {str(one.purpose) for one in offers(node.chain.latest.organisation)}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("[]", "no JSON object"),
        ("{", "no JSON"),
        ({"name": "N", "lawyers": ["A", "B"], "colour": 1}, "colour"),
        ({"name": 5, "lawyers": ["A", "B"]}, "“name”"),
        ({"name": "N", "lawyers": "A"}, "“lawyers”"),
        ({"name": "N", "lawyers": ["A"]}, "between 2 and 4 lawyers"),
        ({"lawyers": ["A", "B"]}, "needs a name"),
        ({"name": "N", "lawyers": ["A", "B"], "central_url": "x"}, "https://"),
        ({"name": "n" * 301, "lawyers": ["A", "B"]}, "not in the form"),
        ({"name": "N", "lawyers": ["A", "B"], "purposes": [{"purpose": "P09"}]}, "not in the form"),
    ],
)
def test_a_file_that_does_not_fit_is_one_sentence_and_nothing_is_made(said: Any, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    assert refused(run("org", "create", tmp_path / "org", "--plan", file), sentence)
    assert not (tmp_path / "org").exists()


def test_where_nobody_answers_it_says_which_options_to_give(tmp_path: Path) -> None:
    assert refused(run("org", "create", tmp_path / "org", typed="Border Watch\n"), "--lawyers", "--plan")
    assert not (tmp_path / "org").exists()


def test_a_folder_in_use_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "org").mkdir()
    (tmp_path / "org" / "file").touch()
    done = run("org", "create", tmp_path / "org", typed="\n".join(ANSWERS) + "\n")
    assert done.returncode == 1
    assert "Name of the organisation" not in done.stdout
