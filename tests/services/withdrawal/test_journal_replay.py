"""The journal of withdrawals outlives the database: a restored one is shredded again before anything is served."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from testimony.sealing.statements import statements
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.services.delivery import outbox
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.services.tracking import withdrawal_status
from testimony.services.withdrawal import shredding, suspension
from testimony.station.station import JOURNAL, Station
from testimony.store.errors import StoreFailing
from testimony.store.files import journal as file_journal
from testimony.store.files.journal import Journal, Line
from tests.support.services.consent.withdrawals import heads_of, is_served, raw_disk, readable
from tests.support.services.world import DAY, World, entries, names, said, take, tid_of

DATABASE = "testimony.db"


def copy_of(station: Station) -> Path:
    """The database as a backup has it."""
    station.database.checkpoint()
    kept = station.settings.home.parent / "backup.db"
    shutil.copy(station.settings.home / DATABASE, kept)
    return kept


def restored(world: World, station: Station, backup: Path) -> Station:
    """The station opened again with the database of before."""
    station.close()
    home = station.settings.home
    for file in home.glob(f"{DATABASE}*"):
        file.unlink()
    shutil.copy(backup, home / DATABASE)
    again = open_station(home)
    world.opened.append(again)
    return again


def test_a_restored_database_is_shredded_again_before_anything_is_served(world: World, node: Station) -> None:
    sealed, other = world.coded(), world.testimony()
    take(node, sealed, other)
    backup = copy_of(node)
    withdrawn = world.withdrawal(sealed)
    take(node, withdrawn)
    again = restored(world, node, backup)
    assert not is_served(again, sealed)
    assert readable(again, sealed) == set()
    assert readable(again, other) == names(other)
    assert sealed.record.data not in raw_disk(again)
    assert not any(head in raw_disk(again) for part in sealed.parts for head in part.heads.values())
    assert entries(again)[-2:] == [("withdrawn", withdrawn.id), ("shredded", withdrawn.id)]
    assert said(take(again, withdrawn)) == ["duplicate"]
    assert set(said(take(again, sealed))) == {"withdrawn"}


def test_also_when_the_testimony_is_not_in_the_older_copy(world: World, node: Station) -> None:
    sealed = world.coded()
    backup = copy_of(node)
    take(node, sealed, world.withdrawal(sealed))
    again = restored(world, node, backup)
    assert set(said(take(again, sealed))) == {"withdrawn"}
    assert again.shred_keys.find(tid_of(sealed)) is None


def test_a_withdrawal_that_brought_the_code_alone_still_counts_for_the_next_testimony(
    world: World, node: Station
) -> None:
    sealed, later = world.coded(), world.coded()
    take(node, sealed)
    backup = copy_of(node)
    brought = early_withdrawal(day=DAY, signer=world.code)
    take(node, brought)
    with node.database.reading() as session:
        found = withdrawal_status.progress(node, session, withdrawal=brought.id)
    assert found is not None
    assert (found.state, found.tid, found.nodes.destroyed) == ("destroyed", tid_of(sealed), 1)
    again = restored(world, node, backup)
    assert readable(again, sealed) == set()
    assert set(said(take(again, later))) == {"withdrawn"}
    assert again.shred_keys.find(tid_of(later)) is None
    with again.database.reading() as session:
        assert {item.name for item in outbox.waiting(session)} >= {brought.id}


def test_a_suspension_is_remembered_with_its_day(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    backup = copy_of(node)
    take(node, world.withdrawal(sealed, signer=world.device))
    with node.database.reading() as session:
        due = suspension.due_of(session, tid_of(sealed))
    again = restored(world, node, backup)
    assert not is_served(again, sealed)
    with again.database.reading() as session:
        assert due is not None
        assert suspension.due_of(session, tid_of(sealed)) == due


def test_what_is_void_stays_void(world: World, node: Station) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed, signer=world.device)
    take(node, sealed, told)
    backup = copy_of(node)
    for signer in (world.lawyer_signer, world.coordinator_signer):
        take(node, statements.contest(withdrawal=told.id, annex="a" * 64, day=DAY, signer=signer))
    again = restored(world, node, backup)
    assert readable(again, sealed) == names(sealed)
    assert said(take(again, told)) == ["duplicate"]
    assert is_served(again, sealed)


@pytest.mark.parametrize("by_witness", [True, False])
def test_single_heads_stay_away(world: World, node: Station, by_witness: bool) -> None:
    sealed = world.coded()
    take(node, sealed)
    backup = copy_of(node)
    gone = heads_of(sealed, "coordinators")
    take(node, world.withdrawal(sealed, scope=gone, signer=None if by_witness else world.device))
    again = restored(world, node, backup)
    assert readable(again, sealed) == names(sealed) - set(gone)


def test_a_crash_between_database_and_journal_is_made_good(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.coded()
    take(node, sealed)
    backup = copy_of(node)

    def crash(*_: object) -> None:
        raise StoreFailing

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", crash)
        with pytest.raises(StoreFailing):
            take(node, world.withdrawal(sealed))
    assert node.shred_keys.find(tid_of(sealed)) is not None, "nothing is destroyed that is not written down"
    node.close()
    with open_station(node.settings.home) as again:
        assert again.shred_keys.find(tid_of(sealed)) is None
    assert not is_served(restored(world, node, backup), sealed)


def test_a_home_from_before_journals_gets_one(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    backup = copy_of(node)
    take(node, world.withdrawal(sealed))
    node.close()
    (node.settings.home / JOURNAL).unlink()
    open_station(node.settings.home).close()
    assert not is_served(restored(world, node, backup), sealed)


def test_opening_again_writes_nothing_twice(world: World, node: Station) -> None:
    sealed, other = world.coded(), world.coded()
    take(node, sealed, other, world.withdrawal(sealed), world.withdrawal(other, signer=world.device))
    node.close()
    kept = (node.settings.home / JOURNAL).read_bytes()
    with open_station(node.settings.home) as again:
        assert shredding.finish(again) == 0
    assert (node.settings.home / JOURNAL).read_bytes() == kept
    assert kept.count(b"\n") == 2


def test_a_damaged_line_costs_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "withdrawn.log"
    lines = [Line(word="shredded", day=DAY, tid=f"{n}" * 32, record=b"record %d" % n) for n in range(3)]
    journal = Journal(file)
    journal.append(lines[:1])
    file.write_bytes(file.read_bytes() + b"shredded 2026-11-24 - 11\n")  # it rotted
    journal.append(lines[1:])
    assert journal.read() == lines
    assert "line 2" in caplog.text
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_damaged_record_in_it_is_said_and_written_anew_from_the_database(
    world: World, node: Station, caplog: pytest.LogCaptureFixture
) -> None:
    sealed, other = world.coded(), world.coded()
    take(node, sealed, other)
    take(node, world.withdrawal(sealed))
    file = node.settings.home / JOURNAL
    whole = file.read_bytes()
    node.close()
    head, tid, record = whole.rstrip(b"\n").rpartition(b" ")
    file.write_bytes(head + tid + b"AAAA" + record[4:] + b"\n")  # still base64, and no record any more
    again = open_station(node.settings.home)
    world.opened.append(again)
    assert "the record in line 1 of the journal of withdrawals is damaged" in caplog.text
    assert (is_served(again, sealed), is_served(again, other)) == (False, True)
    assert file.read_bytes().endswith(record + b"\n")


def test_a_line_that_was_torn_is_taken_away_at_the_next_start_and_by_the_next_line(world: World, node: Station) -> None:
    sealed, other = world.coded(), world.coded()
    take(node, sealed, other, world.withdrawal(sealed))
    home = node.settings.home
    whole = (home / JOURNAL).read_bytes()
    (home / JOURNAL).write_bytes(whole + whole[:60])
    take(node, world.withdrawal(other))
    assert [line.tid for line in node.journal.read()] == [tid_of(sealed), tid_of(other)]
    node.close()
    assert file_journal.damaged(home / JOURNAL) == []
    whole = (home / JOURNAL).read_bytes()
    (home / JOURNAL).write_bytes(whole[:-7])
    again = open_station(home)
    world.opened.append(again)
    assert {line.tid for line in again.journal.read()} == {tid_of(sealed), tid_of(other)}
    assert [finding.words for finding in fsck.check(home) if finding.grave] == []
