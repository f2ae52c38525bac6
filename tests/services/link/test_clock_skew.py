"""The clock of a station beside central's, as the date of an answer says: minutes, shown and never used."""

from __future__ import annotations

import pytest

from testimony.services.link import clock_skew
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.http.channel import Answer
from tests.support.services.world import World
from tests.support.sync.world import Changed, in_process, to

AT = 1_795_536_024.0
DATE = "Tue, 24 Nov 2026 16:00:24 GMT"  # the same


@pytest.mark.parametrize(
    ("date", "minutes"),
    [
        (DATE, 0),
        ("Tue, 24 Nov 2026 15:59:25 GMT", 0),
        ("Tue, 24 Nov 2026 15:58:24 GMT", 2),
        ("Tue, 24 Nov 2026 18:00:24 GMT", -120),
        ("Tuesday, 24-Nov-26 16:00:24 GMT", 0),
        ("", None),
        ("yesterday", None),
        ("Tue, 24 Nov 2026 99:00:24 GMT", None),
        ("Tue, 24 Nov 2026 16:00:24 +99999999999999999999", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
    ],
)
def test_a_date_says_how_far_ahead_this_clock_is_or_nothing(date: str, minutes: int | None) -> None:
    assert clock_skew.ahead(date, AT) == minutes


def difference(node: Station) -> int | None:
    with node.database.reading() as session:
        return clock_skew.difference(session)


def test_an_exchange_notes_it_and_an_answer_without_a_date_says_nothing(
    world: World, node: Station, central: Station
) -> None:
    exchange(node, to(central, world.station))
    assert difference(node) is None

    def dated(_: str, given: Answer) -> Answer:
        return Answer(given.status, given.headers | {"date": DATE}, given.body)

    for now, minutes in ((AT + 7_260, 121), (AT - 300, -5)):
        transport = to(central, world.station, Changed(in_process(central), dated))
        transport.now = lambda now=now: now  # type: ignore[misc]
        exchange(node, transport)
        assert difference(node) == minutes
