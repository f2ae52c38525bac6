"""What a released version wrote into an archive holds and opens in every later one: the format is frozen."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import testimony
from testimony.sealing.age.recipients import OpeningKey
from tests.sealing import archivecases, keptarchives
from tests.sealing.keptarchives import FOLDER

ROOT = Path(__file__).parents[2]
RELEASED = re.compile(r"^## \[([0-9]+\.[0-9]+\.[0-9]+)\]", re.M)


def test_of_every_version_that_was_released_and_of_this_one_an_archive_is_kept() -> None:
    """Else write it: `python -m tests.sealing.keptarchives`."""
    released = RELEASED.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert {*released, testimony.__version__} <= set(keptarchives.versions())


@pytest.mark.parametrize("version", keptarchives.versions())
def test_each_holds_and_each_finding_is_as_it_was(version: str) -> None:
    expected = json.loads((FOLDER / version / "found.json").read_text("utf-8"))
    assert {holds for _, holds, _, _ in expected} == {"yes"}
    assert keptarchives.said(keptarchives.archive_of(version)) == expected


@pytest.mark.parametrize("version", keptarchives.versions())
def test_each_opens_with_the_keys_of_its_time_and_with_no_other(version: str) -> None:
    data = keptarchives.archive_of(version)
    keys = json.loads((FOLDER / version / "keys.json").read_text("utf-8"))
    for name, said in keys.items():
        assert keptarchives.opened(data, OpeningKey.from_text(said["identity"])) == said["opens"], name
    closed = dict.fromkeys(keys["recovery"]["opens"], "not_for_you")
    assert keptarchives.opened(data, OpeningKey.generate()) == closed
    opens = {name: {part for part, found in said["opens"].items() if len(found) == 64} for name, said in keys.items()}
    assert opens["coordinator"] == {"coded", "consent"}
    assert opens["lawyer"] == opens["recovery"] | {"annex"}
    assert len(opens["recovery"]) == 6


def test_node_and_the_page_are_given_them_too() -> None:
    assert {f"the archive of version {version}" for version in keptarchives.versions()} <= set(archivecases.KINDS)


def test_what_is_kept_is_never_written_over() -> None:
    with pytest.raises(FileExistsError):
        keptarchives.write(keptarchives.versions()[0])
