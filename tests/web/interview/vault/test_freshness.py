"""A phone says how old its list of readers is, and goes on sealing whatever a node withholds from it."""

from __future__ import annotations

import json
from collections.abc import Callable
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


@pytest.fixture
def coordinator(organisation: Organisation) -> Signer:
    return freshness.reader_of(organisation, "coordinator-1")


@pytest.fixture
def confirmed(organisation: Organisation, homes: Path, node_server: Server, coordinator: Signer) -> Roster:
    """The roster at the node, which names the coordinator; who confirmed it today."""
    record = rosters.after(organisation, organisation.roster, trust=freshness.trust("coordinator-1", coordinator))
    node_server.stop()
    rosters.adopt(homes / "field", record)
    roster = Roster.parse(record.data)
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


def seals(who: Interviewer, passphrase: str) -> None:
    """Begin an interview. The first tap takes the pages of the roster that the node adopted, and loads them."""
    with who.page.expect_navigation():
        who.act("new-interview")
    who.flagged("ready", "true")
    who.sign_in("interviewer-1", passphrase)
    who.begin()
    who.safety()


def test_the_home_card_says_how_old_the_list_of_readers_is(
    confirmed: Roster, on_day: Callable[[int], Interviewer]
) -> None:
    assert said(on_day(0)) == {"readers": "List of readers confirmed: today"}
    assert said(on_day(14)) == {"readers": "List of readers confirmed: 14 days ago"}


def test_a_node_that_withholds_the_newer_roster_is_noticed_after_fourteen_days(
    confirmed: Roster, on_day: Callable[[int], Interviewer], passphrase: str
) -> None:
    """All that such a node can do is to say nothing new."""
    late = on_day(15)
    assert list(said(late)) == ["readers-stale"]
    assert "15 days ago" in said(late)["readers-stale"]
    seals(late, passphrase)


def test_forty_days_in_the_field_stop_nothing_and_the_next_statement_ends_the_warning(
    confirmed: Roster, coordinator: Signer, on_day: Callable[[int], Interviewer], passphrase: str
) -> None:
    late = on_day(40)
    assert "40 days ago" in said(late)["readers-stale"]
    later = (datetime.now(UTC).date() + timedelta(days=39)).isoformat()
    statement = freshness.said(confirmed, later, coordinator)
    offer(late, {"record": statement.data.decode(), "sigs": statement.sigs})
    assert said(on_day(40)) == {"readers": "List of readers confirmed: yesterday"}
    late.page.context.unroute(TRUST)
    assert list(said(on_day(40))) == ["readers"]  # the node has the older one, and the phone keeps the newer
    seals(late, passphrase)


def test_a_statement_of_a_newer_roster_shows_that_the_node_withholds_it(
    confirmed: Roster, organisation: Organisation, coordinator: Signer, on_day: Callable[[int], Interviewer]
) -> None:
    who = on_day(0)
    newer = rosters.after(organisation, SignedRecord(confirmed.data, ()), issued=datetime.now(UTC).date().isoformat())
    statement = freshness.said(Roster.parse(newer.data), datetime.now(UTC).date().isoformat(), coordinator)
    offer(who, {"record": statement.data.decode(), "sigs": statement.sigs})
    assert list(said(on_day(0))) == ["readers-newer"]


@pytest.mark.parametrize("nonsense", [1, "x", [], {}, {"record": 1, "sigs": 2}, {"record": "{}", "sigs": []}])
def test_what_proves_nothing_changes_nothing(
    confirmed: Roster, on_day: Callable[[int], Interviewer], nonsense: object
) -> None:
    who = on_day(0)
    offer(who, nonsense)
    assert said(on_day(1)) == {"readers": "List of readers confirmed: yesterday"}


def test_a_phone_whose_date_is_not_set_says_so(confirmed: Roster, on_day: Callable[[int], Interviewer]) -> None:
    assert list(said(on_day(-20_000))) == ["readers-clock"]


def test_where_nobody_is_to_confirm_it_the_age_is_no_warning(on_day: Callable[[int], Interviewer]) -> None:
    assert list(said(on_day(40))) == ["readers"]


def offer(who: Interviewer, statement: object) -> None:
    """The node gives this in the place of its statement."""
    answer = who.page.context.request.get(f"{who.address}/interview/trust").json()
    body = json.dumps({**answer, "fresh": statement})
    who.page.context.route(TRUST, lambda route: route.fulfill(body=body))
