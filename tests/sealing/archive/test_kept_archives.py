"""What a released version wrote into an archive holds and opens in every later one: the format is frozen."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import testimony
from testimony.sealing.age.recipients import OpeningKey
from tests.support.sealing import archive_cases, kept_archives
from tests.support.sealing.kept_archives import FOLDER

ROOT = Path(__file__).parents[3]
RELEASED = re.compile(r"^## \[([0-9]+\.[0-9]+\.[0-9]+)\]", re.M)


def test_of_every_version_that_was_released_and_of_this_one_an_archive_is_kept() -> None:
    """Else write it: `python -m tests.support.sealing.kept_archives`."""
    released = RELEASED.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert {*released, testimony.__version__} <= set(kept_archives.versions())


@pytest.mark.parametrize("version", kept_archives.versions())
def test_each_holds_and_each_finding_is_as_it_was(version: str) -> None:
    expected = json.loads((FOLDER / version / "found.json").read_text("utf-8"))
    assert {holds for _, holds, _, _ in expected} == {"yes"}
    assert kept_archives.said(kept_archives.archive_of(version)) == expected


@pytest.mark.parametrize("version", kept_archives.versions())
def test_each_opens_with_the_keys_of_its_time_and_with_no_other(version: str) -> None:
    data = kept_archives.archive_of(version)
    keys = json.loads((FOLDER / version / "keys.json").read_text("utf-8"))
    for name, said in keys.items():
        assert kept_archives.opened(data, OpeningKey.from_text(said["identity"])) == said["opens"], name
    closed = dict.fromkeys(keys["recovery"]["opens"], "not_for_you")
    assert kept_archives.opened(data, OpeningKey.generate()) == closed
    opens = {name: {part for part, found in said["opens"].items() if len(found) == 64} for name, said in keys.items()}
    assert opens["coordinator"] == {"coded", "consent"}
    assert opens["lawyer"] == opens["recovery"] | {"annex"}
    assert len(opens["recovery"]) == 6


def test_node_and_the_page_are_given_them_too() -> None:
    assert {f"the archive of version {version}" for version in kept_archives.versions()} <= set(archive_cases.KINDS)


def test_what_is_kept_is_never_written_over() -> None:
    with pytest.raises(FileExistsError):
        kept_archives.write(kept_archives.versions()[0])
