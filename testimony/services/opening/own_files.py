"""Small files that a desk keeps for its reader alone, each sealed to the reader's own key and padded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.store.files import durable

PADDED: Final = 4096
"""Every plaintext is padded to a multiple of this many bytes, so that the file size reveals nothing about a name."""
ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def path_of(station: Station, reader: Reader, folder: str, id: str) -> Path:
    """The file `id` in the reader's subfolder of `folder`, named by the id of the key, which is in the roster too."""
    return station.settings.home / folder / reader.key.recipient.kid / f"{id}.age"


def all_of(station: Station, reader: Reader, folder: str) -> Iterator[Path]:
    """The files that are there, sorted by id."""
    within = path_of(station, reader, folder, "").parent
    if within.is_dir():
        yield from (path for path in sorted(within.glob("*.age")) if ID.fullmatch(path.stem))


def write(path: Path, said: Mapping[str, Any], reader: Reader) -> None:
    """Write {**said, "id", "pad"} to `path`, sealed to `reader`, in full or not at all."""
    named = {**said, "id": path.stem}
    bare = len(canonical.encode(named | {"pad": ""}))
    plain = canonical.encode(named | {"pad": " " * (-bare % PADDED)})
    key = age.new_file_key()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    durable.replace_file(path, age.seal_head(key, [reader.key.recipient], 1) + age.seal_body(key, plain))


def read(path: Path, reader: Reader, *, version: str, largest: int) -> dict[str, Any]:
    """What `write` wrote to `path`. Raises `CannotOpen` unless it has this `version` and at most `largest` bytes."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise CannotOpen("altered") from error
    found = age.HEAD.match(data)
    if found is None or len(data) > largest:
        raise CannotOpen("altered")
    plain = age.open_body(age.open_head(data[: found.end()], reader.key), data[found.end() :])
    try:
        said = canonical.decode_object(plain)
    except NotCanonical as error:
        raise CannotOpen("altered") from error
    if said.get("v") != version or said.get("id") != path.stem:
        raise CannotOpen("altered")  # or another file was put in its place
    return said
