"""Wordings for tests: a language of an organisation, checked by somebody invented and recorded in invented bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.wording import Clip, sign_wording
from testimony.services.wordings import sentences

CHECKED_BY = "Zarmina Example"
RECORDED = ("safety.private", "told.who", "ask.P01", "words.yes", "words.no")


def clips_of(keys: Iterable[str], size: int = 3000) -> tuple[dict[str, Clip], dict[str, bytes]]:
    """Recordings of the sentences `keys`; by key what a wording says of them, and the bytes by hash."""
    made = {key: b"\x1a\x45\xdf\xa3" + os.urandom(size) for key in keys}
    said = {
        key: Clip(sha256=sha256_hex(data), size=len(data), ms=2500, type="audio/webm") for key, data in made.items()
    }
    return said, {sha256_hex(data): data for data in made.values()}


def wording_of(
    organisation: Mapping[str, Any],
    signer: Signer,
    lang: str = "ps",
    *,
    recorded: Iterable[str] = RECORDED,
    size: int = 3000,
    **changes: Any,
) -> tuple[SignedRecord, dict[str, bytes]]:
    """A wording of all that `organisation` says in `lang`, understood by witnesses where somebody checked it, and its
    recordings by hash.
    """
    script = sentences.scripts()[lang]
    clips, data = clips_of(recorded, size)
    said: dict[str, Any] = {
        "lang": lang,
        "script": {"id": script.id, "version": script.version, "sha256": script.sha256},
        "checked": CHECKED_BY,
        "texts": _texts(organisation, lang, changes.get("clips", clips)),
        "clips": clips,
        "day": "2026-11-24",
        "heard": changes.get("checked", CHECKED_BY) is not None,
    }
    return sign_wording(**{**said, **changes}, signer=signer), data


def _texts(organisation: Mapping[str, Any], lang: str, clips: Mapping[str, Clip]) -> dict[str, str]:
    always = sentences.always_checked(organisation, lang)
    said = sentences.recordable(organisation, lang)
    return sentences.digests_of({key: text for key, text in said.items() if key in always or key in clips})
