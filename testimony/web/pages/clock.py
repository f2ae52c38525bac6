"""The section about the date on the page of a station: the dates of all clocks, and a person who is one more clock.

A person reads the date elsewhere and gives it; the page shows it in words beside the dates that the station knows, and
asks. Only a yes to the date in words counts (docs/time.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from flask_babel import gettext

from testimony.domain.time import FIRST, LAST, Clock
from testimony.errors import N_
from testimony.services.withdrawal import clock_findings, clock_readings
from testimony.web.text import labels

if TYPE_CHECKING:
    from testimony.station.station import Station

Tone = Literal["", "good", "warn"]
OWN: Final = N_("The clock of this machine")
ROSTER: Final = N_("The last roster")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What follows from what a person gave. `asked`: the day to be confirmed, YYYY-MM-DD, "" if none is.

    `doubts`: what contradicts it, in sentences. `said`: the sentence of the outcome, and its `tone`.
    """

    asked: str = ""
    doubts: tuple[str, ...] = ()
    tone: Tone = ""
    said: str = ""


def dates(station: Station) -> Iterator[tuple[str, str]]:
    """Whose date, and the date in words: of this machine, of the last roster, of every other clock."""
    clocks = station.clocks()
    yield gettext(OWN), labels.day(clocks.own.isoformat())
    if clocks.roster is not None:
        yield gettext(ROSTER), labels.day(clocks.roster.isoformat())
    for clock, day in clocks.others.items():
        yield gettext(clock_findings.CLOCKS[clock]), labels.day(day.isoformat())


def answered(station: Station, form: Mapping[str, str]) -> Answer:
    """`form`: `day`, YYYY-MM-DD, and after it was shown in words `answer`, yes or no. A yes opens transactions."""
    day, answer = _day(form.get("day", "")), form.get("answer", "")
    if day is None:
        unread = gettext("This is no date from 2026 on. Read the date from a phone, a watch or a calendar once more.")
        return Answer(tone="warn", said=unread)
    if answer == "no":
        return Answer(tone="warn", said=gettext("Nothing was noted. Give the date again once you have read it."))
    if answer != "yes":
        return Answer(asked=day.isoformat(), doubts=tuple(_doubts(station, day)))
    number = clock_readings.confirm(station, day)
    words = labels.day(day.isoformat())
    said = gettext(
        "The date %(day)s is noted. Withdrawals that were carried out because of it: %(number)s.",
        day=words,
        number=number,
    )
    return Answer(tone="good", said=said)


def _doubts(station: Station, day: date) -> Iterator[str]:
    """What a person should compare again before this date counts."""
    clocks = station.clocks()
    for one in clock_findings.of_clocks(replace(clocks, others={**clocks.others, Clock.PERSON: day})):
        yield one.say(gettext, labels.day)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if FIRST <= day < LAST else None
