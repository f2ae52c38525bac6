"""Save a reader's filters of the list by name, each in a file sealed to the reader's own key (docs/inbox.md).

A name or a filter may identify a person, so both are encrypted on disk. Each key has a folder of its own. A file in it
that does not open is therefore broken: it is counted, and affects no other file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testimony.domain.testimony.inbox import Question, Unasked
from testimony.sealing.errors import CannotOpen
from testimony.services.inbox.errors import ViewRefused
from testimony.services.opening import own_files
from testimony.services.opening.reader import Reader
from testimony.station.station import Station

VERSION: Final = "testimony/1/view"
FOLDER: Final = "views"
MOST: Final = 100
LONGEST_NAME: Final = 80
LONGEST_WORDS: Final = 500
LARGEST: Final = 64 * 1024
"""Largest file that is read, in bytes."""


@dataclass(frozen=True, kw_only=True)
class View:
    """A filter of the list and search words, under a name that the reader chose."""

    id: str
    name: str
    question: Question
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Views:
    """The views of a reader, by name; `broken`: how many of their files do not open."""

    views: tuple[View, ...]
    broken: int = 0


def all_of(station: Station, reader: Reader) -> Views:
    """Try every file of the reader's folder."""
    found: list[View] = []
    broken = 0
    for path in _files(station, reader):
        try:
            found.append(_read(path, reader))
        except CannotOpen:
            broken += 1
    return Views(views=tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id))), broken=broken)


def keep(station: Station, reader: Reader, name: str, question: Question, words: str, *, id: str | None = None) -> View:
    """Save a view; `id`: the one that it replaces. Raises `ViewRefused`: name, words, many, unknown."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ViewRefused("name")
    if len(words) > LONGEST_WORDS:
        raise ViewRefused("words")
    if id is None:
        if len(list(_files(station, reader))) >= MOST:
            raise ViewRefused("many")
        id = os.urandom(16).hex()
    else:
        _read_view(station, reader, id)
    made = View(id=id, name=name, question=question, words=words)
    said = {"v": VERSION, "name": name, "question": question.value, "words": words}
    own_files.write(_path(station, reader, id), said, reader)
    return made


def rename(station: Station, reader: Reader, id: str, name: str) -> View:
    """Save the same view under another name. Raises as `keep`."""
    old = _read_view(station, reader, id)
    return keep(station, reader, name, old.question, old.words, id=id)


def drop(station: Station, reader: Reader, id: str) -> None:
    """Delete its file. Raises `ViewRefused("unknown")` if it does not open to `reader`."""
    _read_view(station, reader, id)
    _path(station, reader, id).unlink()


def _read_view(station: Station, reader: Reader, id: str) -> View:
    if not own_files.ID.fullmatch(id):
        raise ViewRefused("unknown")
    try:
        return _read(_path(station, reader, id), reader)
    except CannotOpen as error:
        raise ViewRefused("unknown") from error


def _read(path: Path, reader: Reader) -> View:
    """Raise `CannotOpen` for anything that `keep` did not write."""
    said = own_files.read(path, reader, version=VERSION, largest=LARGEST)
    try:
        question = Question.parse(_object(said.get("question")))
    except Unasked as error:
        raise CannotOpen("altered") from error
    return View(id=path.stem, name=str(said.get("name", "")), question=question, words=str(said.get("words", "")))


def _files(station: Station, reader: Reader) -> Iterator[Path]:
    return own_files.all_of(station, reader, FOLDER)


def _path(station: Station, reader: Reader, id: str) -> Path:
    return own_files.path_of(station, reader, FOLDER, id)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unasked("question")
    return value
