"""Work on releases in the background: opened once, stopped, gone on with, and never silent about how it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from testimony.background.worker import Stopped
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import opened_cache
from testimony.services.release import job as release_job
from testimony.services.release import jobs
from testimony.services.release.desk import Releaser
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.job import Files, Looked, ReleaseWork
from testimony.services.release.jobs import Act
from testimony.services.release.plan import Order, Plan
from testimony.store.errors import StoreFailing
from tests.support.services.desks import TODAY
from tests.support.services.release.clearances import Room, room


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Room]:
    with room(homes, organisation) as found:
        found.bring([{**one} for one in _accounts()], cleared=False)
        yield found


def _accounts() -> list[dict[str, object]]:
    from tests.support.services.batches import told

    return [told(number) for number in range(9)]


def by(desk: Room) -> Releaser:
    hand = desk.coordinator
    return Releaser(station=desk.station, reader=hand.reader, annexes=hand.annexes, day=TODAY)


def test_what_was_opened_before_it_was_stopped_is_not_opened_again(desk: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_cache, "CHUNK", 4)
    seen: list[tuple[int, int]] = []

    def stop_after_one(opened: int, total: int) -> None:
        seen.append((opened, total))
        raise Stopped

    with pytest.raises(Stopped):
        jobs.open_accounts(by(desk), stop_after_one)
    jobs.open_accounts(by(desk), lambda opened, total: seen.append((opened, total)))
    assert seen == [(4, 9), (4, 5), (5, 5)]


def test_what_is_asked_for_meanwhile_takes_the_place_of_what_goes_on(desk: Room) -> None:
    work, held, free = ReleaseWork(), threading.Event(), threading.Event()

    def slow(_: Releaser) -> str:
        held.set()
        assert free.wait(60)
        return "slow"

    first = work.begin(by(desk), Act(what="act", about=1, do=slow))
    assert held.wait(60)
    assert work.begin(by(desk), Act(what="act", about=1, do=slow)) is first, "the same is not begun twice"
    second = work.begin(by(desk), Act(what="act", about=2, do=lambda _: "second"))
    third = work.begin(by(desk), Act(what="act", about=3, do=lambda _: "third"))
    free.set()
    assert third.wait(60)
    assert second.wait(60)
    assert (first.result, third.result) == ("slow", "third"), "an act that has begun is done to its end"
    assert (second.stopped, second.result) == (True, None)


def test_whatever_it_fails_of_is_told(desk: Room) -> None:
    def refused(_: Releaser) -> None:
        raise ReleaseRefused("none")

    def unforeseen(_: Releaser) -> None:
        raise ZeroDivisionError

    for do, kind in ((refused, ReleaseRefused), (unforeseen, StoreFailing)):
        job = ReleaseWork().begin(by(desk), Act(what="act", about=None, do=do))
        assert job.wait(60)
        assert isinstance(job.error, kind)
        assert not job.succeeded


def test_what_was_made_is_forgotten_with_the_key(desk: Room) -> None:
    work = ReleaseWork()
    job = work.begin(by(desk), Act(what="files", about="a", do=lambda _: Files(name="a", files={"P06": b"zip"})))
    assert job.wait(60)
    assert work.files_of("a") == {"P06": b"zip"}
    work.forget()
    with pytest.raises(ReleaseRefused):
        work.files_of("a")


def test_a_picture_that_comes_late_does_not_take_away_what_somebody_looks_at(desk: Room) -> None:
    work = ReleaseWork()
    for name in ("looked at", "late"):
        plan = SimpleNamespace(name=name, files={"P06": name.encode()})
        looked = Looked(order=Order(recipients=("P06",)), plan=cast(Plan, plan))
        assert work.begin(by(desk), Act(what=release_job.PLAN, about=name, do=lambda _, it=looked: it)).wait(60)
    assert (work.plan_of("looked at").name, work.plan_of("late").name) == ("looked at", "late")
    assert work.files_of("looked at") == {"P06": b"looked at"}
    work.forget()
    with pytest.raises(ReleaseRefused):
        work.plan_of("looked at")


def test_what_a_page_asked_for_before_something_newer_is_not_begun_and_stops_nothing(desk: Room) -> None:
    work, held, free = ReleaseWork(), threading.Event(), threading.Event()

    def hold(_: Releaser, watched: jobs.Watch) -> None:
        held.set()
        assert free.wait(60)
        watched(1, 1)

    early, late = work.page(), work.page()
    newest = work.begin_in_turn(by(desk), Act(what="act", about=2, do=lambda _: "new", opens=hold), (late, 0))
    assert held.wait(60)
    old = work.begin_in_turn(by(desk), Act(what="act", about=1, do=lambda _: "old"), (early, 7))
    assert (old.late, old.stopped, old.running, work.last) == (True, True, False, newest)
    free.set()
    assert newest.wait(60)
    assert (newest.result, newest.stopped) == ("new", False)
    assert work.begin(by(desk), Act(what="other", about=None, do=lambda _: "other")).wait(60)
    assert work.begin_in_turn(by(desk), Act(what="act", about=1, do=lambda _: "old"), (late, 1)).late, (
        "any act is newer"
    )
