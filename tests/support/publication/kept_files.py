"""Small files for publication, and the hash of each as it is written today: what changes in one is changed on purpose.

`python -m tests.support.publication.kept_files` notes the hashes anew.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from testimony import __version__, canonical
from testimony.domain.stories.story import Story
from testimony.publication import package as release
from testimony.publication.exports import package as exports
from testimony.publication.stories import bulletin
from testimony.publication.stories import story as story_pages
from testimony.publication.stories.bulletin import Gone
from testimony.publication.tables import file as tables
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Form
from tests.support.publication import editions, exported, kept_tables, published_tables

KEPT: Final = Path(__file__).parents[2] / "vectors" / "publication.json"
KINDS: Final = tuple(exports.ENDINGS)
SPOKEN: Final = re.compile(r"[.-](?!en\b)[a-z]{2}\.")
"""In the name of a file in another language than English: translations may change."""
STORY: Final = Story(
    id="a" * 32, of="b" * 64, lang="en", title="Hurt at the border", month="2025-03", border="HRV-BIH:all", people=8,
    answers={"v_acts": ("beat",), "a_expr": ("hr_spec",)}, losses={"d_dead": 1},
    paragraphs=("We left.", "Sam was hurt."),
)  # fmt: skip
SEGMENT: Final = next(code for code in Codebook.load().segments if not code.endswith(":all"))
SILENT: Final = replace(STORY, id="c" * 32, month="", border=SEGMENT, people=None, answers={}, losses={})


def hashes() -> dict[str, str]:
    """Name -> the hash of each file, of those in English or in no language."""
    return {
        f"{made}/{name}": canonical.sha256_hex(_plain(name, data).replace(__version__.encode(), b"VERSION"))
        for made, files in _made().items()
        for name, data in files.items()
        if not SPOKEN.search(name) and "manifest.json" not in name
    }


def _made() -> Mapping[str, Mapping[str, bytes]]:
    accounts = [exported.account(), exported.account(1, exported.FORMULA)]
    numbers, day = kept_tables.numbers(), date(2026, 1, 20)
    return {
        **{f"release-{edition.__name__}": _zip(release.build(edition())) for edition in (editions.few, editions.usual)},
        "tables": _zip(tables.build(numbers, kept_tables.PLAN)),
        "tables-of-a-backlog": _zip(tables.build(published_tables.of_backlog(), published_tables.PLAN)),
        **{f"export-{kind}": _zip(exports.write(kind, accounts, [Form.load()], exported.ABOUT)) for kind in KINDS},
        "stories": bulletin.files([(STORY, day), (SILENT, day)], [Gone(id="d" * 32, published=day)]),
        "story": {"story.html": story_pages.page(STORY), "story.json": story_pages.data(STORY, day)},
    }


def _plain(name: str, data: bytes) -> bytes:
    """What is in a workbook: how that is compressed depends on the system."""
    return b"".join(inside for _name, inside in sorted(_zip(data).items())) if name.endswith(".xlsx") else data


def _zip(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def write() -> None:
    KEPT.write_text(json.dumps(hashes(), indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    write()
