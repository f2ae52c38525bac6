"""What must be so in the end: everybody has the same, each once, and what was withdrawn nobody has."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from testimony.sealing.parts.manifest import is_media
from testimony.services.continuity import incarnations
from testimony.services.custody import log as custody_log
from testimony.services.feed.feed import COORDINATORS_MAY_OPEN
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.store.models.records import RefusalRow
from tests.support.sync.exactly_once import logged, require_gone
from tests.support.sync.fleet import DESKS, Fleet
from tests.support.sync.hostile_central import found_gaps
from tests.support.sync.invariants import WHOLE, Sight
from tests.support.sync.supply import Told
from tests.support.sync.world import held, waiting

READ = ("central", *DESKS)
"""These have everything that they may have."""


def require_the_same(fleet: Fleet) -> None:
    assert not any(fleet.outboxes.values())
    for name in (*fleet.nodes, *DESKS):
        assert waiting(fleet.stations[name]) == [], name
    central = fleet.stations["central"]
    for kind in ("received", "completed"):
        assert all(times == 1 for times in Counter(logged(central, kind)).values())
    _require_one_log(fleet)
    for name in READ:
        _require_known(fleet, name)
    for name in (*fleet.nodes, *DESKS):
        found = found_gaps(fleet.stations[name])
        assert (found.left_out, found.unlogged) == ((), ()), name
    for number in sorted(fleet.told):
        _require_fate(fleet, number)
    if not fleet.suspicious:
        with central.database.reading() as session:
            kids = (fleet.stations[name].kid for name in fleet.nodes)
            assert not any(incarnations.quarantine(session, kid) for kid in kids)


def _require_one_log(fleet: Fleet) -> None:
    """Every desk has read all of central's log, every node too."""
    central = fleet.stations["central"]
    with central.database.reading() as session:
        size, root = custody_log.size(session), custody_log.root(session)
    for name in (*fleet.nodes, *DESKS):
        with fleet.stations[name].database.reading() as session:
            assert custody_log.mirror_size(session, central.kid) == size, name
            assert custody_log.mirror_root(session, central.kid, size).hex() == root


def _require_known(fleet: Fleet, name: str) -> None:
    """Every withdrawal, contest, taken back use and refusal, wherever it was said."""
    station, pool = fleet.stations[name], fleet.supply.pool
    with station.database.reading() as session:
        refusals = set(session.scalars(select(RefusalRow.record)))
    counted = {fleet.supply.refusals[number].record.id for number in fleet.refused}
    assert refusals == counted
    records = Sight(fleet, name).records
    assert {pool[number].by_witness[how].id for number, ways in fleet.said.items() for how in ways} <= records.keys()
    assert {pool[number].by_worker.id for number in fleet.passed_on} <= records.keys()
    contests = {pool[number].contests[desk].id for number, desks in fleet.contested.items() for desk in desks}
    assert contests <= records.keys()
    for number in fleet.used - _ended_unheard(fleet):
        assert len(_annex_held(station, pool[number])) == (4 if name == "central" else 2)


def _ended_unheard(fleet: Fleet) -> set[int]:
    """Testimonies that central never had, since keeping ended before: it takes nothing of their codes."""
    if not fleet.ended:
        return set()
    with fleet.stations["central"].database.reading() as session:
        return {0} if record_queries.record_of(session, fleet.supply.pool[0].id) is None else set()


def _annex_held(station: Station, told: Told) -> set[str]:
    with station.database.reading() as session:
        return {item.name for item in record_queries.parts_of(session, told.uses.record.id) if item.held}


def _require_fate(fleet: Fleet, number: int) -> None:
    """Withdrawn by the code, or kept no longer: gone everywhere; by a worker: served nowhere; else: at central and its
    readers.
    """
    told, ways = fleet.supply.pool[number], fleet.said.get(number, set())
    hidden = number in fleet.passed_on and not fleet.is_void(number)
    for name, station in fleet.stations.items():
        if not ways.isdisjoint(WHOLE) or (number == 0 and fleet.ended):
            require_gone(station, told.sealed)
        elif hidden:
            _require_not_served(station, told)
        elif name in READ:
            taken = frozenset().union(*(told.scopes[how] for how in ways))
            least, most = _readable(told, name, taken)
            assert least <= held(station, told.sealed) <= most, name


def _require_not_served(station: Station, told: Told) -> None:
    """A node that never had it need not know."""
    assert held(station, told.sealed) == set()
    with station.database.reading() as session:
        known = record_queries.record_of(session, told.id) is not None
        assert not known or not record_queries.is_served(session, told.tid)


def _readable(told: Told, name: str, taken: frozenset[str]) -> tuple[set[str], set[str]]:
    """What must be here, and what may be: a body whose head was taken back may have come before."""
    least: set[str] = set()
    most: set[str] = set()
    audience = {"desk": "lawyers", "desk-2": "coordinators"}.get(name)
    for part in told.sealed.record.value["parts"]:
        heads = {head for to, head in part["heads"].items() if audience in (None, to)}
        open_to = bool(heads) and (audience != "coordinators" or part["part"] in COORDINATORS_MAY_OPEN)
        if open_to:
            least |= heads - taken
            most |= heads - taken | {part["body"]}
            if name == "central" or not (heads & taken and is_media(part["part"])):
                least.add(part["body"])
    return least, most
