"""What a lost station alone had is saved from its backup without its key, and nothing that was withdrawn comes back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.backup import backup
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given
from testimony.services.intake.intake import take_in
from testimony.station.station import JOURNAL, KEY, Station
from testimony.station.trials import TRIALS
from testimony.store.models.records import ReceiptRow
from testimony.sync.backup import hand_over
from testimony.sync.backup import writer as backup_writer
from testimony.sync.backup.reader import SealedSource
from testimony.sync.client.exchange import exchange
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, names, take, tid_of
from tests.support.sync.world import PARTS, held, incoming, to, waiting


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "world")
    yield world
    world.close()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere.keys"


def lose(station: Station) -> None:
    station.close()
    shutil.rmtree(station.settings.home)


@pytest.mark.both_databases(seldom=True)
@pytest.mark.parametrize("form", ["folder", "file"])
def test_testimonies_that_were_not_delivered_reach_central_without_the_node_and_its_key(
    world: World, kept: Path, keys: Path, form: str
) -> None:
    node, central = world.node(), world.central()
    take(node, delivered := world.testimony())
    exchange(node, to(central, world.station))
    four = [world.testimony(), world.testimony(), world.with_media(300_000), world.with_media(700_000)]
    take(node, *four)
    if form == "file":
        backup_writer.back_up(node, kept, SEALED, shred_keys=keys, station_key=False)
    else:
        backup.back_up(node, kept, shred_keys=keys)
    lose(node)
    source = SealedSource(kept, KEEPER) if form == "file" else kept
    report = hand_over.hand_over(central, source, Given(shred_keys=keys, key=KEEPER))
    assert [held(central, one) for one in four] == [names(one) for one in four]
    assert (report.stored, report.knew, report.refused, report.closed, report.damaged) == (4, 0, {}, 0, [])
    assert held(central, delivered) == names(delivered)
    source = SealedSource(kept, KEEPER) if form == "file" else kept
    again = hand_over.hand_over(central, source, Given(shred_keys=keys, key=KEEPER), everything=True)
    assert (again.stored, again.knew, again.refused) == (0, 5, {})
    assert list((central.settings.home / TRIALS).iterdir()) == []


def test_another_node_takes_them_and_delivers_them(world: World, kept: Path, keys: Path) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    take(node, sealed := world.with_media(300_000))
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    lose(node)
    hand_over.hand_over(other, kept, Given(shred_keys=keys, key=KEEPER))
    assert waiting(other) == [sealed.record.id]
    exchange(other, to(central, world.second_node))
    assert held(central, sealed) == names(sealed)
    assert waiting(other) == []


@pytest.mark.parametrize("known_by", ["journal", "receiver", "backup"])
def test_what_was_withdrawn_is_not_handed_over(
    world: World, kept: Path, keys: Path, tmp_path: Path, known_by: str
) -> None:
    node, central = world.node(), world.central()
    take(node, gone := world.coded(), stays := world.testimony())
    withdrawal = world.withdrawal(gone)
    if known_by == "backup":
        take(node, withdrawal)
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    given = Given(shred_keys=keys, key=KEEPER)
    if known_by == "journal":
        take(node, withdrawal)
        saved = Path(shutil.copy(node.settings.home / JOURNAL, tmp_path / "saved.log"))
        given = Given(shred_keys=keys, key=KEEPER, withdrawals=saved)
    if known_by == "receiver":
        take(central, withdrawal)
    lose(node)
    hand_over.hand_over(central, kept, given)
    assert held(central, stays) == names(stays)
    assert held(central, gone) == set()
    assert central.shred_keys.find(tid_of(gone)) is None
    bodies = [part["body"] for part in gone.record.value["parts"]]
    assert not any(map(central.parts.holds, bodies))


def test_a_withdrawal_that_the_lost_node_alone_knew_is_carried_out(world: World, kept: Path, keys: Path) -> None:
    node, central = world.node(), world.central()
    take(node, gone := world.coded())
    exchange(node, to(central, world.station))
    take(node, world.withdrawal(gone))
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    lose(node)
    assert held(central, gone) == names(gone)
    hand_over.hand_over(central, kept, Given(shred_keys=keys, key=KEEPER))
    assert held(central, gone) == set()


def test_a_new_central_takes_what_the_lost_one_held(world: World, kept: Path, keys: Path) -> None:
    central = world.central()
    take(central, *(sealed := [world.testimony(), world.with_media(300_000)]), gone := world.coded())
    take(central, world.withdrawal(gone))
    backup.back_up(central, kept, shred_keys=keys)
    lose(central)
    node = world.node()
    hand_over.hand_over(node, kept, Given(shred_keys=keys))
    assert [held(node, one) for one in sealed] == [names(one) for one in sealed]
    assert held(node, gone) == set()


def test_heads_whose_key_is_lost_and_phones_that_were_revoked_are_counted(
    world: World, kept: Path, keys: Path, tmp_path: Path
) -> None:
    node, central = world.node(), world.central()
    take(node, first := world.testimony())
    backup.back_up(node, tmp_path / "earlier", shred_keys=keys)
    take(node, world.testimony())
    backup.back_up(node, kept)
    report = hand_over.hand_over(central, kept, Given(shred_keys=keys))
    assert held(central, first) == names(first)
    assert report.closed == 1


def revoked(world: World, *ids: str) -> SignedRecord:
    """The next roster, of 2026-11-25, in which these devices are revoked."""
    value = world.successor(issued="2026-11-25")
    for one in value["devices"]:
        if one["id"] in ids:
            one["status"] = "revoked"
    return world.next_roster(devices=value["devices"], issued=value["issued"])


@pytest.mark.both_databases
def test_what_an_active_station_signed_for_is_handed_over_although_its_phone_was_revoked_since(
    world: World, kept: Path, keys: Path
) -> None:
    node, central = world.node(), world.central()
    contents = {part: Content("application/json", b"{}") for part in PARTS}
    before, after = world.with_media(300_000), world.seal(contents, day="2026-11-26")
    take(node, before, after)
    backup.back_up(node, kept, shred_keys=keys)
    lose(node)
    take(central, revoked(world, "phone-7"))
    assert said_of(central, before) == ["signer.inactive"], "nobody vouches for it without the backup"
    report = hand_over.hand_over(central, kept, Given(shred_keys=keys))
    assert report.refused == {after.record.id: "signer.inactive"}, "it is dated after the revocation"
    assert held(central, before) == names(before)
    assert held(central, after) == set()


@pytest.mark.parametrize("how", ["no receipt", "another's receipt", "a revoked station's receipt"])
def test_nothing_else_vouches_for_a_revoked_phone(world: World, kept: Path, keys: Path, how: str) -> None:
    """Its thief dates back what it seals, and puts it into a backup; or has the station's key too."""
    node, central, sealed = world.node(), world.central(), world.testimony()
    take(node, world.testimony(), sealed)
    if how != "a revoked station's receipt":
        with node.database.transaction() as session:
            other = session.scalars(select(ReceiptRow).where(ReceiptRow.record != sealed.record.id)).one()
            mine = session.scalars(select(ReceiptRow).where(ReceiptRow.record == sealed.record.id)).one()
            if how == "no receipt":
                session.delete(mine)
            else:
                mine.data = other.data
    backup.back_up(node, kept, shred_keys=keys)
    lose(node)
    gone = ("phone-7", "node-1") if how == "a revoked station's receipt" else ("phone-7",)
    take(central, revoked(world, *gone))
    report = hand_over.hand_over(central, kept, Given(shred_keys=keys))
    assert report.refused[sealed.record.id] == "signer.inactive"
    assert held(central, sealed) == set()


