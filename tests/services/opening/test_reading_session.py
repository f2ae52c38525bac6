"""A reading session reads what the desk holds, and keeps the rosters with which it began."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import compartments
from testimony.services.opening.permission import Permission
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.store.errors import PartDamaged
from tests.support.services.batches import bring, told
from tests.support.services.desks import Desk, desks


@pytest.fixture
def desk(organisation: Organisation, tmp_path: Path) -> Iterator[Desk]:
    homes = Path(shutil.copytree(organisation.folder, tmp_path / "org"))
    with desks(homes, organisation) as found:
        lawyer = found["lawyer-1"]
        bring(organisation, lawyer.central, [told(0, ("P01", "P04"))])
        lawyer.exchange()
        yield lawyer


def test_it_reads_the_heads_and_bodies_that_are_here(desk: Desk) -> None:
    with desk.station.database.reading() as session:
        reading = ReadingSession.at(desk.station, session, desk.reader)
        [(_, record)] = record_queries.records_of_kind(session, "manifest")
        [part] = [one for one in record.value["parts"] if one["part"] == "incident"]
        assert reading.head(part["heads"]["lawyers"])
        assert reading.body(part["body"])
        assert reading.head("0" * 64) is None
        assert reading.body("0" * 64) is None


def test_a_roster_that_is_adopted_meanwhile_changes_nothing(desk: Desk) -> None:
    with desk.station.database.reading() as session:
        reading = ReadingSession.at(desk.station, session, desk.reader)
        [(_, record)] = record_queries.records_of_kind(session, "manifest")
        desk.station.chain = RosterChain(desk.station.root)  # one that knows nobody who signed it
        opened = compartments.open_compartment(reading, record, "incident", permission=Permission(closed={}))
    assert opened.content


def test_a_body_that_is_damaged_is_not_taken_for_one_that_is_missing(desk: Desk) -> None:
    with desk.station.database.reading() as session:
        reading = ReadingSession.at(desk.station, session, desk.reader)
        [(_, record)] = record_queries.records_of_kind(session, "manifest")
        name = record.value["parts"][0]["body"]
        [file] = [path for path in desk.station.settings.home.rglob(f"*{name[-8:]}*") if path.is_file()]
        file.write_bytes(b"damaged")
        with pytest.raises(PartDamaged):
            reading.body(name)
