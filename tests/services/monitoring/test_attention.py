"""What needs attention at a node: each trouble begins and ends at its own limit, and the gravest comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from testimony.services.continuity.incarnations import Quarantine
from testimony.services.intake.rejections import Rejected
from testimony.services.monitoring import attention
from testimony.services.monitoring.heartbeats import Contact
from testimony.services.monitoring.types import GRAVEST_FIRST, NodeLine, Trouble

TODAY = "2026-12-31"


def node(id: str = "node-1", **more: Any) -> NodeLine:
    return replace(NodeLine(id=id, status="active", testimonies=0, day=TODAY), **more)


def troubles(line: NodeLine) -> tuple[Trouble, ...]:
    return attention.troubles(line, today=TODAY, roster=3)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, ()),
        ({"lacking": 0}, ()),
        ({"lacking": 1}, ("lacking",)),
        ({"free": 5, "floor": 4}, ()),
        ({"free": 4, "floor": 4}, ("full",)),
        ({"free": 3, "floor": 4}, ("full",)),
        ({"free": 0}, ()),
        ({"floor": 4}, ()),
        ({"until": "2027-01-30"}, ()),
        ({"until": "2027-01-29"}, ("certificate",)),
        ({"until": "2026-01-01"}, ("certificate",)),
        ({"until": "soon"}, ()),
        ({"roster": 3}, ()),
        ({"roster": 2}, ("roster",)),
        ({"roster": 4}, ("roster",)),
        ({"clock": 5}, ()),
        ({"clock": -5}, ()),
        ({"clock": 6}, ("clock",)),
        ({"clock": -6}, ("clock",)),
        (
            {"clock": 9, "roster": 1, "until": TODAY, "free": 0, "floor": 1, "lacking": 2},
            ("lacking", "full", "certificate", "roster", "clock"),
        ),
    ],
)
def test_what_a_node_reports(said: dict[str, Any], found: tuple[Trouble, ...]) -> None:
    assert troubles(node(contact=Contact(day=TODAY, **said))) == found


@pytest.mark.parametrize(
    ("day", "found"), [("", ("new",)), ("2026-12-24", ()), ("2026-12-23", ("silent",)), ("2025-12-31", ("silent",))]
)
def test_a_node_is_silent_after_a_week_and_new_before_its_first_word(day: str, found: tuple[Trouble, ...]) -> None:
    assert troubles(node(day=day)) == found


def test_the_last_day_is_that_of_a_report_or_of_what_arrived() -> None:
    early, late = "2026-12-01", "2026-12-30"
    assert troubles(node(day=early, contact=Contact(day=late))) == ()
    assert troubles(node(day=late, contact=Contact(day=early))) == ()
    assert troubles(node(day=early, contact=Contact(day=early))) == ("silent",)


@pytest.mark.parametrize(
    ("days", "found"), [(["2026-12-24"], ("refused",)), (["2026-12-23"], ()), (["2026-12-01", TODAY], ("refused",))]
)
def test_what_was_refused_counts_for_a_week(days: list[str], found: tuple[Trouble, ...]) -> None:
    refused = tuple(Rejected(day=day, rule="structure", number=1) for day in days)
    assert troubles(node(refused=refused)) == found


def test_a_revoked_node_is_told_only_where_it_is_marked() -> None:
    copied = Quarantine(reason="two", since=TODAY)
    gone = node(status="revoked", day="2026-01-01", awaited=True, contact=Contact(day="2026-01-01", lacking=4))
    assert troubles(gone) == ()
    assert troubles(replace(gone, quarantine=copied)) == ("marked",)
    assert troubles(node(awaited=True, quarantine=copied)) == ("marked", "awaited")


def test_the_gravest_comes_first_then_more_troubles_then_the_longest_silence_and_revoked_ones_last() -> None:
    lines = [
        node("node-10"),
        node("node-9"),
        node("node-1", status="revoked", day="2020-01-01"),
        node("node-2", day="2026-12-30"),
        node("node-3", troubles=("clock",)),
        node("node-4", troubles=("roster", "clock")),
        node("node-5", troubles=("roster",)),
        node("node-6", troubles=("marked",)),
        node("node-7", troubles=("marked",), status="revoked"),
    ]
    order = [line.id for line in attention.in_order(lines)]
    assert order == [f"node-{number}" for number in (6, 7, 4, 5, 3, 2, 9, 10, 1)]
    assert GRAVEST_FIRST[0] == "marked"
