"""Saved views: sealed to their reader, opened by nobody else, and a broken one takes none of the others with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testimony.station.station import Station
from tests.support.damage import last_byte_changed
from tests.support.web.browser import Browser

NAME, WORDS = "The heron case, Dunja", "heron-twenty"
ASKED = {"place": "HRV-BIH", "flag": "untranslated"}


def keep(desk: Browser, name: str = NAME, **body: Any) -> Any:
    return desk.post_json("/inbox/views", {"name": name, "question": ASKED, "words": WORDS, **body})


def views(desk: Browser) -> Any:
    return desk.get("/inbox/views").json


def files(station: Station) -> list[Path]:
    return sorted(station.settings.home.glob("views/*/*.age"))


def test_a_view_is_kept_found_renamed_and_deleted(browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    assert views(desk) == {"views": [], "broken": ""}
    made = keep(desk).json
    (found,) = views(desk)["views"]
    assert found == made
    assert (found["name"], found["words"]) == (NAME, WORDS)
    assert {name: code for name, code in found["question"].items() if code} == {**ASKED, "sort": "arrival"}
    assert desk.post_json("/inbox/views/rename", {"id": made["id"], "name": " Another  one "}).status_code == 200
    (found,) = views(desk)["views"]
    assert (found["id"], found["name"], found["words"]) == (made["id"], "Another one", WORDS)
    assert desk.post_json("/inbox/views/drop", {"id": made["id"]}).status_code == 200
    assert views(desk) == {"views": [], "broken": ""}


def test_neither_its_name_nor_its_filters_lie_open_on_the_disk(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    desk = browser("lawyer")
    keep(desk, "a")
    keep(desk, "b" * 80, words="c" * 500)
    for path in opened("lawyer").settings.home.rglob("*"):
        for needle in (NAME, WORDS, "HRV-BIH", "b" * 20, "c" * 20):
            assert not path.is_file() or path.parent.parent.name != "views" or needle.encode() not in path.read_bytes()
    assert len({path.stat().st_size for path in files(opened("lawyer"))}) == 1, "its size says nothing"


def test_a_broken_file_is_said_and_loses_nothing_else(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    desk = browser("lawyer")
    for name in ("one", "two", "three"):
        keep(desk, name)
    first, second, _ = files(opened("lawyer"))
    first.write_bytes(last_byte_changed(first.read_bytes()))
    second.write_bytes(b"")
    said = views(desk)
    assert len(said["views"]) == 1
    assert said["broken"] == "Saved views that are broken on this disk: 2. The others are whole."


def test_a_file_in_the_place_of_another_is_broken(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    desk = browser("lawyer")
    keep(desk, "one")
    keep(desk, "two")
    first, second = files(opened("lawyer"))
    first.write_bytes(second.read_bytes())
    assert len(views(desk)["views"]) == 1
    assert views(desk)["broken"]


@pytest.mark.parametrize("body", [{"name": ""}, {"name": " "}, {"name": "x" * 81}])
def test_a_name_is_short_and_is_there(body: dict[str, Any], browser: Callable[..., Browser]) -> None:
    answer = keep(browser("lawyer"), **body)
    assert (answer.status_code, answer.json["code"]) == (409, "view.refused")


@pytest.mark.parametrize("body", [{"name": 7}, {"question": {"place": "Dunja"}}, {"words": 3}, {"words": "x" * 501}])
def test_what_is_no_view_is_refused(body: dict[str, Any], browser: Callable[..., Browser]) -> None:
    assert keep(browser("lawyer"), **body).status_code == 400


@pytest.mark.parametrize("id", ["0" * 32, "../../station", "", "x"])
def test_what_is_not_there_is_neither_renamed_nor_deleted(id: str, browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    assert desk.post_json("/inbox/views/drop", {"id": id}).status_code == 409
    assert desk.post_json("/inbox/views/rename", {"id": id, "name": "a"}).status_code == 409


def test_a_locked_desk_shows_none(browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer", unlocked=False)
    assert desk.get("/inbox/views", headers={"Accept": "application/json"}).status_code in (303, 423)
