"""Central with the settings of compose.yaml is admitted, takes in, and forgets nothing when the power goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from testimony.sealing.roster.chain import RosterChain
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.store.models.records import RecordRow
from tests.support.cli.headquarters import Headquarters
from tests.support.cli.organisation_of_today import made_today
from tests.support.cli.program import run
from tests.support.install import centrals, containers
from tests.support.install.centrals import Central
from tests.support.journeys.stations import wait_until

PATIENCE = 600.0


@pytest.fixture(params=["programs", pytest.param("containers", marks=pytest.mark.long)])
def central(request: pytest.FixtureRequest, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Central]:
    if request.param == "programs":
        with centrals.programs(tmp_path, free_port) as made:
            yield made
        return
    if missing := containers.lacks():
        pytest.skip(f"missing: {missing}")
    with containers.containers(tmp_path) as in_containers:
        yield in_containers


def test_central_on_postgresql_and_a_bucket_is_admitted_and_forgets_nothing(central: Central, tmp_path: Path) -> None:
    organisation = made_today(tmp_path / "org", central_url=central.url)
    node, desk = organisation.folder / "field", organisation.folder / "desk-lawyer"
    central.testimony("station", "new", "central", "--home", central.home, "--id", "central-2")
    central.start()
    bundle = admit(central, organisation, tmp_path)
    for home in (node, desk):
        updated = run("station", "update", bundle, "--home", home)
        assert updated.returncode == 0, updated.stderr
    name = told_at(node, organisation)
    assert "1 record, each with a receipt of central" in central.at("sync", "--home", str(node))
    central.kill()
    central.start()
    wait_until(central.healthy, "central after the power was away", PATIENCE, pause=2)
    central.testimony("check", "--home", central.home)
    words = organisation.keeper("lawyer-1").passphrase
    central.at("sync", "--home", str(desk), typed=f"{words}\n")
    assert held_whole(desk) == [name]


def admit(central: Central, organisation: Organisation, folder: Path) -> Path:
    """Headquarters admits it, and it joins. Returns the bundle with the roster that names it."""
    assert not central.healthy(), "it waits"
    (folder / "request.json").write_bytes(central.read(f"{central.home}/enrolment.json"))
    headquarters = Headquarters(organisation, organisation.folder)
    admitted = headquarters.admit(folder / "request.json")
    assert admitted.returncode == 0, admitted.stderr
    bundle = headquarters.bundle(2)
    there = central.bring(bundle.read_bytes())
    central.testimony("station", "join", there, "--home", central.home, typed="yes\n")
    wait_until(central.healthy, "central, which was admitted", PATIENCE, pause=2)
    return bundle


def told_at(home: Path, organisation: Organisation) -> str:
    """A testimony taken in at the node. Returns the id of its record."""
    told = next(iter(demo.invented()))
    with open_station(home) as node:
        chain = RosterChain(organisation.root, node.chain.records)
        one = demo.seal_invented(organisation, chain, told, number=0, taken_down=datetime.now(UTC), withdraw=None)
        take_in(node, list(demo.incoming(one)))
    return one.record.id


def held_whole(home: Path) -> list[str]:
    """The testimonies of a station, each with all its bodies."""
    with open_station(home) as station, station.database.reading() as session:
        names = list(session.scalars(select(RecordRow.name).where(RecordRow.kind == "manifest")))
        for name in names:
            record = record_queries.record_of(session, name)
            assert record is not None
            assert all(record_queries.read_body(station, part["body"]) for part in record.value["parts"])
    return names
