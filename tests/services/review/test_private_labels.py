"""Private labels at several desks: the lawyers' own, found by their search, and in nothing that leaves."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from testimony.services.archive import archive
from testimony.services.archive.archive import Wish
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.inbox import note_texts
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.review import private_labels
from testimony.services.review.errors import LabelRefused
from testimony.services.review.private_labels import Labelled
from tests.support.services.casefiles import COURT, account, brought, gathered
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet
from tests.support.services.translations import fetched, forge, manifest

CANARY = "red jacket, heron seventeen"
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
At = dict[str, Desk]


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[At]:
    with desks(homes, organisation) as found:
        yield found


def held(desk: Desk, tid: str) -> Labelled:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return private_labels.labels_of(desk.station, desk.annexes, tid, manifest(desk, tid))


def write(desk: Desk, tid: str, text: str = CANARY, *, minutes: int = 0) -> str:
    name, known, at = manifest(desk, tid), held(desk, tid), NOON + timedelta(minutes=minutes)
    return private_labels.write(desk.station, desk.reader, tid, name, known, text=text, at=at)


def in_list(desk: Desk, tid: str, index: InboxIndex) -> str:
    index.read_on(desk.station, desk.reader, desk.annexes, day=TODAY, seconds=600)
    row = index.row(tid)
    return row.label if row else ""


def test_a_label_reaches_the_other_lawyers_list_and_search_and_no_coordinator_and_no_disk(
    at: At, organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    words = {name: WordIndex() for name in at}
    lists = {name: InboxIndex(words[name]) for name in at}
    assert [in_list(desk, tid, lists[name]) for name, desk in at.items()] == ["", "", ""]
    assert write(at["lawyer-1"], tid, f" {CANARY}\n") == CANARY
    forge(at["lawyer-1"], tid, held(at["lawyer-1"], tid).said[0].label.to_value() | {"id": "e" * 32})
    meet(at)
    assert {name: in_list(desk, tid, lists[name]) for name, desk in at.items()} == {
        "lawyer-1": CANARY, "lawyer-2": CANARY, "coordinator-1": ""
    }  # fmt: skip
    other = at["lawyer-2"]
    found = note_texts.by_testimony(other.station, other.reader, other.annexes, {tid: manifest(other, tid)})
    assert words["lawyer-2"].saying("heron", lang="en", more=found) == {tid}
    assert held(at["coordinator-1"], tid) == Labelled()
    for station in (other.central, *(desk.station for desk in at.values())):
        for path in station.settings.home.rglob("*"):
            assert not path.is_file() or b"heron seventeen" not in path.read_bytes(), path


def test_of_two_offline_desks_the_later_label_stands_and_the_earlier_stays_to_be_read(
    at: At, organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    write(at["lawyer-2"], tid, "later", minutes=5)
    write(at["lawyer-1"], tid, "earlier")
    meet(at)
    for name in ("lawyer-1", "lawyer-2"):
        found = held(at[name], tid)
        assert (found.text, [one.label.text for one in found.said]) == ("later", ["earlier", "later"])
    write(at["lawyer-1"], tid, "", minutes=-5)
    assert (held(at["lawyer-1"], tid).text, len(held(at["lawyer-1"], tid).said)) == ("", 3)


@pytest.mark.parametrize(("who", "text", "why"), [("lawyer-1", "x" * 81, "long"), ("coordinator-1", "x", "role")])
def test_a_refused_label_writes_nothing(who: str, text: str, why: str, at: At, organisation: Organisation) -> None:
    tid = fetched(at, organisation)
    with pytest.raises(LabelRefused) as refused:
        write(at[who], tid, text)
    assert refused.value.reason == why
    assert held(at["lawyer-1"], tid) == Labelled()


def test_what_is_no_label_of_a_lawyer_on_this_testimony_counts_for_nothing(at: At, organisation: Organisation) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    write(desk, tid, "one")
    content = held(desk, tid).said[0].label.to_value()
    forge(desk, tid, content | {"id": "1" * 32, "of": "0" * 64})
    forge(desk, tid, {"kind": "label"})
    forge(at["coordinator-1"], tid, content | {"id": "2" * 32})
    meet(at)
    assert (held(desk, tid).text, held(desk, tid).unread) == ("one", 3)


def test_it_is_gone_after_a_withdrawal(at: At, organisation: Organisation) -> None:
    tid, (first, second) = fetched(at, organisation), (at["lawyer-1"], at["lawyer-2"])
    index = InboxIndex(WordIndex())
    write(first, tid)
    meet(at)
    assert in_list(second, tid, index) == CANARY
    consent_acts.withdraw_all(first.station, first.reader, tid, day=TODAY)
    meet(at)
    assert in_list(second, tid, index) == ""


def test_no_case_file_and_no_archive_has_it(at: At, organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    (tid,) = brought(desk, organisation, [account(0, "en", "We were in the forest.")])
    written = [len(archived(desk, tid))]
    write(desk, tid)
    made = gathered(desk, Order(case=COURT, tids=(tid,), lang="en"))
    assert isinstance(made, CaseFile)
    assert "heron" not in repr(made)
    assert "heron" not in repr(casefile_document.data_of(made))
    written.append(len(archived(desk, tid)))
    assert written[0] == written[1], "not even the sealed annex"


def archived(desk: Desk, tid: str) -> list[str]:
    out = io.BytesIO()
    with desk.station.database.transaction() as session:
        found = archive.compose(desk.station, session, desk.reader, Wish(tids=(tid,)), at=TODAY, annexes=desk.annexes)
        archive.write(found, out.write)
    with zipfile.ZipFile(out) as unzipped:
        return unzipped.namelist()
