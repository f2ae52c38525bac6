"""Put what the testimonies of a case file date in the order of time: the event, the legs of the return, the talk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony.domain.testimony.redaction import is_burnt
from testimony.errors import N_
from testimony.services.casefile.casefile import Exhibit
from testimony.services.casefile.code_phrases import Codes, Values
from testimony.services.casefile.language import Data, Speech

DATE, LEGS, TYPE, BORDER, TALK = "i_date", "i_chain", "i_type", "i_segment", "day"
LAST: Final = "9999"  # what has no date stands at the end
NOTE: Final = N_(
    "As the testimonies were coded; nothing was added. Legs of a return stand in the order in which they were told. "
    "Each line gives the testimony and the paragraph of this file that it comes from."
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`sort`: what it is ordered by. `source`: the question that it comes from."""

    sort: str
    day: Values
    what: Values
    source: str


def section(exhibits: Sequence[Exhibit], paragraphs: Sequence[Mapping[str, str]], speech: Speech) -> Data:
    """The section. `paragraphs`: for each testimony, question -> number of its paragraph."""
    found = [
        (one.sort, number, place, one)
        for number, exhibit in enumerate(exhibits, 1)
        for place, one in enumerate(_entries(exhibit, speech))
    ]
    heads = [N_("Date"), N_("What"), N_("Testimony"), N_("Paragraph")]
    rows = [
        [_cell(one.day, speech), _cell(one.what, speech), *_plain(number, paragraphs[number - 1], one, speech)]
        for _, number, _, one in sorted(found, key=lambda each: each[:3])
    ]
    table: Data = {"kind": "listing", "heads": [speech.own(speech.say(head)) for head in heads], "rows": rows}
    note: Data = {"kind": "note", "words": speech.own(speech.say(NOTE))}
    forms = [exhibit.codes.form for exhibit in exhibits]
    quoted = next((said for form in forms if (said := speech.quoting(form))), [])
    return {"title": speech.say(N_("Chronology")), "blocks": [note, *quoted, table]}


def _plain(number: int, paragraphs: Mapping[str, str], one: Entry, speech: Speech) -> list[list[Data]]:
    return [[speech.own(str(number))], [speech.own(paragraphs.get(one.source, ""))]]


def _cell(values: Iterable[str | Data], speech: Speech) -> list[Data]:
    return [speech.own(one) if isinstance(one, str) else one for one in values]


def _entries(exhibit: Exhibit, speech: Speech) -> Iterator[Entry]:
    """The event, its legs, and the talk, in that order."""
    codes = Codes(exhibit.codes, exhibit.burner, speech)
    day = codes.counting(DATE) or [speech.say(N_("not known"))]
    event = LAST if _is_redacted(day) else _raw(exhibit, DATE)
    what = [*codes.counting(TYPE), *codes.counting(BORDER)]
    if what:
        yield Entry(sort=event, day=day, what=what, source=DATE if DATE in exhibit.codes.names else TYPE)
    yield from _legs(exhibit, codes, event, speech)
    imported = exhibit.opened.imported
    talk = speech.say(N_("Imported from elsewhere") if imported else N_("The testimony was taken down."))
    yield Entry(sort=exhibit.opened.day, day=[speech.day(exhibit.opened.day)], what=[talk], source=TALK)


def _legs(exhibit: Exhibit, codes: Codes, event: str, speech: Speech) -> Iterator[Entry]:
    """A leg without a date stands behind the one before it."""
    texts = codes.counting(LEGS)
    told = codes.codes.answer(LEGS)
    legs = told.get("value") if isinstance(told, Mapping) and isinstance(told.get("value"), list) else []
    days = [one.get("date") if isinstance(one, Mapping) else None for one in legs or ()]
    if len(days) != len(texts) or _is_redacted(texts):  # or it cannot be shown
        days = [None] * len(texts)
    sort = event
    for number, (text, day) in enumerate(zip(texts, days, strict=True), 1):
        known = isinstance(day, str) and bool(day)
        sort = str(day) if known else sort
        leg = speech.say(N_("Leg %(number)s of the return:"), number=number)
        yield Entry(sort=sort, day=[speech.day(sort)] if known else [], what=[leg, text], source=LEGS)


def _is_redacted(values: Values) -> bool:
    return any(not isinstance(one, str) and is_burnt(tuple(one["words"])) for one in values)


def _raw(exhibit: Exhibit, name: str) -> str:
    said: Any = exhibit.codes.answer(name)
    value = said.get("value") if isinstance(said, Mapping) else None
    return value if isinstance(value, str) and value else LAST
