"""A greeting, from both sides: what it takes, what it refuses, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from testimony import canonical
from testimony.errors import NotCanonical, Refused, StationBusy
from testimony.services.continuity import central_view, epochs
from testimony.services.custody import log as custody_log
from testimony.services.feed.feed import Asker
from testimony.services.roster import adoption
from testimony.store.errors import StoreFull
from testimony.sync.client import newer_rosters
from testimony.sync.client.handshake import Greeting, answer_greeting, greet, say_offered
from testimony.sync.errors import LogForeign, NotTheStation, OrganisationForeign, StationRefused
from testimony.sync.http.channel import Answer
from testimony.sync.http.transport import Transport
from tests.support.sync.world import Changed, World, bring, in_process, to


def answered(world: World, **changes: Any) -> Changed:
    """Central's answer to a greeting, with these fields in place of its own; None leaves a field out."""

    def changed(path: str, answer: Answer) -> Answer:
        if not path.startswith("/sync/greeting"):
            return answer
        said = canonical.decode_object(answer.body) | changes
        return Answer(200, answer.headers, canonical.encode({key: one for key, one in said.items() if one is not ...}))

    return Changed(in_process(world.central()), changed)


def refusing(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Transport:
    """The way to a central that answers every greeting so."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(Transport, "greeting", fails)
    return to(world.central(), world.station)


def test_a_first_greeting_learns_whose_log_it_is_and_that_nothing_happened(world: World) -> None:
    node, central = world.node(), world.central()
    learned = greet(node, to(central, world.station))
    with central.database.reading() as session:
        epoch = custody_log.epoch(session)
    assert learned == Greeting(central=central.kid, epoch=epoch, takes_back=True, takes_fresh=True)
    assert greet(node, to(central, world.station)) == learned


@pytest.mark.parametrize(("sent", "behind"), [(0, True), (1, False), (2, False), (..., False), ("0", False)])
@pytest.mark.parametrize("brought", [True, False])
def test_a_central_whose_roster_is_older_gets_the_newer_one_and_is_behind_only_if_it_does_not_take_it(
    world: World, monkeypatch: pytest.MonkeyPatch, sent: object, behind: bool, brought: bool
) -> None:
    asked: list[object] = []

    def bring_rosters(*_: object) -> bool:
        asked.append("brought")
        return brought

    monkeypatch.setattr(newer_rosters, "bring", bring_rosters)
    learned = greet(world.node(), to(world.central("other"), world.station, answered(world, roster=sent)))
    assert learned.behind is (behind and not brought)
    assert asked == ["brought"] * behind
    assert learned.takes_back is (sent is not ...)


@pytest.mark.parametrize("fresh", [None, "a statement", ...])
def test_whether_central_knows_statements_is_told_from_one_that_has_none(world: World, fresh: object) -> None:
    learned = greet(world.node(), to(world.central("other"), world.station, answered(world, fresh=fresh)))
    assert learned.takes_fresh is (fresh is not ...)
    assert learned.fresh == (None if fresh is ... else fresh)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"standing": "splendid"}, NotTheStation),
        ({"standing": None}, NotTheStation),
        ({"size": -1}, NotTheStation),
        ({"size": "1"}, NotTheStation),
        ({"size": True}, NotTheStation),
        ({"checkpoint": "a note"}, LogForeign),
        ({"checkpoint": None}, LogForeign),
        ({"checkpoint": ...}, LogForeign),
    ],
)
def test_an_answer_that_is_no_greeting_is_believed_in_nothing(
    world: World, changes: dict[str, object], error: type[Exception]
) -> None:
    node = world.node()
    with pytest.raises(error):
        greet(node, to(world.central("other"), world.station, answered(world, **changes)))
    with node.database.reading() as session:
        assert epochs.followed(session, world.central_signer.kid) == ""


@pytest.mark.parametrize(("standing", "marked"), [("good", False), ("quarantined", True)])
def test_what_central_says_of_a_node_is_kept_with_the_size_that_it_knows(
    world: World, standing: str, marked: bool
) -> None:
    node = world.node()
    channel = answered(world, standing=standing, size=5)
    assert greet(node, to(world.central("other"), world.station, channel)).quarantined is marked
    with node.database.reading() as session:
        assert central_view.told_size(session) == 5
        assert bool(central_view.quarantined_since(session)) is marked


@pytest.mark.parametrize("error", [StationBusy(60), StoreFull()])
def test_a_full_disk_and_a_busy_central_keep_no_withdrawal_from_going(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    way = refusing(world, monkeypatch, error)
    assert greet(world.node(), way) == Greeting()


@pytest.mark.parametrize("rule", ["structure", "size.limit"])
def test_a_central_that_does_not_know_the_path_is_an_older_one_and_other_refusals_are_raised(
    world: World, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    way = refusing(world, monkeypatch, StationRefused(rule))
    if rule == "structure":
        assert greet(world.node(), way) == Greeting()
    else:
        with pytest.raises(StationRefused):
            greet(world.node(), way)


@pytest.mark.parametrize(
    ("rule", "named", "brought", "raised"),
    [
        ("signer.unknown", False, True, "signer.unknown"),
        ("signature.bad", True, True, "signature.bad"),
        ("signer.inactive", True, False, "roster.behind"),
    ],
)
def test_only_a_station_that_its_own_roster_names_brings_it_to_a_central_that_knows_it_not(
    world: World, monkeypatch: pytest.MonkeyPatch, rule: str, named: bool, brought: bool, raised: str
) -> None:
    way = refusing(world, monkeypatch, StationRefused(rule))
    asked: list[object] = []
    monkeypatch.setattr(Transport, "trust", lambda _: b"")
    monkeypatch.setattr(newer_rosters, "is_named", lambda *_: named)
    monkeypatch.setattr(newer_rosters, "bring", lambda *_: (asked.append(0), brought)[1])  # type: ignore[func-returns-value]
    with pytest.raises(StationRefused) as error:
        greet(world.node(), way)
    assert error.value.rule == raised
    assert len(asked) == (raised == "roster.behind")


def test_a_central_of_another_organisation_is_told_from_one_that_has_not_enrolled_this_station(world: World) -> None:
    other = World(world.folder / "other")
    (world.folder / "other").mkdir(exist_ok=True)
    foreign = other.central()
    with pytest.raises((OrganisationForeign, StationRefused)) as error:
        greet(world.node(), to(foreign, world.station))
    assert getattr(error.value, "rule", "signer.unknown") == "signer.unknown"
    other.close()


def test_everything_is_called_offered_once_in_each_epoch_and_by_nodes_alone(world: World) -> None:
    node, desk, central = world.node(), world.desk(), world.central()
    learned = greet(node, to(central, world.station))
    asked: list[str] = []

    def counted(path: str, answer: Answer) -> Answer:
        asked.append(path)
        return answer

    def said(station: Any, greeting: Greeting) -> int:
        asked.clear()
        say_offered(station, to(central, world.station, Changed(in_process(central), counted)), greeting)
        return sum(path.startswith("/sync/greeting") for path in asked)

    assert said(desk, learned) == 0
    assert said(node, Greeting()) == 0
    assert said(node, replace(learned, epoch="another")) == 0
    assert said(node, learned) == 1
    assert said(node, learned) == 0
    with node.database.reading() as session:
        assert epochs.offered(session, central.kid) == learned.epoch


def greeting_of(world: World, **changes: object) -> bytes:
    return canonical.encode({"checkpoint": None, "since": 0, "proof": [], "offered": None} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"checkpoint": "x" * 4097},
        {"checkpoint": 7},
        {"since": -1},
        {"since": True},
        {"proof": "none"},
        {"proof": ["a"]},
        {"proof": ["a" * 64] * 129},
        {"more": 1},
    ],
)
def test_a_node_s_greeting_that_is_none_is_refused_by_its_structure(world: World, changes: dict[str, object]) -> None:
    node, central = world.node(), world.central()
    with node.database.reading() as session:
        own = custody_log.checkpoint(node.signer, session)
    data = greeting_of(world, **({"checkpoint": own} | changes))
    with pytest.raises((Refused, NotCanonical)) as error:
        answer_greeting(central, Asker(kid=node.kid, role="node"), data)
    assert getattr(error.value, "rule", "structure") == "structure"


def test_a_greeting_is_answered_with_roster_standing_size_and_statement(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    with node.database.reading() as session:
        own, size = custody_log.checkpoint(node.signer, session), custody_log.size(session)
    assert size > 0
    adoption.adopt_all(central, [world.next_roster()])
    desk = canonical.decode_object(answer_greeting(central, Asker(kid="k", role="lawyer"), greeting_of(world)))
    said = canonical.decode_object(
        answer_greeting(central, Asker(kid=node.kid, role="node"), greeting_of(world, checkpoint=own))
    )
    assert set(said) == {"checkpoint", "roster", "standing", "size", "fresh"}
    assert (desk["roster"], desk["standing"], desk["size"], desk["fresh"]) == (2, "good", 0, None)
    assert (said["roster"], said["standing"], said["size"]) == (2, "good", size)
