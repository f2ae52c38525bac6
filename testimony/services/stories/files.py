"""The files of stories that leave a lawyer's desk, noted in the register before they are handed out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
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
from testimony.publication.text.phrases import LANGUAGES, Words
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
    told = [(story, one.approved or one.day) for one, story in found]
    made = _zip({**bulletin.files(told, gone), **_pdfs(station, told, gone, day)})
    tids = sorted({one.tid for one, _ in found})
    if tids:
        disclosures.note(station, reader, tids, sha256_hex(made), made=LIST_MADE, use=USE, day=day)
    return made


def _pdfs(station: Station, told: Sequence[tuple[Story, date]], gone: Sequence[Gone], day: date) -> dict[str, bytes]:
    """The list as a PDF in each language of a release: the same bytes as long as no story comes or goes."""
    last = max((published for _, published in (*told, *((one, one.published) for one in gone))), default=day)
    organisation = station.chain.latest.organisation.get("name")
    return {
        f"list-{lang}.pdf": typesetting_pdf.pdf(
            _list(bulletin.shown(Words(lang), told, gone), text_in(organisation, lang), last), day=last
        )
        for lang in LANGUAGES
    }


def _zip(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    container = StoredZip(written.write)
    for name, data in sorted(files.items()):
        container.add(name, data)
    container.finish()
    return written.getvalue()


def _list(found: bulletin.Shown, organisation: str, day: date) -> dict[str, Any]:
    lang = found.words.lang

    def own(text: object) -> dict[str, Any]:
        return {"words": [str(text)], "lang": lang, "dir": dir_of(lang)}

    def blocks(part: bulletin.Part) -> Iterator[dict[str, Any]]:
        yield {"kind": "words", "words": [own(one) for one in part.before]}
        rows = [[own(one) for one in row] for row in part.rows]
        yield {"kind": "numbers", "heads": [own(one) for one in part.heads], "rows": rows, "answers": False}
        yield {"kind": "words", "words": [own(one) for one in part.after]}

    months, *others = found.parts
    return {
        **_head(found.words, found.title, organisation, day),
        "cover": [{"kind": "words", "words": [own(found.lead)]}, *blocks(months)],
        "front": [{"title": part.title, "blocks": list(blocks(part))} for part in others],
    }


def _document(found: Story, organisation: str, day: date) -> dict[str, Any]:
    words = story_page.words_of(found.lang)
    lang = words.lang

    def own(text: str) -> dict[str, Any]:
        return {"words": [text], "lang": lang, "dir": dir_of(lang)}

    told = [{"words": [one], "lang": tag_of(found.lang), "dir": dir_of(found.lang)} for one in found.paragraphs]
    return {
        **_head(words, found.title, organisation, day),
        "cover": [
            {"kind": "note", "words": own(words.say(story_page.ABOUT))},
            {
                "kind": "facts",
                "rows": [{"label": own(name), "values": [own(said)]} for name, said in story_page.rows(found, words)],
            },
            {"kind": "words", "words": told},
            *({"kind": "note", "words": own(one)} for one in story_page.notes(found, words)),
        ],
    }


def _head(words: Words, title: str, organisation: str, day: date) -> dict[str, Any]:
    """What each PDF of stories has, without its words."""
    return {
        "lang": words.lang,
        "dir": dir_of(words.lang),
        "title": title,
        "author": organisation,
        "date": [day.year, day.month, day.day],
        "running": [organisation],
        "page": words.say(N_("%(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": "",
        "index": None,
        "front": [],
        "exhibits": [],
    }
