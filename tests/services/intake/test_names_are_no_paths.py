"""Nothing that another station says becomes a path: what stands where a name belongs is refused, no file is made."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import questions, statements
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from tests.support.services.desks import TODAY, Desk, desks, testimony_at

HOSTILE = ("../../../../evil", "/evil", "..\\..\\evil", "..", ".", "", "evil\0", "e" * 300, "%2e%2e%2fevil", "COM1")
NOT_NAMES = frozenset({"v", "day", "form", "by", "scope"})
"""What is compared with fixed texts, is a date, or is found among keys: tried elsewhere."""


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to every text in a record's value that stands where a name belongs."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key not in NOT_NAMES:
                yield from places(one, (*way, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*way, number))
    elif isinstance(value, str):
        yield way


def replaced(value: Any, way: tuple[Any, ...], text: str) -> Any:
    made = copy.deepcopy(value)
    held = made
    for step in way[:-1]:
        held = held[step]
    held[way[-1]] = text
    return made


def files(station: Station) -> set[Path]:
    return set(station.settings.home.parent.rglob("*"))


def records(desk: Desk, organisation: Organisation, tid: str) -> Iterator[tuple[SignedRecord, Any]]:
    """One of each kind that a desk takes from a feed, and who signs it."""
    with desk.station.database.reading() as session:
        manifest = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
    device = next(key for key in organisation.signers.values() if key.kid == manifest.by)
    reader = consent_acts.signer_of(desk.reader)
    yield manifest, device
    withdrawal = statements.withdrawal(tid=tid, scope="all", day=TODAY.isoformat(), signer=reader)
    yield withdrawal, reader
    yield statements.shredded(withdrawal=withdrawal.id, day=TODAY.isoformat(), signer=reader), reader
    yield questions.question(tid=tid, code="call", day=TODAY.isoformat(), signer=reader), reader
    annex, _ = consent_acts.seal_content(desk.station.chain.latest, desk.reader, tid, {"kind": "none"}, day=TODAY)
    yield annex, reader


def test_what_stands_where_a_name_belongs_is_refused_and_makes_no_file(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    desk = at["lawyer-1"]
    tid = testimony_at(desk.central, organisation, "P01", "P04")
    desk.exchange()
    before, tried = files(desk.station), 0
    for record, signer in records(desk, organisation, tid):
        for way in places(record.value):
            for text in HOSTILE:
                made = SignedRecord.sign(replaced(record.value, way, text), signer)
                (status,) = take_in(desk.station, [Incoming("record", made.encode())]).statuses
                assert status.status == "refused", (record.kind, way, text)
                tried += 1
    assert tried > 400
    assert {one for one in files(desk.station) - before if not one.name.startswith("station.db")} == set()
