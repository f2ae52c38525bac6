"""Create invented, cleared accounts at headquarters for the demonstration, so that a release can be made.

The five testimonies of `services/demo/demo.py` are too few to be anonymous together. These are enough, in each preset
and for each recipient, on any day: all of them report events of the same quarter of a year.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from testimony.domain.incidents import events as incident_events
from testimony.domain.incidents.events import LinkEvent
from testimony.domain.review import review
from testimony.domain.review.review import ReviewEvent, ReviewState
from testimony.domain.roles import Audience, Role
from testimony.sealing.age.errors import KeyFileDamaged
from testimony.sealing.keys.key_file import KeyFile
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.station.station import Station

STORIES: Final = Path(__file__).with_name("demonstration-counted.json")
"""Three stories. In each, people are alike who were pushed back in several pushbacks of one quarter."""
MANY: Final = 48
LONG_AGO: Final = timedelta(days=120)
"""Then every day of the quarter is before the interview, which was 10 to 13 days ago: no roster is older."""
NETWORK: Final = "P10-partners"
LAWYERS: Final = ("lawyer-1", "lawyer-2")


def invented_accounts(now: datetime) -> Iterator[dict[str, Any]]:
    """Each account, in the format of the five: all may be counted, most also for the mechanism, half for the
    network.
    """
    stories = json.loads(STORIES.read_text(encoding="utf-8"))
    for number in range(MANY):
        turn, which = divmod(number, len(stories))
        story = stories[which]
        varied = {name: answers[turn % len(answers)] for name, answers in story["varied"].items()}
        yield {
            **story,
            "purposes": ["P01", "P04", "P06", *(["P07"] if turn % 8 != 7 else [])],
            "also": [] if turn % 2 else [NETWORK],
            "days_ago": 10 + number % 4,
            "incident": {**story["incident"], "i_date": _day(now, turn).isoformat(), **varied},
        }


def lawyers(made: Organisation) -> list[Reader]:
    """Both lawyers, with their keys. Raises `KeyFileDamaged`, `PassphraseWrong`."""
    found = []
    for id in LAWYERS:
        keeper = made.keeper(id)
        keys = KeyFile.open((made.folder / keeper.file).read_bytes(), keeper.passphrase)
        if keys.opening is None:
            raise KeyFileDamaged
        found.append(Reader(id=id, role=Role.LAWYER, audience=Audience.LAWYERS, key=keys.opening, signer=keys.signer))
    return found


def cleared(station: Station, by: Sequence[Reader], tid: str, day: date) -> Iterator[Incoming]:
    """The lawyers' annexes on the testimony `tid`: cleared by both, and told by a person who gave no other
    testimony.
    """
    after: frozenset[str] = frozenset()
    for reader, to in ((by[0], ReviewState.IN_REVIEW), *((each, ReviewState.CLEARED) for each in by)):
        event = ReviewEvent(id=_number(), act=review.Act.MOVE, to=str(to), day=day, after=after)
        after |= {event.id}
        yield from _seal_annex(station, reader, tid, review.content_of(event), day)
    person = LinkEvent(id=_number(), act=incident_events.Act.PERSON, to=_number(), day=day)
    yield from _seal_annex(station, by[0], tid, incident_events.content_of([person]), day)


def _seal_annex(
    station: Station, reader: Reader, tid: str, content: Mapping[str, Any], day: date
) -> Sequence[Incoming]:
    return consent_acts.seal_content(station.chain.latest, reader, tid, content, day=day)[1]


def _number() -> str:
    return os.urandom(16).hex()


def _day(now: datetime, turn: int) -> date:
    """The day of the pushback: within three months of one quarter, a different day each time."""
    long_ago = (now - LONG_AGO).date()
    first = long_ago.month - (long_ago.month - 1) % 3
    return date(long_ago.year, first + turn % 3, 1 + 2 * turn % 28)
