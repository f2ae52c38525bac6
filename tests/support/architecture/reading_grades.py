"""How easily English texts are read: `python -m tests.support.architecture.reading_grades` lists the grades."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.support.architecture.documents import ROOT, grade_of
from tests.support.web import catalogues

WITNESS_TEXTS: Final = ("scripts", "spoken", "withdrawal_texts")
"""Folders of the questionnaire: what is said about consent, the questions aloud, the page of withdrawal."""
PLACE: Final = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
SAID: Final = ("text", "expect", "say")
"""Keys of a sentence; other texts of a script are names and single words."""


def said_to(root: Path, kind: str) -> str:
    """All that witnesses are told of a kind, in English, a paragraph a sentence."""
    value = json.loads((root / "testimony" / "questionnaire" / kind / "en.json").read_text("utf-8"))
    return _paragraphs(value["words"].values() if kind == "withdrawal_texts" else _sentences(value))


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _sentences(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and key in SAID:
                yield item
            else:
                yield from _sentences(item)


def _paragraphs(sentences: Any) -> str:
    return "\n\n".join(PLACE.sub("this", one) for one in sentences if isinstance(one, str))


def main() -> int:
    grades = {f"witnesses: {kind}": grade_of(said_to(ROOT, kind)) for kind in WITNESS_TEXTS}
    grades["witnesses: docs/witnesses.md"] = grade_of((ROOT / "docs" / "witnesses.md").read_text("utf-8"))
    for part in catalogues.PARTS:
        said = [one.id for one in catalogues.read(ROOT / "translations" / f"{part}.pot") if one.id]
        grades[f"{part}: screens"] = grade_of(_paragraphs(one if isinstance(one, str) else one[-1] for one in said))
    for readers in ("interviewers", "lawyers", "coordinators", "administrators"):
        guides = sorted((ROOT / "docs" / readers).glob("*.md"))
        grades[f"{readers}: guides"] = grade_of("\n\n".join(guide.read_text("utf-8") for guide in guides))
    for what, grade in grades.items():
        print(f"  {what:<30} {grade:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
