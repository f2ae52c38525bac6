"""What lawyers write of a testimony can be read as long as the testimony is there, and never after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.testimony import note, translation
from testimony.sealing.testimony.annex import open_annex, parse_annex
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.withdrawal import shredding
from tests.support.services.desks import TODAY, Desk, desks, testimony_at
from tests.support.services.reviews import meet
from tests.support.services.translations import fetched

NOTE = {"kind": note.KIND, "text": "They came at night."}
TRANSLATION = {"kind": translation.KIND, "text": "They came at night."}
LAWYERS = ("lawyers", "recovery")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def seal(desk: Desk, tid: str, content: dict[str, str]) -> list[Incoming]:
    return consent_acts.seal_bound(desk.station, desk.reader, tid, content, day=TODAY, audiences=LAWYERS)[1]


def write(desk: Desk, tid: str, content: dict[str, str]) -> None:
    consent_acts.keep(desk.station, desk.reader, seal(desk, tid, content), [], TODAY)


def read(desk: Desk) -> AnnexIndex:
    """As a desk whose key was just unlocked."""
    found = AnnexIndex()
    with desk.station.database.reading() as session:
        found.refresh(desk.station, session, desk.reader)
    return found


def outer_contents(desk: Desk) -> list[str]:
    """What this reader's key opens of every annex here, by itself."""
    found = []
    with desk.station.database.reading() as session:
        for _, record in record_queries.records_of_kind(session, "annex", after=-1):
            part = parse_annex(record).part
            head = record_queries.read_head(desk.station, session, part.heads["lawyers"])
            body = record_queries.body_in(desk.station.parts, part.body)
            opened = open_annex(record, head, body, key=desk.reader.key, chain=desk.station.chain)
            found.append(str(compartments.as_object(opened.content)["kind"]))
    return found


def test_another_lawyer_reads_it_and_it_ends_with_the_testimony(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    write(at["lawyer-1"], tid, NOTE)
    write(at["lawyer-2"], tid, TRANSLATION)
    meet(at)
    for name in ("lawyer-1", "lawyer-2"):
        assert {one.content["text"] for one in read(at[name]).about(tid)} == {"They came at night."}
        assert outer_contents(at[name]) == ["bound", "bound"]
    for name in ("lawyer-1", "coordinator-1"):
        consent_acts.withdraw_all(at[name].station, at[name].reader, tid, day=TODAY)
    meet(at)
    for name in ("lawyer-1", "lawyer-2"):
        shredding.finish(at[name].station)
        with at[name].station.database.reading() as session:
            assert shredding.is_shredded(session, tid)
        left = read(at[name])
        assert left.about(tid) == []
        assert left.closed() == 0, "nobody has to look for what was destroyed"
        assert outer_contents(at[name]) == ["bound", "bound"], "the lawyer's key opens no word any more"
        with pytest.raises(TestimonyUnknown):
            seal(at[name], tid, NOTE)  # by a page that was open meanwhile


def test_it_waits_for_its_testimony(at: dict[str, Desk], organisation: Organisation) -> None:
    one, other = at["lawyer-1"], at["lawyer-2"]
    tid = testimony_at(one.central, organisation, "P01", "P04")
    one.exchange()
    take_in(other.station, seal(one, tid, NOTE))
    with other.station.database.reading() as session:
        other.annexes.refresh(other.station, session, other.reader)
        assert (other.annexes.about(tid), other.annexes.closed("incomplete")) == ([], 1)
    other.exchange()
    with other.station.database.reading() as session:
        other.annexes.refresh(other.station, session, other.reader)
    assert [found.content for found in other.annexes.about(tid)] == [NOTE]
    assert other.annexes.closed() == 0


def test_of_a_testimony_that_does_not_open_nothing_is_bound(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    write(desk, "ab" * 16, NOTE)
    assert outer_contents(desk) == [note.KIND]
