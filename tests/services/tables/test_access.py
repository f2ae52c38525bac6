"""A coordinator who joins later gets the secret of published tables from a colleague, and no other way."""

from __future__ import annotations

import pytest

from testimony.services.ledger import access as ledger_access
from testimony.services.ledger.errors import LedgerIncomplete
from testimony.services.release.desk import Releaser
from testimony.services.roster import adoption as roster_adoption
from testimony.services.tables import ledger as tables_ledger
from testimony.services.tables import tables
from tests.support.services.release.ledgers import TODAY, Coordinators, LedgerDesk, desk, meet, two, world

__all__ = ["two", "world"]


def by(at: LedgerDesk) -> Releaser:
    return Releaser(station=at.station, reader=at.reader, annexes=at.annexes, day=TODAY)


def test_a_new_coordinator_publishes_nothing_until_a_colleague_gives_access(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, other = two
    for at in two:
        tables.make_secret(by(at))
    meet(one, other)
    record = world.next_roster(people=[*world.chain.latest.value["people"], world.person("coordinator-3")])
    for station in (one.central, one.station, other.station):
        with station.database.transaction() as session:
            roster_adoption.adopt(station, session, record)
    newcomer = desk(world, one.central, "coordinator-3")
    newcomer.exchange()
    with pytest.raises(LedgerIncomplete) as closed:
        tables_ledger.read(by(newcomer))
    assert closed.value.reason == "closed"
    assert ledger_access.let_in(one.station, one.reader, one.annexes, day=TODAY)
    one.exchange()
    newcomer.exchange()
    assert tables_ledger.read(by(newcomer)).master() == tables_ledger.read(by(other)).master()


def test_who_lost_their_desk_has_the_secret_again_at_a_new_one(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    """Central keeps what is sealed to coordinators, and cannot open it."""
    one, other = two
    for at in two:
        tables.make_secret(by(at))
    meet(one, other)
    again = LedgerDesk(world, world.desk("new-desk"), world.reader_of("coordinator-1"), one.central)
    again.exchange()
    assert tables_ledger.read(by(again)).master() == tables_ledger.read(by(other)).master()
