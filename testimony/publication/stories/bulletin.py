"""The list of published stories, with a bulletin that counts exactly them.

The bulletin counts public documents and never the register: every number in it follows from the stories themselves. So
it is exact, and it tells nobody anything new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from xml.etree.ElementTree import Element

from testimony import canonical
from testimony.domain.stories.story import Story
from testimony.domain.testimony.languages import autonym
from testimony.errors import N_
from testimony.publication.markup import element
from testimony.publication.pages.page import document, grid, paragraph, section
from testimony.publication.stories import story as story_page
from testimony.publication.text.phrases import LANGUAGES, Words

VERSION: Final = "testimony/1/stories"
TITLE: Final = N_("Published stories")
TAKEN_BACK: Final = N_("Stories that were taken back")
COUNTS: Final = N_(
    "These numbers count the stories that we published, and nothing else. They are not the number of testimonies that "
    "we hold, and not the number of pushbacks."
)
TWICE: Final = N_("Two stories may tell of one event. Its people are then counted twice.")
LISTED: Final = (N_("Title"), N_("Month"), N_("Border"), N_("Language"), N_("Published on"), N_("Reference"))
REMOVE: Final = N_("These stories are not published any more. Remove them wherever you have them.")


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A story that was published and is not any more. Nothing of what it said stands here."""

    id: str
    published: date


@dataclass(frozen=True, kw_only=True)
class Line:
    """One month of the bulletin. `month`: "" for stories that do not say when. `silent`: how many say no number."""

    month: str
    cases: int
    people: int
    silent: int
    authorities: tuple[str, ...]


def bulletin(stories: Iterable[Story]) -> list[Line]:
    """The stories by the month that they say, the latest first."""
    by_month: dict[str, list[Story]] = {}
    for one in stories:
        by_month.setdefault(one.month, []).append(one)
    return [_line(month, found) for month, found in sorted(by_month.items(), reverse=True)]


def files(published: Sequence[tuple[Story, date]], gone: Sequence[Gone]) -> dict[str, bytes]:
    """Name -> content: the list as data, and as a page in each language of a release."""
    pages = {f"list-{lang}.html": _page(Words(lang), published, gone) for lang in LANGUAGES}
    return {"list.json": canonical.encode(_value(published, gone)), **pages}


def _line(month: str, found: Sequence[Story]) -> Line:
    return Line(
        month=month,
        cases=len(found),
        people=sum(one.people or 0 for one in found),
        silent=sum(1 for one in found if one.people is None),
        authorities=tuple(sorted({code for one in found for code in one.authorities})),
    )


def _value(published: Sequence[tuple[Story, date]], gone: Sequence[Gone]) -> dict[str, Any]:
    return {
        "v": VERSION,
        "bulletin": [
            {
                "month": one.month or None,
                "cases": one.cases,
                "people": one.people,
                "cases_without_people": one.silent,
                "authorities": list(one.authorities),
            }
            for one in bulletin(story for story, _ in published)
        ],
        "stories": [
            {"id": one.id, "published": day.isoformat(), "lang": one.lang, **story_page.said(one)}
            for one, day in published
        ],
        "taken_back": [{"id": one.id, "published": one.published.isoformat()} for one in gone],
    }


def _page(words: Words, published: Sequence[tuple[Story, date]], gone: Sequence[Gone]) -> bytes:
    return document(words, words.say(TITLE), _sections(words, published, gone))


def _sections(words: Words, published: Sequence[tuple[Story, date]], gone: Sequence[Gone]) -> Iterable[Element]:
    yield paragraph(words.say(COUNTS), class_="lead")
    heads = [
        words.say(N_("Month")),
        words.say(N_("Cases")),
        words.say(N_("People in the story")),
        words.field("x_actors"),
    ]
    found = bulletin(story for story, _ in published)
    title = words.say(N_("By month"))
    yield section(title, grid(title, heads, [_counted(one, words) for one in found]), paragraph(words.say(TWICE)))
    title = words.say(TITLE)
    rows = [_listed(one, day, words) for one, day in published]
    yield section(title, grid(title, [words.say(name) for name in LISTED], rows))
    if gone:
        title = words.say(TAKEN_BACK)
        heads = [words.say(N_("Reference")), words.say(N_("Published on"))]
        lines = [(one.id, one.published.isoformat()) for one in gone]
        yield section(title, element("p", words.say(REMOVE)), grid(title, heads, lines))


def _counted(one: Line, words: Words) -> tuple[str | int, ...]:
    people = str(one.people)
    if one.silent:
        people = words.say(N_("%(number)s (not said in %(cases)s cases)"), number=one.people, cases=one.silent)
    kinds = f"{len(one.authorities)}: {story_page.authorities(one.authorities, words)}" if one.authorities else "–"
    return story_page.month(one.month, words), one.cases, people, kinds


def _listed(one: Story, day: date, words: Words) -> tuple[str, ...]:
    month, border = story_page.month(one.month, words), story_page.border(one.border, words)
    return one.title, month, border, autonym(one.lang), day.isoformat(), one.id
