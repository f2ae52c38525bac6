"""What an exchange does and in which order, at each kind of station, and what of it is left out of a metered one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from testimony.domain.roles import Audience
from testimony.domain.time import Clock
from testimony.errors import NotDelivered
from testimony.services.continuity import epochs
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.link import clock_skew, last_sync
from testimony.station.station import Station
from testimony.sync.client import exchange as module
from testimony.sync.client.certificate_renewal import RenewalReport
from testimony.sync.client.exchange import ExchangeReport, Watched, at_desk, exchange, fetch_log
from testimony.sync.client.give_back import GivenBack
from testimony.sync.client.handshake import Greeting
from testimony.sync.client.pull import PullReport
from testimony.sync.client.pull_media import MediaReport
from testimony.sync.client.pull_update import UpdateReport
from testimony.sync.client.pull_wordings import WordingReport
from testimony.sync.client.push import PushReport
from testimony.sync.errors import QuotaReached
from testimony.sync.http.transport import Transport
from tests.support.sync import left_behind
from tests.support.sync.left_behind import Three
from tests.support.sync.world import World

GREETING = Greeting(central="c", epoch="e")
NOON = 1_795_521_600.0  # 2026-11-24, 12:00
STEPS: dict[str, tuple[str, Any]] = {
    "greet": ("greet", GREETING),
    "say_destroyed": ("say_destroyed", 0),
    "push": ("push", PushReport(delivered=3, refused={"a": "quota"})),
    "give_back": ("give_back", GivenBack(records=4)),
    "pull": ("pull", None),
    "take": ("fresh_statements.take", None),
    "bring": ("fresh_statements.bring", None),
    "say_offered": ("say_offered", None),
    "retire": ("retire", None),
    "media": ("pull_media.fetch", MediaReport(pieces=5)),
    "wordings": ("pull_wordings.fetch", WordingReport(clips=6)),
    "renew": ("certificate_renewal.renew", RenewalReport(asked=True)),
    "update": ("pull_update.fetch", UpdateReport(version="9.9.9")),
    "sweep": ("endings.sweep", None),
    "text": ("pull_text.fetch", None),
    "gaps": ("pull_gaps.fetch", None),
    "see": ("clock_readings.see", None),
    "hear": ("clock_readings.hear", None),
}


class Steps:
    """Every act of an exchange, replaced by one that is written down with its options."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.taken: list[str] = []
        self.options: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.errors: dict[str, list[Exception]] = {}
        packages: dict[str, dict[str, Callable[..., Any]]] = {}
        for name, (where, answer) in STEPS.items():
            package, _, act = where.rpartition(".")
            packages.setdefault(package, {})[act] = self._step(name, answer)
        for act, step in packages.pop("").items():
            patch.setattr(module, act, step)
        for package, acts in packages.items():  # as this module has it: opening a station sweeps too
            patch.setattr(module, package, SimpleNamespace(**acts))

    def _step(self, name: str, answer: Any) -> Callable[..., Any]:
        def act(*given: Any, **options: Any) -> Any:
            self.taken.append(name)
            self.options.append((name, given, options))
            if self.errors.get(name):
                raise self.errors[name].pop(0)
            return (options.get("report") or PullReport(records=7)) if name == "pull" else answer

        return act

    def said(self, name: str, option: str) -> list[Any]:
        return [options.get(option) for step, _, options in self.options if step == name]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(monkeypatch)


def way(world: World, ahead: int | None = None) -> Transport:
    return cast(Transport, SimpleNamespace(signer=world.lawyer_signer, ahead=ahead, now=lambda: NOON))


LOG = ["pull", "sweep", "gaps"]
TEXT = ["pull", "sweep", "text", "gaps"]


def test_a_node_looks_after_its_copies_and_its_certificate_and_an_update_comes_last(world: World, steps: Steps) -> None:
    report = exchange(world.node(), way(world))
    begin = ["greet", "push", "give_back", *LOG, "take", "say_offered", "retire"]
    assert steps.taken == [*begin, "wordings", "bring", "renew", "update"]
    assert report == ExchangeReport(
        greeting=GREETING,
        pushed=PushReport(delivered=3, refused={"a": "quota"}),
        returned=GivenBack(records=4),
        pulled=PullReport(records=7),
        media=MediaReport(),
        wordings=WordingReport(clips=6),
        renewal=RenewalReport(asked=True),
        update=UpdateReport(version="9.9.9"),
    )


