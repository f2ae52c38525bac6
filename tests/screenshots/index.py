"""Which picture shows which sentence: for translators, who see words without their screen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.support.web import catalogues

NAME: Final = "messages.json"
ENGLISH: Final = ("en", "stations-en")
"""The folders of pictures in the language in which sentences are written."""
PLACE: Final = re.compile(r"%%|%\(\w+\)[sd]|\{\w+\}")


def note(page: Page, picture: Path) -> None:
    """Keep beside an English `picture` what stands on the page, a line each."""
    if picture.parent.name in ENGLISH:
        picture.with_suffix(".txt").write_text(page.inner_text("body"), encoding="utf-8")


def write(folder: Path) -> Path:
    """`folder`/messages.json: each sentence of the catalogue that a picture shows -> that picture, the first one."""
    pictures: dict[str, str] = {}
    for kept in sorted(path for name in ENGLISH for path in (folder / name).glob("*.txt")):
        for line in kept.read_text("utf-8").splitlines():
            pictures.setdefault(" ".join(line.split()), kept.with_suffix(".png").relative_to(folder).as_posix())
    shown = {sentence: picture for sentence in _sentences() if (picture := _picture_of(sentence, pictures))}
    file = folder / NAME
    file.write_text(json.dumps(shown, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return file


def _sentences() -> list[str]:
    """Those of the pages; of one that counts, its singular."""
    return [one.id if isinstance(one.id, str) else one.id[0] for one in catalogues.template() if one.id]


def _picture_of(sentence: str, pictures: Mapping[str, str]) -> str:
    """The picture of the first line that says it, whatever stands in its places; "": of none."""
    words = " ".join(sentence.split())
    if not PLACE.search(words):
        return pictures.get(words, "")
    pattern = re.compile(".+".join(map(re.escape, PLACE.split(words))))
    return next((picture for line, picture in pictures.items() if pattern.fullmatch(line)), "")
