"""Models of engines: files that the organisation brings with a manifest of hashes, installed at a desk."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
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
from testimony.services.speech.translator_process import CONFIG, NETWORK, SOURCE, TARGET
from testimony.store.files import durable

FOLDER: Final = "speech"
"""In the home of a desk; each model is in a folder that has the model's hash as its name."""
MANIFEST: Final = "model.json"
LARGEST_MANIFEST: Final = 1 << 16
PIECE: Final = 1 << 20
TOKEN: Final = re.compile(r"[!-~]{0,40}", re.ASCII)
"""What a model calls a language, such as pes_Arab; empty: it needs no such word."""


@dataclass(frozen=True)
class Kind:
    """What a model of this `form` is made of: the paths below its folder that fit, and those that it needs.

    `unfit`: the reason to refuse a folder that is none.
    """

    form: str
    paths: re.Pattern[str]
    needed: frozenset[str]
    unfit: str


HEARS: Final = Kind(
    "testimony-speech/1",
    re.compile(
        rf"{ACOUSTIC}/[A-Za-z0-9_-][A-Za-z0-9._-]{{0,99}}|{re.escape(LANGUAGE)}|{re.escape(DICTIONARY)}", re.ASCII
    ),
    frozenset({LANGUAGE, DICTIONARY}),
    "layout",
)
TRANSLATES: Final = Kind(
    "testimony-translation/1",
    re.compile(
        rf"{re.escape(CONFIG)}|{re.escape(NETWORK)}|{re.escape(SOURCE)}|{re.escape(TARGET)}"
        r"|model/(shared|source|target)_vocabulary\.(json|txt)",
        re.ASCII,
    ),
    frozenset({CONFIG, NETWORK, SOURCE}),
    "translation",
)
KINDS: Final = {kind.form: kind for kind in (HEARS, TRANSLATES)}


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model in `folder`. `files`: path below the folder -> SHA-256. `lang`: the language that it hears.

    One that translates has languages instead: it reads those in `langs` and writes those in `to`, each with the token
    that the model knows it by.
    """

    folder: Path
    name: str
    files: Mapping[str, str]
    kind: Kind = HEARS
    lang: str = ""
    langs: Mapping[str, str] = field(default_factory=dict)
    to: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """The SHA-256 of the manifest: it names the model, with every byte of its files."""
        return canonical.sha256_hex(canonical.encode(self.to_value()))

    @property
    def languages(self) -> str:
        """For a person: "en", or "fa, ps > en"."""
        return f"{', '.join(sorted(self.langs))} > {', '.join(sorted(self.to))}" if self.langs else self.lang

    def to_value(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        said = {"from": dict(self.langs), "to": dict(self.to)} if self.kind is TRANSLATES else {"lang": self.lang}
        return {"form": self.kind.form, "name": self.name, **said, "files": _listed(self.files)}

    def is_whole(self, before_each: Callable[[], None] = lambda: None) -> bool:
        """Whether every file is there and has its hash. Reads all of them, and calls `before_each` before each piece
        is hashed: what that raises ends it.
        """
        try:
            return all(_sha256(self.folder / path, before_each) == sha256 for path, sha256 in self.files.items())
        except OSError:
            return False


def describe(folder: Path, *, name: str, lang: str) -> Model:
    """Write the manifest of the model in `folder`, in place of an earlier one. Raises `ModelRefused`: layout, language;
    `StoreUnwritable`.
    """
    return _described(folder, HEARS, {"name": name, "lang": lang})


def describe_translation(folder: Path, *, name: str, langs: Mapping[str, str], to: Mapping[str, str]) -> Model:
    """The same of a model that translates from `langs` into `to`. Raises `ModelRefused`: translation, token, language;
    `StoreUnwritable`.
    """
    said = {token for token in (*langs.values(), *to.values()) if token}
    if said and not said <= _vocabulary(folder):
        raise ModelRefused("token")
    return _described(folder, TRANSLATES, {"name": name, "from": dict(langs), "to": dict(to)})


def _vocabulary(folder: Path) -> set[str]:
    """Every word of the vocabularies that can be read."""
    found = set[str]()
    for path in (folder / CONFIG).parent.glob("*_vocabulary.*"):
        text = path.read_text("utf-8", errors="replace")
        try:
            found.update(map(str, json.loads(text)) if path.suffix == ".json" else text.splitlines())
        except (ValueError, TypeError):
            continue  # the engine will not read it either
    return found


def _described(folder: Path, kind: Kind, said: Mapping[str, Any]) -> Model:
    found = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    wanted = [path for path in found if kind.paths.fullmatch(path)]
    if not kind.needed < set(wanted):
        raise ModelRefused(kind.unfit)
    with durable.named_errors(folder):
        hashes = {path: _sha256(folder / path) for path in wanted}
    made = _parsed(folder, {"form": kind.form, **said, "files": _listed(hashes)}, why="language")
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
    return sorted(_found(home), key=lambda one: (one.languages, one.name, one.hash))


def hearing(home: Path) -> list[Model]:
    """Those that write recordings down."""
    return [one for one in installed(home) if one.kind is HEARS]


def translating(home: Path, lang: str, to: str) -> list[Model]:
    """Those that translate from `lang` into `to`."""
    return [one for one in installed(home) if _known(one.langs, lang) and _known(one.to, to)]


def tokens(model: Model, lang: str, to: str) -> tuple[str, str]:
    """What `model`, one of `translating(lang, to)`, calls the two languages."""
    return model.langs[_known(model.langs, lang)], model.to[_known(model.to, to)]


def _known(langs: Mapping[str, str], lang: str) -> str:
    """The tag under which `lang` is among `langs`: its own, or that of its language without region; or ""."""
    return next((tag for tag in (lang, lang.partition("-")[0]) if tag in langs), "")


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
    kind = KINDS.get(str(value.get("form"))) if isinstance(value, dict) else None
    if kind is None or not isinstance(value.get("files"), list):
        raise ModelRefused(why)
    name = value.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise ModelRefused(why)
    try:
        hashes = {matched(one["path"], kind.paths): matched(one["sha256"], HASH) for one in value["files"]}
        model = Model(folder=folder, name=name.strip(), files=hashes, kind=kind, **_languages(kind, value))
        canonical.encode(model.to_value())
    except (EventUnreadable, NotCanonical, KeyError, TypeError, AttributeError) as error:
        raise ModelRefused(why) from error
    if len(hashes) != len(value["files"]) or not kind.needed < set(hashes):
        raise ModelRefused(why)
    return model


def _languages(kind: Kind, value: Mapping[str, Any]) -> dict[str, Any]:
    """Raises `EventUnreadable`, `AttributeError`."""
    if kind is HEARS:
        return {"lang": matched(value.get("lang"), TAG)}
    langs, to = (
        {matched(tag, TAG): matched(token, TOKEN) for tag, token in value[key].items()} for key in ("from", "to")
    )
    if not langs or not to:
        raise EventUnreadable("structure")
    return {"langs": langs, "to": to}


def _listed(hashes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"path": path, "sha256": sha256} for path, sha256 in sorted(hashes.items())]


def _sha256(path: Path, before_each: Callable[[], None] = lambda: None) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            before_each()
            whole.update(piece)
    return whole.hexdigest()
