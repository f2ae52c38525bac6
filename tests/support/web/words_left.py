"""`python -m tests.support.web.words_left`: how many words of each part a translator of a language has left.

The parts are the catalogues by who reads them, the questionnaire, and the spoken scripts of witnesses.
`make translations` ends with it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from testimony.catalogues import FOLDER
from testimony.domain.testimony.languages import LABELLED, SCRIPTS
from tests.support.web.catalogues import PARTS

SPOKEN = ("scripts", "spoken", "withdrawal_texts")
QUESTIONNAIRE = FOLDER.parent / "testimony" / "questionnaire"


def main() -> int:
    catalogues = (*PARTS, "questionnaire")
    print(f"  {'words left':<14}" + "".join(f"{one:>18}" for one in (*catalogues, "witnesses")))
    for lang in sorted({*LABELLED, *SCRIPTS} - {"en"}):
        parts = (
            *(left(messages_of(FOLDER / lang / "LC_MESSAGES" / f"{one}.po")) for one in catalogues),
            spoken_left(lang) if lang in SCRIPTS else None,
        )
        print(f"  {lang:<14}" + "".join(f"{said(*part) if part else '–':>18}" for part in parts))
    return 0


def said(lacking: int, whole: int) -> str:
    return f"{lacking:,} of {whole:,}" if whole else "–"


def messages_of(catalogue: Path) -> list[Message]:
    """Those of the catalogue; none where a language has none."""
    if not catalogue.is_file():
        return []
    with catalogue.open("rb") as file:
        return [one for one in read_po(file) if one.id]


def english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def left(messages: Iterable[Message]) -> tuple[int, int]:
    """English words of what is not translated, or marked as doubtful, and of everything."""
    lacking = whole = 0
    for one in messages:
        words = len(english(one).split())
        whole += words
        done = not one.fuzzy and all([one.string] if isinstance(one.string, str) else one.string)
        lacking += 0 if done else words
    return lacking, whole


def spoken_left(lang: str) -> tuple[int, int]:
    """English words of the files that a language of witnesses lacks, and of all three."""
    words = {kind: sum(len(one.split()) for one in _texts(_read(kind, "en"))) for kind in SPOKEN}
    lacking = [kind for kind in SPOKEN if not (QUESTIONNAIRE / kind / f"{lang}.json").is_file()]
    return sum(words[kind] for kind in lacking), sum(words.values())


def _read(kind: str, lang: str) -> Any:
    return json.loads((QUESTIONNAIRE / kind / f"{lang}.json").read_text("utf-8"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


if __name__ == "__main__":
    sys.exit(main())
