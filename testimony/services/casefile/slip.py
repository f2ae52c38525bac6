"""The slip for a witness: what became of the testimony, on a sheet that names no witness, testimony or interview.

Somebody may find it on the person who carries it, so it has the organisation's name, the words and the day alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from testimony.domain.review.feedback import Saying
from testimony.domain.testimony.languages import DOCUMENTS, dir_of
from testimony.domain.testimony.note import UNKNOWN
from testimony.errors import N_
from testimony.services.casefile.language import Data, Speech, tag_of, way_of


def data_of(said: Saying, organisations: Sequence[Mapping[str, Any]], *, lang: str, day: date) -> Data:
    """The data that `casefile.typ` typesets. `lang`: of the page, for words whose language has no sentences here."""
    speech = Speech(said.lang if said.lang in DOCUMENTS else lang, organisations)
    own = said.lang if said.lang != UNKNOWN else speech.lang
    lines = [line for line in said.text.splitlines() if line.strip()]
    words = [{"words": [line], "lang": tag_of(own), "dir": way_of((line,), dir_of(own))} for line in lines]
    return {
        "lang": tag_of(speech.lang),
        "dir": speech.dir,
        "title": speech.say(N_("What became of it")),
        "author": speech.organisation(),
        "date": [day.year, day.month, day.day],
        "running": [speech.organisation(), speech.day(said.day)],
        "page": speech.say(N_("Page %(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": speech.say(N_("redacted")),
        "cover": [{"kind": "words", "words": words}],
        "index": None,
        "front": [],
        "exhibits": [],
    }
