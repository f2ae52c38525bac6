"""Annexes that were opened at the last unlocking are not opened again, and end with their testimony."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import annex_memory, annexes
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.review import bulk_review, private_labels
from testimony.services.withdrawal import shredding
from testimony.station.station import OPENED
from testimony.store.sql.entry_file import EntryFile
from tests.support.services.batches import NOW, bring, told
from tests.support.services.desks import TODAY, Desk, desks

LABEL = "red jacket"


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


@pytest.fixture
def tids(desk: Desk, organisation: Organisation) -> list[str]:
    """Two testimonies, each with a label (bound to it) and a review (not bound)."""
    accounts = [told(number, ("P01", "P04", "P06", "P07")) for number in range(2)]
    sealed = bring(organisation, desk.central, accounts)
    desk.exchange()
    found = [str(one.record.value["tid"]) for one in sealed]
    for one in sealed:
        tid = str(one.record.value["tid"])
        held = private_labels.labels_of(desk.station, desk.annexes, tid, one.record.id)
        private_labels.write(desk.station, desk.reader, tid, one.record.id, held, text=LABEL, at=NOW)
    bulk_review.assign(desk.station, desk.reader, desk.annexes, found, "lawyer-2", day=TODAY)
    return found


def unlock(desk: Desk) -> tuple[list[OpenedAnnex], list[str]]:
    """All that opens, and the annexes whose seal was opened for it."""
    index, opened, real = AnnexIndex(remembers=True), [], annexes.open_annex

    def counted(record: object, *args: object, **kwargs: object) -> object:
        opened.append(record.id)  # type: ignore[attr-defined]
        return real(record, *args, **kwargs)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch, desk.station.database.reading() as session:
        patch.setattr(annexes, "open_annex", counted)
        index.refresh(desk.station, session, desk.reader)
    return index.everything(), opened


def file_of(desk: Desk) -> EntryFile:
    return EntryFile(desk.station.settings.home / OPENED / f"{desk.reader.key.recipient.kid}.db")


def test_annexes_are_opened_once_and_say_the_same_afterwards(desk: Desk, tids: list[str]) -> None:
    first, opened = unlock(desk)
    assert len(opened) == len(first) == 4
    assert unlock(desk) == (first, [])
    bulk_review.assign(desk.station, desk.reader, desk.annexes, tids[:1], "", day=TODAY)
    again, opened = unlock(desk)
    assert (len(again), len(opened)) == (5, 1)


def test_the_file_shows_neither_content_nor_testimony_and_lengths_tell_nothing(desk: Desk, tids: list[str]) -> None:
    unlock(desk)
    (path,) = (desk.station.settings.home / OPENED).iterdir()
    data = path.read_bytes()
    assert LABEL.encode() not in data
    assert not any(tid.encode() in data or bytes.fromhex(tid) in data for tid in tids)
    for kind in (annex_memory.ABOUT, annex_memory.CONTENT):
        assert len({len(one) for one in file_of(desk).read(kind, file_of(desk).names(kind)).values()}) == 1


def test_an_old_copy_opens_no_annex_of_a_testimony_that_was_destroyed(desk: Desk, tids: list[str]) -> None:
    everything, _ = unlock(desk)
    (path,) = (desk.station.settings.home / OPENED).iterdir()
    kept = path.read_bytes()
    with desk.station.database.transaction() as session:
        shredding.bury(session, tids[0], "0" * 64, shredded=True)
    shredding.finish(desk.station)
    path.write_bytes(kept)
    again, opened = unlock(desk)
    assert {one.name for one in everything if one.tid == tids[0]} == set(opened), "their own seals are tried again"
    assert LABEL not in {one.content.get("text") for one in again if one.tid == tids[0]}
    assert {one.name for one in again if one.tid == tids[1]} == {one.name for one in everything if one.tid == tids[1]}


def test_while_a_testimony_is_suspended_nothing_about_it_is_remembered(desk: Desk, tids: list[str]) -> None:
    everything, _ = unlock(desk)
    with desk.station.database.transaction() as session:
        shredding.bury(session, tids[0], "0" * 64, shredded=False)
    again, opened = unlock(desk)
    assert {one.name for one in everything if one.tid == tids[0]} == set(opened)
    assert LABEL not in {one.content.get("text") for one in again if one.tid == tids[0]}
