"""Save a reader's filters of the list by name, each in a file sealed to the reader's own key (docs/inbox.md).

A name or a filter may identify a person, so both are encrypted on disk. Each key has a folder of its own. A file in it
that does not open is therefore broken: it is counted, and affects no other file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testimony import canonical
from testimony.domain.testimony.inbox import Question, Unasked
from testimony.errors import NotCanonical
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen
from testimony.services.inbox.errors import ViewRefused
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.store.files import durable

VERSION: Final = "testimony/1/view"
FOLDER: Final = "views"
MOST: Final = 100
LONGEST_NAME: Final = 80
LONGEST_WORDS: Final = 500
PADDED: Final = 4096
"""Every plaintext is padded to a multiple of this many bytes, so that the file size reveals nothing about the name."""
LARGEST: Final = 64 * 1024
"""Largest file that is read, in bytes."""
ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


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
    _write(_folder(station, reader) / f"{id}.age", _sealed(made, reader))
    return made


def rename(station: Station, reader: Reader, id: str, name: str) -> View:
    """Save the same view under another name. Raises as `keep`."""
    old = _read_view(station, reader, id)
    return keep(station, reader, name, old.question, old.words, id=id)


def drop(station: Station, reader: Reader, id: str) -> None:
    """Delete its file. Raises `ViewRefused("unknown")` if it does not open to `reader`."""
    _read_view(station, reader, id)
    (_folder(station, reader) / f"{id}.age").unlink()


def _read_view(station: Station, reader: Reader, id: str) -> View:
    if not ID.fullmatch(id):
        raise ViewRefused("unknown")
    try:
        return _read(_folder(station, reader) / f"{id}.age", reader)
    except CannotOpen as error:
        raise ViewRefused("unknown") from error


def _read(path: Path, reader: Reader) -> View:
    """Raise `CannotOpen` for anything that `_sealed` did not make."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise CannotOpen("altered") from error
    found = age.HEAD.match(data)
    if found is None or len(data) > LARGEST:
        raise CannotOpen("altered")
    head, body = data[: found.end()], data[found.end() :]
    plain = age.open_body(age.open_head(head, reader.key), body)
    try:
        said = canonical.decode_object(plain)
        if said.get("v") != VERSION or said.get("id") != path.stem:
            raise CannotOpen("altered")  # also a file that replaced another
        question = Question.parse(_object(said.get("question")))
    except (NotCanonical, Unasked) as error:
        raise CannotOpen("altered") from error
    return View(id=path.stem, name=str(said.get("name", "")), question=question, words=str(said.get("words", "")))


def _sealed(view: View, reader: Reader) -> bytes:
    said = {"v": VERSION, "id": view.id, "name": view.name, "question": view.question.value, "words": view.words}
    bare = len(canonical.encode(said | {"pad": ""}))
    plain = canonical.encode(said | {"pad": " " * (-bare % PADDED)})
    key = age.new_file_key()
    return age.seal_head(key, [reader.key.recipient], 1) + age.seal_body(key, plain)


def _write(path: Path, data: bytes) -> None:
    """Write in full or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    durable.replace_file(path, data)


def _files(station: Station, reader: Reader) -> Iterator[Path]:
    folder = _folder(station, reader)
    if folder.is_dir():
        yield from (path for path in sorted(folder.glob("*.age")) if ID.fullmatch(path.stem))


def _folder(station: Station, reader: Reader) -> Path:
    """The folder, named by the key, which is in the roster too."""
    return station.settings.home / FOLDER / reader.key.recipient.kid


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unasked("question")
    return value