def said_of(station: Station, sealed: SealedTestimony) -> list[str]:
    """The rules by which it is refused when nobody vouches for it."""
    return [one.rule for one in take_in(station, incoming(sealed)[:1], vouched=False).statuses]


def test_a_stranger_s_backup_and_a_desk_are_refused_and_nothing_is_changed(
    world: World, kept: Path, keys: Path, tmp_path: Path
) -> None:
    stranger = World(tmp_path / "elsewhere")
    foreign = stranger.node()
    take(foreign, stranger.testimony())
    backup.back_up(foreign, kept, shred_keys=keys)
    central, desk = world.central(), world.desk()
    with pytest.raises(BackupRefused, match="another organisation"):
        hand_over.hand_over(central, kept, Given(shred_keys=keys))
    with pytest.raises(BackupRefused, match="A desk takes in no"):
        hand_over.hand_over(desk, kept, Given(shred_keys=keys))
    assert not (central.settings.home / TRIALS).exists()
    stranger.close()


def test_no_key_of_the_lost_station_is_ever_in_the_receiving_home(
    world: World, kept: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central = world.node(), world.central()
    take(node, world.testimony())
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    seen: list[str] = []
    taken = hand_over._take_in

    def looking(*arguments: object) -> None:
        seen.extend(file.name for file in (central.settings.home / TRIALS).rglob("*"))
        taken(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hand_over, "_take_in", looking)
    hand_over.hand_over(central, kept, Given(shred_keys=keys, key=KEEPER))
    assert "root.json" in seen
    assert KEY not in seen
