"""A published story as a page and as data, from what two lawyers approved and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from testimony import canonical
from testimony.domain.stories import coded
from testimony.domain.stories.story import USE, VERSION, Story
from testimony.domain.testimony.languages import DESKS, dir_of
from testimony.errors import N_
from testimony.publication.markup import element
from testimony.publication.pages.page import document, grid, paragraph
from testimony.publication.text.phrases import Words
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook

ABOUT: Final = N_(
    "One person told this. We took out names, places, dates and numbers that could identify somebody. Square brackets "
    "show where."
)
AGREED: Final = N_("The witness agreed that we publish this story. Reference of the consent: %(id)s.")
BEFORE_USE: Final = N_(
    "The witness can take this consent back. Before you use the story, see whether our list of published stories still "
    "has it."
)
NOT_SAID: Final = N_("not published")


def words_of(lang: str) -> Words:
    """What is said round a story: in its language, or in English where no page of the program is in it."""
    primary = lang.partition("-")[0]
    return Words(primary if primary in DESKS else "en")


def page(story: Story) -> bytes:
    """The story as one HTML file."""
    words = words_of(story.lang)
    told = [paragraph(one, lang=story.lang, dir=dir_of(story.lang)) for one in story.paragraphs]
    facts = grid(words.say(N_("About this story")), [], rows(story, words))
    return document(
        words,
        story.title,
        [paragraph(words.say(ABOUT), class_="lead"), facts, *told, element("hr"), *map(paragraph, notes(story, words))],
    )


def data(story: Story, approved: date) -> bytes:
    """The story as JSON."""
    return canonical.encode(
        {
            "v": VERSION,
            "id": story.id,
            "consent": {"purpose": str(USE.purpose), "reference": story.id},
            "published": approved.isoformat(),
            "lang": story.lang,
            "dir": dir_of(story.lang),
            **said(story),
            "paragraphs": list(story.paragraphs),
        }
    )


def said(story: Story) -> dict[str, Any]:
    """What it says besides its text."""
    return {
        "title": story.title,
        "month": story.month or None,
        "border": story.border or None,
        "people": story.people,
        "answers": coded.to_value(story.answers),
        "losses": dict(story.losses),
    }


def rows(story: Story, words: Words) -> list[tuple[str, str]]:
    """The same in words."""
    return [
        (words.say(N_("Month")), month(story.month, words)),
        (words.say(N_("Border")), border(story.border, words)),
        (words.say(N_("People in the story")), words.say(NOT_SAID) if story.people is None else str(story.people)),
        *((words.field(name), str(number)) for name, number in story.losses.items()),
        *((words.field(name), in_words(name, codes, words)) for name, codes in story.answers.items()),
    ]


def notes(story: Story, words: Words) -> list[str]:
    """What a reader must know of the consent."""
    return [words.say(AGREED, id=story.id), words.say(BEFORE_USE)]


def month(code: str, words: Words) -> str:
    if not code:
        return words.say(NOT_SAID)
    year, _, number = code.partition("-")
    return f"{words.month(int(number))} {year}" if number else year


def border(code: str, words: Words) -> str:
    if not code:
        return words.say(NOT_SAID)
    if code in Codebook.load().segments:
        return labels.segment_name(code, words.lang)
    return words.way_between(*code.partition(":")[0].split("-"))


def in_words(field: str, codes: Sequence[str], words: Words) -> str:
    """The coded answer to a question."""
    listed = Codebook.load().fields[field].list or ""
    return ", ".join(words.option(listed, one) for one in codes)
