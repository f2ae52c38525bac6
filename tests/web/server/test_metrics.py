"""What programs that watch a station get: small, cheap, true, and nothing about people."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from werkzeug.test import Client

from testimony.certificates.request import Request
from testimony.services.certificates import store as certificate_store
from testimony.services.continuity import restart
from testimony.services.custody import log as custody_log
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.intake import rejections
from testimony.services.link import clock_skew
from testimony.services.monitoring import health as monitoring_health
from testimony.station.station import Station
from testimony.store.models.base import ONLY
from testimony.store.state.centrals import CentralRow, StandingRow
from testimony.store.state.maintenance import DamagedObjectRow, MaintenanceRow
from testimony.store.state.nodes import NodeGapsRow, NodeRow
from testimony.web.server.metrics import KEPT, Monitor
from tests.support.certificates.authorities import authority, in_days
from tests.support.sync.world import heard_on
from tests.support.web.browser import Browser, Filled


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watching(opened: Callable[[str], Station], clock: Clock) -> Callable[[str], Client]:
    return lambda role: Client(Monitor(opened(role), failures=lambda: 3, clock=clock))


def health(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/health")
    return answer.status_code, json.loads(answer.text)


def metrics(client: Client) -> dict[str, float]:
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.mark.parametrize("role", ["field", "central", "lawyer"])
def test_a_station_that_takes_things_in_is_healthy(role: str, watching: Callable[[str], Client]) -> None:
    status, said = health(watching(role))
    assert (status, said["healthy"], said["store"], said["disk"]) == (200, True, "writable", "above the floor")


def test_a_full_disk_and_a_store_that_takes_nothing_are_not_healthy(
    watching: Callable[[str], Client],
    opened: Callable[[str], Station],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = watching("central")
    opened("central").space.floor = 1 << 60
    assert health(client)[0] == 503
    assert health(client)[1]["disk"] == "below the floor"
    opened("central").space.floor = 1
    clock.now += KEPT
    assert health(client)[0] == 200
    monkeypatch.setattr(monitoring_health, "try_store", lambda _: "failing")
    clock.now += KEPT
    assert health(client) == (503, health(client)[1])
    assert health(client)[1]["store"] == "failing"


def test_whoever_asks_a_thousand_times_costs_one_look(
    watching: Callable[[str], Client], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    true = monitoring_health.look
    monkeypatch.setattr(monitoring_health, "look", lambda *given: looks.append(1) or true(*given))
    client = watching("central")
    for _ in range(50):
        client.get("/health")
    assert len(looks) == 1
    clock.now += KEPT
    client.get("/health")
    assert len(looks) == 2


def test_a_node_s_numbers_are_those_of_its_page(
    watching: Callable[[str], Client], opened: Callable[[str], Station]
) -> None:
    rules = ("signature.bad", "signature.bad", "not.named", "a rule of nobody's")
    rejections.note(opened("field"), [(str(number), rule) for number, rule in enumerate(rules)])
    found = metrics(watching("field"))
    assert found['testimony_testimonies{state="waiting"}'] == 5
    assert found["testimony_exchange_failures"] == 3
    assert found["testimony_disk_floor_bytes"] == opened("field").space.floor
    assert {name: value for name, value in found.items() if "rejected" in name} == {
        'testimony_rejected_objects{rule="signature.bad"}': 2,
        'testimony_rejected_objects{rule="not.named"}': 1,
    }


def test_what_a_person_must_look_at_is_named_and_makes_nobody_ill(
    watching: Callable[[str], Client], opened: Callable[[str], Station], clock: Clock, filled: Filled
) -> None:
    """What is damaged or forked goes on taking things in: whoever restarts it, or sends nobody there, helps nobody."""
    client, node = watching("field"), opened("field")
    assert health(client)[1]["warnings"] == []
    central = next(iter(custody_log.centrals(node.chain)))
    with node.database.transaction() as session:
        session.merge(DamagedObjectRow(name="a" * 64, day="2026-11-03"))
        session.merge(CentralRow(central=central, forked_since="2026-11-03", fork="somewhere"))
        session.merge(StandingRow(id=ONLY, quarantined_since="2026-11-03"))
        clock_skew.note(session, -125)
    with node.database.transaction() as session:
        session.merge(MaintenanceRow(id=ONLY, checked="2026-11-03", unsound=True))
    delivery_refusals.note(node, {filled.sealed[0].record.id: "conflict"})
    node.space.release_ballast()
    clock.now += KEPT
    status, said = health(client)
    assert (status, said["healthy"]) == (200, True)
    assert said["warnings"] == ["damaged", "database", "forked", "marked", "refused", "ballast"]
    found = metrics(client)
    names = ("damaged_objects", "database_damaged", "fork_known", "quarantined", "ballast_there")
    assert [found[f"testimony_{name}"] for name in names] == [1, 1, 1, 1, 0]
    assert found["testimony_clock_difference_minutes"] == -125
    assert found['testimony_refused_at_central{rule="conflict"}'] == 1


def test_a_sound_station_s_numbers_say_so(watching: Callable[[str], Client], opened: Callable[[str], Station]) -> None:
    home = opened("field").settings.home
    certificate_store.install(
        home,
        certificate_store.sign(authority(), Request.parse(certificate_store.ask(home)), now=in_days(0)),
        now=in_days(0),
    )
    found = metrics(watching("field"))
    names = ("damaged_objects", "fork_known", "quarantined", "ballast_there")
    assert [found[f"testimony_{name}"] for name in names] == [0, 0, 0, 1]
    ends, today = date.fromisoformat(in_days(90).date().isoformat()), date.fromisoformat(opened("field").today())
    assert abs(found["testimony_certificate_days_left"] - (ends - today).days) <= 1
    assert not any("clock" in name or "refused_at" in name for name in found)


def test_central_counts_nodes_in_trouble(watching: Callable[[str], Client], opened: Callable[[str], Station]) -> None:
    central, kid = opened("central"), opened("field").kid
    with central.database.transaction() as session:
        session.merge(heard_on("2020-01-01", kid))
        session.merge(NodeRow(node=kid, quarantine="two", quarantined_since="2026-01-20"))
        session.merge(NodeGapsRow(node=kid, lacking=3))
        restart.begin(central, session, "e" * 32)
    found = metrics(watching("central"))
    names = ("nodes", "silent_nodes", "quarantined_nodes", "awaited_nodes", "lacking_nodes")
    assert [found[f"testimony_{name}"] for name in names] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("role", ["field", "central", "lawyer"])
def test_the_metrics_are_in_the_text_format_and_name_nobody(
    role: str, watching: Callable[[str], Client], filled: Filled
) -> None:
    client = watching(role)
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text.endswith("\n")
    said = answer.text + client.get("/health").text
    for number, sealed in enumerate(filled.sealed):
        assert filled.tid(number)[:8] not in said
        assert sealed.record.id[:8] not in said
    assert not any(word in said for word in ("interviewer", "lawyer-1", "node-1", "coordinator"))


def test_nothing_else_is_there(watching: Callable[[str], Client]) -> None:
    client = watching("field")
    assert client.get("/").status_code == client.get("/en/").status_code == client.get("/sync/nonce").status_code == 404
    assert client.post("/health").status_code == 405
    assert client.head("/health").status_code == 200


def test_phones_and_browsers_find_neither_among_the_pages(browser: Callable[..., Browser]) -> None:
    for role in ("field", "central"):
        assert browser(role).get("/health").status_code == 404
        assert browser(role).get("/metrics").status_code == 404
