"""Mend sentences of one language at a desk: the errata that wait beside the recordings to be signed with them.

`mended.json` in the folder of a prepared language is canonical JSON: {"mended": [{"key", "old", "words", "state"}, …]}.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical, Refused
from testimony.questionnaire.consent_scripts import PLACEHOLDER
from testimony.questionnaire.sentence_states import state_of, texts
from testimony.sealing.roster.wording import Mended, parse_mended
from testimony.services.wordings.errors import MendRefused
from testimony.services.wordings.wordings import MENDABLE
from testimony.store.files import durable

FILE: Final = "mended.json"


def read(folder: Path) -> dict[str, Mended]:
    """The errata in `folder`, by key; none without the file. Raises `MendRefused` for a damaged one."""
    file = folder / FILE
    if not file.is_file():
        return {}
    try:
        found = [parse_mended(one) for one in canonical.decode_object(file.read_bytes())["mended"]]
    except (OSError, NotCanonical, Refused, KeyError, TypeError) as error:
        raise MendRefused("damaged") from error
    return {one.key: one for one in found}


def write(folder: Path, errata: Mapping[str, Mended]) -> None:
    """Keep `errata` in `folder`, synced to disk."""
    value = {"mended": [errata[key].to_value() for key in sorted(errata)]}
    with durable.named_errors(folder):
        durable.replace_file(folder / FILE, canonical.encode(value))


def changed(lang: str, errata: Mapping[str, Mended], key: str, words: str, state: str) -> dict[str, Mended]:
    """`errata` with the sentence `key` mended, or as the program has it where `words` are the program's own."""
    old = texts(lang).get(key)
    if old is None or key.partition(".")[0] not in MENDABLE:
        raise MendRefused("sentence")
    rest = {name: one for name, one in errata.items() if name != key}
    new = words.strip()
    return rest if new == old else rest | {key: _mended(key, old, new, state)}


def _mended(key: str, old: str, words: str, state: str) -> Mended:
    """Raises `MendRefused` for what no reader would take, and for a sentence that names somebody else."""
    try:
        state_of(state)
    except ValueError as error:
        raise MendRefused("state") from error
    if set(PLACEHOLDER.findall(words)) != set(PLACEHOLDER.findall(old)):
        raise MendRefused("names")
    one = Mended(key=key, old=sha256_hex(old.encode()), words=words, state=state)
    try:
        return parse_mended(one.to_value())
    except Refused as error:
        raise MendRefused("words") from error
