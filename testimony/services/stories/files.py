"""The files of stories that leave a lawyer's desk, noted in the register before they are handed out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from testimony.canonical import sha256_hex
from testimony.domain.consent.offers import text_in
from testimony.domain.stories.story import USE, Story
from testimony.domain.testimony.languages import dir_of
from testimony.errors import N_
from testimony.publication.stories import bulletin
from testimony.publication.stories import story as story_page
from testimony.publication.stories.bulletin import Gone
from testimony.sealing.archive.zip import StoredZip
from testimony.services.casefile.language import tag_of
from testimony.services.opening.reader import Reader
from testimony.services.review import disclosures
from testimony.services.stories import stories
from testimony.services.stories.stories import State, Stories
from testimony.services.typesetting import pdf as typesetting_pdf
from testimony.station.station import Station

MADE: Final = "story"
LIST_MADE: Final = "stories"
"""What the register of what left calls them."""


def story(station: Station, reader: Reader, held: Stories, id: str, *, day: date) -> bytes:
    """A published story as a zip with a page, a PDF and data: the same bytes each time. Not within a transaction.

    Raises `StoryRefused` (unknown, waiting, recalled), `CaseFileUnset`.
    """
    standing, found = stories.require_published(held, id)
    approved = standing.approved or standing.day
    organisation = text_in(station.chain.latest.organisation.get("name"), found.lang)
    made = _zip(
        {
            "story.html": story_page.page(found),
            "story.json": story_page.data(found, approved),
            "story.pdf": typesetting_pdf.pdf(_document(found, organisation, approved), day=approved),
        }
    )
    disclosures.note(station, reader, [standing.tid], sha256_hex(made), made=MADE, use=USE, day=day)
    return made


def list_of(station: Station, reader: Reader, held: Stories, *, day: date) -> bytes:
    """The list of what is published today, what was taken back, and the bulletin, as a zip. As `story`."""
    found = stories.published(held)
    gone = [Gone(id=one.id, published=one.approved or one.day) for one in held.in_state(State.TAKEN_BACK)]
    made = _zip(bulletin.files([(told, one.approved or one.day) for one, told in found], gone))
    tids = sorted({one.tid for one, _ in found})
    if tids:
        disclosures.note(station, reader, tids, sha256_hex(made), made=LIST_MADE, use=USE, day=day)
    return made


def _zip(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    container = StoredZip(written.write)
    for name, data in sorted(files.items()):
        container.add(name, data)
    container.finish()
    return written.getvalue()


def _document(found: Story, organisation: str, day: date) -> dict[str, Any]:
    words = story_page.words_of(found.lang)
    lang = words.lang

    def own(text: str) -> dict[str, Any]:
        return {"words": [text], "lang": lang, "dir": dir_of(lang)}

    told = [{"words": [one], "lang": tag_of(found.lang), "dir": dir_of(found.lang)} for one in found.paragraphs]
    return {
        "lang": lang,
        "dir": dir_of(lang),
        "title": found.title,
        "author": organisation,
        "date": [day.year, day.month, day.day],
        "running": [organisation],
        "page": words.say(N_("%(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": "",
        "cover": [
            {"kind": "note", "words": own(words.say(story_page.ABOUT))},
            {
                "kind": "facts",
                "rows": [{"label": own(name), "values": [own(said)]} for name, said in story_page.rows(found, words)],
            },
            {"kind": "words", "words": told},
            *({"kind": "note", "words": own(one)} for one in story_page.notes(found, words)),
        ],
        "index": None,
        "front": [],
        "exhibits": [],
    }
