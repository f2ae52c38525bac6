"""Speech models: files that the organisation brings with a manifest of hashes, installed at a desk for its engine."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testimony import canonical
from testimony.domain.errors import EventUnreadable
from testimony.domain.testimony.transcript import LONGEST_NAME
from testimony.domain.values import HASH, TAG, matched
from testimony.errors import NotCanonical
from testimony.platform import files
from testimony.services.speech.errors import ModelRefused
from testimony.services.speech.recogniser_process import ACOUSTIC, DICTIONARY, LANGUAGE
from testimony.store.files import durable

FOLDER: Final = "speech"
"""In the home of a desk; each model is in a folder that has the model's hash as its name."""
MANIFEST: Final = "model.json"
FORM: Final = "testimony-speech/1"
PATH: Final = re.compile(
    rf"{ACOUSTIC}/[A-Za-z0-9_-][A-Za-z0-9._-]{{0,99}}|{re.escape(LANGUAGE)}|{re.escape(DICTIONARY)}", re.ASCII
)
"""The files of a model, below its folder."""
LARGEST_MANIFEST: Final = 1 << 16
PIECE: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model in `folder`. `lang`: the language that it hears. `files`: path below the folder -> SHA-256."""

    folder: Path
    name: str
    lang: str
    files: Mapping[str, str]

    @property
    def hash(self) -> str:
        """The SHA-256 of the manifest: it names the model, with every byte of its files."""
        return canonical.sha256_hex(canonical.encode(self.to_value()))

    def to_value(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {"form": FORM, "name": self.name, "lang": self.lang, "files": _listed(self.files)}

    def is_whole(self) -> bool:
        """Whether every file is there and has its hash. Reads all of them."""
        try:
            return all(_sha256(self.folder / path) == sha256 for path, sha256 in self.files.items())
        except OSError:
            return False


def describe(folder: Path, *, name: str, lang: str) -> Model:
    """Write the manifest of the model in `folder`, in place of an earlier one. Raises `ModelRefused`: layout, language;
    `StoreUnwritable`.
    """
    found = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    wanted = [path for path in found if PATH.fullmatch(path)]
    if not {LANGUAGE, DICTIONARY} < set(wanted):
        raise ModelRefused("layout")
    with durable.named_errors(folder):
        hashes = {path: _sha256(folder / path) for path in wanted}
    made = _parsed(folder, {"form": FORM, "name": name, "lang": lang, "files": _listed(hashes)}, why="language")
    with durable.named_errors(folder):
        durable.replace_file(folder / MANIFEST, json.dumps(made.to_value(), indent=1, ensure_ascii=False).encode())
    return made


def install(home: Path, folder: Path) -> Model:
    """Copy the model in `folder` into `home`, whole or not at all. One that is there already is checked and repaired.

    Raises `ModelRefused`: manifest, altered; `StoreFull`, `StoreUnwritable`.
    """
    model = _read(folder)
    if not model.is_whole():
        raise ModelRefused("altered")
    to = home / FOLDER / model.hash
    new = to.with_name(f"{secrets.token_hex(4)}.new")
    with durable.named_errors(home):
        files.make_folder(to.parent)
        try:
            for path in model.files:
                files.make_folder((new / path).parent)
                shutil.copyfile(folder / path, new / path)
            durable.write_new(new / MANIFEST, (folder / MANIFEST).read_bytes())
            copied = _read(new)
            if copied.hash != model.hash or not copied.is_whole():
                raise ModelRefused("altered")
            durable.sync_tree(new)
            shutil.rmtree(to, ignore_errors=True)
            files.put_folder(new, to)
            durable.sync_folder(to.parent)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return _read(to)


def installed(home: Path) -> list[Model]:
    """The models of this desk, by language and name. A folder that is none is left out."""
    return sorted(_found(home), key=lambda one: (one.lang, one.name, one.hash))


def _found(home: Path) -> Iterator[Model]:
    folder = home / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if HASH.fullmatch(path.name):
            with suppress(ModelRefused):
                model = _read(path)
                if model.hash == path.name:
                    yield model


def _read(folder: Path) -> Model:
    try:
        with (folder / MANIFEST).open("rb") as file:
            data = file.read(LARGEST_MANIFEST)
        value = json.loads(data)
    except (OSError, ValueError) as error:
        raise ModelRefused("manifest") from error
    return _parsed(folder, value, why="manifest")


def _parsed(folder: Path, value: Any, *, why: str) -> Model:
    """Raises `ModelRefused(why)`."""
    if not isinstance(value, dict) or value.get("form") != FORM or not isinstance(value.get("files"), list):
        raise ModelRefused(why)
    name = value.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise ModelRefused(why)
    try:
        hashes = {matched(one["path"], PATH): matched(one["sha256"], HASH) for one in value["files"]}
        model = Model(folder=folder, name=name.strip(), lang=matched(value.get("lang"), TAG), files=hashes)
        canonical.encode(model.to_value())
    except (EventUnreadable, NotCanonical, KeyError, TypeError) as error:
        raise ModelRefused(why) from error
    if len(hashes) != len(value["files"]) or not {LANGUAGE, DICTIONARY} < set(hashes):
        raise ModelRefused(why)
    return model


def _listed(hashes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"path": path, "sha256": sha256} for path, sha256 in sorted(hashes.items())]


def _sha256(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            whole.update(piece)
    return whole.hexdigest()