def test_of_a_metered_exchange_all_that_is_heavy_is_left_out(world: World, steps: Steps) -> None:
    report = exchange(world.node(), way(world), heavy=False)
    assert {"wordings", "update", "media"}.isdisjoint(steps.taken)
    assert {"retire", "renew", "bring", "say_offered"} <= set(steps.taken)
    assert (report.wordings, report.update) == (WordingReport(), UpdateReport())
    assert (steps.said("push", "media"), steps.said("give_back", "media")) == ([False], [False])


@pytest.mark.parametrize("heavy", [True, False])
@pytest.mark.parametrize("audience", [Audience.LAWYERS, Audience.COORDINATORS])
def test_a_desk_says_first_what_it_destroyed_and_only_a_lawyer_fetches_media(
    world: World, steps: Steps, audience: Audience, heavy: bool
) -> None:
    report = exchange(world.desk(), way(world), audience=audience, heavy=heavy)
    media = ["media"] if heavy and audience is Audience.LAWYERS else []
    words, update = (["wordings"], ["update"]) if heavy else ([], [])
    begin = ["greet", "say_destroyed", "push", "give_back", *TEXT, "take", "say_offered"]
    assert steps.taken == [*begin, *media, *words, "bring", *update]
    assert report.media == (MediaReport(pieces=5) if media else MediaReport())
    assert report.renewal == RenewalReport()
    assert (steps.said("push", "media"), steps.said("give_back", "media")) == ([heavy], [heavy])
    assert steps.said("pull", "audience") == steps.said("text", "audience") == steps.said("gaps", "audience")
    assert steps.said("pull", "audience") == [audience]


@pytest.mark.parametrize("heavy", [True, False])
@pytest.mark.parametrize("audience", [Audience.LAWYERS, Audience.COORDINATORS])
def test_for_a_person_who_waits_text_comes_before_media_and_each_has_its_seconds(
    world: World, steps: Steps, audience: Audience, heavy: bool
) -> None:
    watched = Watched()
    report = at_desk(world.desk(), way(world), audience=audience, seconds=8.0, heavy=heavy, watched=watched)
    media = ["media"] if heavy and audience is Audience.LAWYERS else []
    last = ["wordings", "update"] if heavy else []
    begin = ["greet", "say_destroyed", "push", "give_back", *TEXT, "take", "bring"]
    assert steps.taken == [*begin, *media, *last]
    assert [seconds for name in ("media", "wordings", "update") for seconds in steps.said(name, "seconds")] == [
        8.0
    ] * len(media + last)
    assert watched.step == "media"
    assert (report.pulled, report.media) == (watched.pulled, watched.media)
    assert report.pulled is watched.pulled
    assert report.failure is None
    assert (report.greeting, report.returned) == (GREETING, GivenBack(records=4))
    assert report.wordings == (WordingReport(clips=6) if heavy else WordingReport())
    assert report.update == (UpdateReport(version="9.9.9") if heavy else UpdateReport())
    assert steps.said("push", "media") == [heavy]


@pytest.mark.parametrize(
    ("step", "greeted", "pushed", "returned"),
    [
        ("greet", Greeting(), 0, 0),
        ("push", GREETING, 0, 0),
        ("give_back", GREETING, 3, 0),
        ("pull", GREETING, 3, 4),
        ("media", GREETING, 3, 4),
    ],
)
def test_what_stops_an_exchange_at_a_desk_is_told_with_what_went_before(
    world: World, steps: Steps, step: str, greeted: Greeting, pushed: int, returned: int
) -> None:
    stopped = NotDelivered()
    steps.errors[step] = [stopped]
    watched = Watched()
    report = at_desk(world.desk(), way(world), audience=Audience.LAWYERS, seconds=None, watched=watched)
    assert report.failure is stopped
    assert (report.greeting, report.pushed.delivered, report.returned.records) == (greeted, pushed, returned)
    assert steps.taken[-1] == step
    assert watched.step == ("media" if step == "media" else "text")
    assert (report.wordings, report.update) == (WordingReport(), UpdateReport())


def test_what_the_answers_ask_for_is_delivered_and_counted_with_the_rest(world: World, steps: Steps) -> None:
    report = exchange(world.desk(), way(world), audience=Audience.LAWYERS, heavy=False, obey=lambda: 2)
    assert steps.taken.count("push") == 2
    assert steps.said("push", "media") == [False, False]
    assert report.pushed == PushReport(delivered=6, refused={"a": "quota"})


