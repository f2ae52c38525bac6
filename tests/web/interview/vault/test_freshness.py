"""A phone says how old its list of readers is, and goes on sealing whatever a node withholds from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.roster import Roster
from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import Server
from tests.support.services import freshness, rosters

TRUST = "**/interview/trust"
NONSENSE = (1, "x", [], {}, {"record": 1, "sigs": 2}, {"record": "{}", "sigs": []})
"""What a node may give in the place of a statement."""


@pytest.fixture(scope="module")
def organisation(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """One whose roster says that the coordinator confirms it, as its node and its phones know."""
    coordinator = freshness.reader_of(organisation, "coordinator-1")
    record = rosters.after(organisation, organisation.roster, trust=freshness.trust("coordinator-1", coordinator))
    folder = Path(shutil.copytree(organisation.folder, tmp_path_factory.mktemp("organisation") / "org"))
    rosters.adopt(folder / "field", record)
    return replace(organisation, folder=folder, roster=record)


@pytest.fixture
def coordinator(organisation: Organisation) -> Signer:
    return freshness.reader_of(organisation, "coordinator-1")


@pytest.fixture
def confirmed(organisation: Organisation, homes: Path, node_server: Server, coordinator: Signer) -> Roster:
    """The roster at the node; who confirmed it today."""
    roster = Roster.parse(organisation.roster.data)
    node_server.stop()
    freshness.confirm(homes / "field", roster, datetime.now(UTC).date().isoformat(), coordinator)
    node_server.start()
    return roster


@pytest.fixture
def on_day(interviewer: Interviewer, passphrase: str) -> Callable[[int], Interviewer]:
    """A function that signs in so many days after today."""

    def sign_in(days: int) -> Interviewer:
        interviewer.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
        interviewer.open()
        interviewer.sign_in("interviewer-1", passphrase)
        return interviewer

    return sign_in


def said(who: Interviewer) -> dict[str, str]:
    """What the home card says of the list of readers."""
    lines = who.page.locator('[data-fact^="readers"]:visible')
    return {one.get_attribute("data-fact") or "": one.inner_text() for one in lines.all()}


def seals(who: Interviewer) -> None:
    """Begin an interview."""
    who.begin()
    who.safety()


def test_a_phone_says_how_old_its_list_is_and_after_fourteen_days_that_nobody_confirmed_it(
    confirmed: Roster, coordinator: Signer, on_day: Callable[[int], Interviewer]
) -> None:
    """All that a node can do that withholds the newer roster is to say nothing new."""
    assert list(said(on_day(-20_000))) == ["readers-clock"]  # a phone whose date is not set
    assert said(on_day(0)) == {"readers": "List of readers confirmed: today"}
    late = on_day(15)
    assert list(said(late)) == ["readers-stale"]
    assert "15 days ago" in said(late)["readers-stale"]
    _forty_days_in_the_field_stop_nothing_and_the_next_statement_ends_the_warning(confirmed, coordinator, on_day)


def _forty_days_in_the_field_stop_nothing_and_the_next_statement_ends_the_warning(
    confirmed: Roster, coordinator: Signer, on_day: Callable[[int], Interviewer]
) -> None:
    late = on_day(40)
    assert "40 days ago" in said(late)["readers-stale"]
    later = (datetime.now(UTC).date() + timedelta(days=39)).isoformat()
    statement = freshness.said(confirmed, later, coordinator)
    offer(late, {"record": statement.data.decode(), "sigs": statement.sigs})
    assert said(on_day(40)) == {"readers": "List of readers confirmed: yesterday"}
    late.page.context.unroute(TRUST)
    assert list(said(on_day(40))) == ["readers"]  # the node has the older one, and the phone keeps the newer
    seals(late)


# interview/node/freshness.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_a_statement_of_a_newer_roster_shows_that_the_node_withholds_it_and_what_proves_nothing_changes_nothing(
    confirmed: Roster, organisation: Organisation, coordinator: Signer, on_day: Callable[[int], Interviewer]
) -> None:
    who = on_day(0)
    for nonsense in NONSENSE:
        offer(who, nonsense)
        assert said(on_day(1)) == {"readers": "List of readers confirmed: yesterday"}, nonsense
    newer = rosters.after(organisation, SignedRecord(confirmed.data, ()), issued=datetime.now(UTC).date().isoformat())
    statement = freshness.said(Roster.parse(newer.data), datetime.now(UTC).date().isoformat(), coordinator)
    offer(who, {"record": statement.data.decode(), "sigs": statement.sigs})
    assert list(said(on_day(0))) == ["readers-newer"]


def offer(who: Interviewer, statement: object) -> None:
    """The node gives this in the place of its statement."""
    answer = who.page.context.request.get(f"{who.address}/interview/trust").json()
    body = json.dumps({**answer, "fresh": statement})
    who.page.context.route(TRUST, lambda route: route.fulfill(body=body))
