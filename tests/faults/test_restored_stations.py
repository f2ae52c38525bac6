"""The drill: a node and central are lost and made again; what was withdrawn stays destroyed, and sync goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.errors import NotDelivered
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.backup import backup, restore
from testimony.services.backup.restore import Given
from testimony.services.continuity import restart
from testimony.services.integrity import fsck
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.services.testimony import keyless_check
from testimony.station.station import JOURNAL, Station
from testimony.sync.client.exchange import exchange
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, names, take, tid_of
from tests.support.sync.world import held, to, waiting


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def kept(station: Station) -> Path:
    """Its backup, with the keys beside it."""
    folder = station.settings.home.with_suffix(".backup")
    backup.back_up(station, folder, shred_keys=folder.with_suffix(".keys"), recipients=SEALED)
    return folder


def lost(world: World, station: Station, folder: Path, **given: Path) -> Station:
    """The disk is gone; the station again, from its backup. What it looks like before its first start."""
    home = station.settings.home
    station.close()
    shutil.rmtree(home)
    restore.restore(folder, home, Given(key=KEEPER, shred_keys=folder.with_suffix(".keys"), **given))
    require_sound(home)
    again = open_station(home)
    world.opened.append(again)
    return again


def require_sound(home: Path) -> None:
    assert [finding.words for finding in fsck.check(home) if finding.grave] == []


def tids(station: Station) -> list[str]:
    with station.database.reading() as session:
        return sorted(keyless_check.testimonies(session))


def is_destroyed(station: Station, sealed: SealedTestimony) -> bool:
    bodies = [part["body"] for part in sealed.record.value["parts"]]
    with station.database.reading() as session:
        served = record_queries.is_served(session, tid_of(sealed))
    return not (served or station.shred_keys.find(tid_of(sealed)) or any(map(station.parts.holds, bodies)))


def test_a_node_and_central_are_lost_and_nothing_is_lost_or_doubled_and_the_withdrawn_stays_destroyed(
    world: World, tmp_path: Path
) -> None:
    node, central, desk = world.node(), world.central(), world.desk()
    withdrawn, before, recorded = world.coded(), world.testimony(), world.with_media(300_000)
    take(node, withdrawn, before, recorded)
    exchange(node, to(central, world.station))
    of_node, of_central = kept(node), kept(central)

    after, waits = world.testimony(), world.testimony()
    take(node, after)
    take(node, world.withdrawal(withdrawn))
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    take(node, waits)

    central = lost(world, central, of_central)
    assert held(central, withdrawn) == names(withdrawn), "its journal was lost with it: the node's word is needed"
    with pytest.raises(NotDelivered):  # so no reader is served before every node has offered what it keeps
        exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    exchange(node, to(central, world.station))
    assert is_destroyed(central, withdrawn)

    saved = Path(shutil.copy(node.settings.home / JOURNAL, tmp_path / "saved.log"))
    take(central, waits)  # so that what the node's backup does not know is lost nowhere: its phone brought it elsewhere
    node = lost(world, node, of_node, withdrawals=saved)
    assert is_destroyed(node, withdrawn)

    exchange(node, to(central, world.station))
    exchange(node, to(central, world.station))  # what it heard of the destroying goes back for a receipt
    assert waiting(node) == []
    with central.database.transaction() as session:
        restart.resume(central, session)  # an operator says that the second node of the roster has nothing
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert tids(central) == sorted(map(tid_of, (before, recorded, after, waits)))
    assert [held(central, one) for one in (before, recorded, after, waits)] == list(
        map(names, (before, recorded, after, waits))
    )
    assert all(is_destroyed(station, withdrawn) for station in (node, central))
    assert set(tids(desk)) == set(tids(central))
    new = world.testimony()
    take(node, new)
    exchange(node, to(central, world.station))
    assert held(central, new) == names(new)
    for station in (node, central, desk):
        station.close()
        require_sound(station.settings.home)
