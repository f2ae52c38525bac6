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
from testimony.domain.stories import coded
from testimony.domain.stories.coded import AUTHORITIES
from testimony.domain.stories.story import Story
from testimony.domain.testimony.languages import autonym
from testimony.errors import N_
from testimony.publication.pages.page import document, grid, paragraph, section
from testimony.publication.sheets import missing_migrants
from testimony.publication.sheets.sheet import Cell, Column, Sheet, delimited
from testimony.publication.sheets.table import states
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
COUNTED: Final = (N_("Month"), N_("Cases"), N_("People in the story"))
LISTED: Final = (N_("Title"), N_("Month"), N_("Border"), N_("Language"), N_("Published on"), N_("Reference"))
REMOVE: Final = N_("These stories are not published any more. Remove them wherever you have them.")


NUMBERS: Final = ("Incident year", "Incident month", "No. dead", "No. missing", "No. dead/missing")
DEATHS: Final = (
    "Column names: Missing Migrants Project, International Organization for Migration (IOM), missingmigrants.iom.int, "
    "CC BY 4.0. The rows are not IOM's. Each row is one published story and the numbers that it tells. Two stories may "
    "tell of one event: compare them before you add numbers up.\r\n"
)
LIST: Final = " "
"""Between the codes of one cell."""
BY_MONTH: Final = (
    Column(name="month"),
    Column(name="cases", kind="number"),
    Column(name="people", kind="number"),
    Column(name="cases_without_people", kind="number"),
    Column(name="authorities"),
)
OF_EACH: Final = (
    Column(name="id"),
    Column(name="published", kind="date"),
    Column(name="language"),
    Column(name="title"),
    Column(name="month"),
    Column(name="border"),
    Column(name="expelled_from"),
    Column(name="returned_to"),
    Column(name="people", kind="number"),
    *(Column(name=field, kind="number") for field in coded.LOSSES),
    *(Column(name=field) for field in coded.FIELDS),
)
"""One row for a story: what it says besides its text, in codes and exact, as each of them is public already."""


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


@dataclass(frozen=True, kw_only=True)
class Part:
    """A table of the list, with the sentences before and after it."""

    title: str
    heads: list[str]
    rows: Sequence[tuple[str | int, ...]]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The list in one language."""

    words: Words
    title: str
    lead: str
    parts: list[Part]


def bulletin(stories: Iterable[Story]) -> list[Line]:
    """The stories by the month that they say, the latest first."""
    by_month: dict[str, list[Story]] = {}
    for one in stories:
        by_month.setdefault(one.month, []).append(one)
    return [_line(month, found) for month, found in sorted(by_month.items(), reverse=True)]


def files(published: Sequence[tuple[Story, date]], gone: Sequence[Gone]) -> dict[str, bytes]:
    """Name -> content: the list as data and as sheets, and as a page in each language of a release."""
    pages = {f"list-{lang}.html": _page(shown(Words(lang), published, gone)) for lang in LANGUAGES}
    return {
        "list.json": canonical.encode(_value(published, gone)),
        "bulletin.csv": delimited(_by_month(published)),
        "stories.csv": delimited(_of_each(published), marked=True),
        **_of_deaths(published),
        **pages,
    }


def shown(words: Words, published: Sequence[tuple[Story, date]], gone: Sequence[Gone]) -> Shown:
    """The list in the language of `words`."""
    found = bulletin(story for story, _ in published)
    parts = [
        Part(
            title=words.say(N_("By month")),
            heads=[words.say(name) for name in COUNTED] + [words.field(AUTHORITIES)],
            rows=[_counted(one, words) for one in found],
            after=(words.say(TWICE),),
        ),
        Part(
            title=words.say(TITLE),
            heads=[words.say(name) for name in LISTED],
            rows=[_listed(one, day, words) for one, day in published],
        ),
    ]
    if gone:
        lines = [(one.id, one.published.isoformat()) for one in gone]
        heads = [words.say(N_("Reference")), words.say(N_("Published on"))]
        parts.append(Part(title=words.say(TAKEN_BACK), heads=heads, rows=lines, before=(words.say(REMOVE),)))
    return Shown(words=words, title=words.say(TITLE), lead=words.say(COUNTS), parts=parts)


def _of_deaths(published: Iterable[tuple[Story, date]]) -> dict[str, bytes]:
    """The sheet for the Missing Migrants Project, if a story tells how many died or are missing."""
    rows = [_incident(one) for one, _ in published if one.losses]
    if not rows:
        return {}
    sheet = Sheet(
        name="missing-migrants", columns=tuple(map(_project_column, missing_migrants.COLUMNS)), rows=tuple(rows)
    )
    return {"missing-migrants.csv": delimited(sheet), "missing-migrants.txt": DEATHS.encode()}


def _project_column(name: str) -> Column:
    return Column(name=name, kind="number" if name in NUMBERS else "text")


def _incident(story: Story) -> tuple[Cell, ...]:
    """One event as a story tells it: a number that the story does not say is empty, and never 0."""
    year, _, month = story.month.partition("-")
    expelling, _ = states(story.border)
    dead, missing = (story.losses.get(name) for name in coded.LOSSES)
    held: dict[str, Cell] = {
        "Main ID": story.id,
        "Incident ID": story.id,
        "Incident Type": "Incident",
        "Incident year": int(year) if year else None,
        "Incident month": int(month) if month else None,
        "No. dead": dead,
        "No. missing": missing,
        "No. dead/missing": (dead or 0) + (missing or 0),
        "Country of Incident": Words("en").option("iso3", expelling) if expelling else None,
        "Source": story.title,
    }
    return tuple(held.get(name) for name in missing_migrants.COLUMNS)


def _by_month(published: Iterable[tuple[Story, date]]) -> Sheet:
    rows = [
        (
            one.month or None,
            one.cases,
            one.people if one.silent < one.cases else None,
            one.silent,
            LIST.join(one.authorities),
        )
        for one in bulletin(story for story, _ in published)
    ]
    return Sheet(name="bulletin", columns=BY_MONTH, rows=tuple(rows))


def _of_each(published: Iterable[tuple[Story, date]]) -> Sheet:
    rows = [
        (
            one.id,
            day,
            one.lang,
            one.title,
            one.month or None,
            one.border or None,
            *states(one.border),
            one.people,
            *(one.losses.get(field) for field in coded.LOSSES),
            *(LIST.join(one.answers.get(field, ())) for field in coded.FIELDS),
        )
        for one, day in published
    ]
    return Sheet(name="stories", columns=OF_EACH, rows=tuple(rows))


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


def _page(found: Shown) -> bytes:
    return document(found.words, found.title, _sections(found))


def _sections(found: Shown) -> Iterable[Element]:
    yield paragraph(found.lead, class_="lead")
    for one in found.parts:
        table = grid(one.title, one.heads, one.rows)
        yield section(one.title, *map(paragraph, one.before), table, *map(paragraph, one.after))


def _counted(one: Line, words: Words) -> tuple[str | int, ...]:
    people = str(one.people)
    if one.silent:
        people = words.say(N_("%(number)s (not said in %(cases)s cases)"), number=one.people, cases=one.silent)
    kinds = (
        f"{len(one.authorities)}: {story_page.in_words(AUTHORITIES, one.authorities, words)}"
        if one.authorities
        else "–"
    )
    return story_page.month(one.month, words), one.cases, people, kinds


def _listed(one: Story, day: date, words: Words) -> tuple[str, ...]:
    month, border = story_page.month(one.month, words), story_page.border(one.border, words)
    return one.title, month, border, autonym(one.lang), day.isoformat(), one.id