@pytest.mark.parametrize("again", [False, True])
def test_a_receipt_that_names_too_little_is_looked_up_in_the_log_once(world: World, steps: Steps, again: bool) -> None:
    steps.errors["push"] = [ReceiptRefused() for _ in range(1 + again)]
    if again:
        with pytest.raises(ReceiptRefused):
            exchange(world.desk(), way(world), audience=Audience.LAWYERS)
        assert steps.taken[-1] == "push"
    else:
        exchange(world.desk(), way(world), audience=Audience.LAWYERS)
    assert steps.taken[:8] == ["greet", "say_destroyed", "push", *TEXT, "push"]


def test_what_central_holds_back_today_keeps_what_is_given_back_and_is_not_called_offered(
    world: World, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_back = QuotaReached()
    steps_push = PushReport(held_back=held_back)
    monkeypatch.setattr(module, "push", lambda *_, **__: steps_push)
    report = exchange(world.node(), way(world))
    assert report.returned == GivenBack(held_back=held_back)
    assert {"give_back", "say_offered"}.isdisjoint(steps.taken)
    assert {"pull", "retire"} <= set(steps.taken)


@pytest.mark.parametrize(("ahead", "day"), [(0, "2026-11-24"), (24 * 60, "2026-11-23"), (None, None)])
def test_the_day_on_central_s_clock_is_seen_before_anything_goes_and_heard_after_its_log_was_read(
    world: World, steps: Steps, ahead: int | None, day: str | None
) -> None:
    node = world.node()
    exchange(node, way(world, ahead))
    known = [given[1:] for name, given, _ in steps.options if name in ("see", "hear")]
    assert known == ([] if day is None else [(Clock.CENTRAL, date.fromisoformat(day))] * 2)
    assert steps.said("hear", "fresh") == [True] * (day is not None)
    if day is not None:
        assert steps.taken[:3] == ["greet", "see", "push"]
        assert steps.taken.index("hear") == steps.taken.index("pull") + 1
    with node.database.reading() as session:
        assert clock_skew.difference(session) == ahead
        assert str(last_sync.last(session)) == node.today()


@pytest.mark.parametrize(("role", "anew"), [("node", 0), ("desk", 1)])
@pytest.mark.parametrize("error", [LogForked(station="c"), LogWentBack(station="c")])
def test_from_a_central_whose_log_forked_nothing_is_kept_and_all_is_offered_again(
    world: World, steps: Steps, monkeypatch: pytest.MonkeyPatch, role: str, anew: int, error: Exception
) -> None:
    station: Station = world.node() if role == "node" else world.desk()
    steps.errors["pull"] = [error]
    offered: list[str] = []
    monkeypatch.setattr(module, "reopen", lambda _: offered.append("reopened"))
    monkeypatch.setattr(epochs, "offer_anew", lambda _: offered.append("anew"))
    with pytest.raises(type(error)):
        fetch_log(station, way(world, 0), audience=None)
    assert offered == ["reopened", *["anew"] * anew]
    assert steps.taken == ["pull"]
    with station.database.reading() as session:
        assert last_sync.last(session) is None


def test_of_a_central_that_signed_two_stories_nothing_is_pulled(
    world: World, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forked(*_: object) -> None:
        raise LogForked(station="c")

    monkeypatch.setattr(split_view, "require_one_story", forked)
    with pytest.raises(LogForked):
        exchange(world.node(), way(world))
    assert "push" in steps.taken
    assert "pull" not in steps.taken


def test_what_central_showed_to_others_alone_is_in_the_report(
    world: World, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split_view, "shown_to_others", lambda *_: 9)
    assert fetch_log(world.node(), way(world)).kept_back == 9
    assert steps.taken == LOG


def test_two_exchanges_leave_these_rows_at_node_central_and_desk(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Station, "today", lambda _: left_behind.DAY)
    three = Three(world, tmp_path)
    three.exchange()
    three.exchange()
    assert three.rows(three.node) == left_behind.EMPTY | left_behind.outbox(5) | {
        "centrals": [("central", "central's", "central's", 6, None)],
        "outbox_state": [(left_behind.DAY, 4)],
        "standing": [(None, 6)],
    }
    assert three.rows(three.central) == left_behind.BROUGHT | {
        "log_readers": [("lawyer", 6, None), ("node", 6, None)],
        "node_incarnations": [("node", "node's", 6, left_behind.DAY, left_behind.DAY)],
        "node_states": [("node", left_behind.DAY, False, 0, 0, 0)],
        "nodes": [("node", "node's", None, "central's")],
        "quotas": [("node", "upload", 4)],
    }
    desk = {"centrals": [("central", "central's", None, None, None)], "standing": [(None, 0)]}
    assert three.rows(three.desk) == left_behind.EMPTY | desk
