"""What comes round again: in its time, never twice at once, whatever it raises, and until it is told to stop."""

from __future__ import annotations

import threading

import pytest

from testimony.background import scheduler as schedulers
from testimony.background.scheduler import Scheduler
from testimony.errors import NotDelivered
from tests.support.background.manual_clock import Hands

DAY = 24 * 3600.0


def test_a_job_runs_at_once_and_again_after_its_interval() -> None:
    hands, runs = Hands(), []
    hands.scheduler.add("job", lambda: runs.append(hands.now), every=60)
    assert hands.move(0) == 60
    assert hands.move(59) == 1
    assert hands.move(1) == 60
    assert runs == [1000, 1060]


def test_a_job_whose_first_run_comes_after_an_interval_waits_for_it() -> None:
    hands, runs = Hands(), []
    hands.scheduler.add("job", lambda: runs.append(hands.now), every=60, first=None)
    assert hands.move(0) == 60
    hands.move(60)
    assert runs == [1060]


def test_the_interval_begins_when_a_run_ends() -> None:
    hands = Hands()

    def slow() -> None:
        hands.now += 500

    hands.scheduler.add("job", slow, every=60)
    assert hands.move(0) == 60


def test_a_job_that_says_when_runs_then_instead() -> None:
    hands, waits = Hands(), [5.0, 1800.0, None]
    hands.scheduler.add("job", lambda: waits.pop(0), every=60)
    assert [hands.move(0), hands.move(5), hands.move(1800)] == [5, 1800, 60]


def test_chance_adds_no_more_than_a_share_of_the_interval() -> None:
    hands = Hands()  # its chance is always the most
    hands.scheduler.add("job", lambda: None, every=100, first=None, jitter=0.1)
    assert hands.move(0) == pytest.approx(110)
    real = Scheduler(clock=lambda: 0.0)
    waits = {real.add("job", lambda: None, every=100, first=None, jitter=0.1).due_in() for _ in range(50)}
    assert len(waits) > 1
    assert all(100 <= wait <= 110 for wait in waits)


def test_waking_runs_it_now_and_once_more_where_it_runs_already() -> None:
    hands, began, go_on, runs = Hands(), threading.Semaphore(0), threading.Semaphore(0), []

    def act() -> None:
        began.release()
        assert go_on.acquire(timeout=30)
        runs.append(hands.now)

    job = hands.scheduler.add("job", act, every=DAY, first=None)
    job.wake()
    hands.scheduler.run_due()
    assert began.acquire(timeout=30)
    job.wake()
    job.wake()
    hands.scheduler.run_due()
    assert not began.acquire(blocking=False), "never twice at once"
    go_on.release(2)
    assert hands.scheduler.wait(30)
    assert hands.move(0) == DAY
    assert len(runs) == 2, "what changed while it ran may have come too late for it, and is looked at once"


def test_a_job_without_an_interval_runs_only_when_it_is_asked_for_and_a_later_plan_replaces_an_earlier_one() -> None:
    hands, runs = Hands(), []
    job = hands.scheduler.add("job", lambda: runs.append(hands.now), first=None)
    assert hands.move(DAY) is None
    job.run_in(5)
    hands.move(4)
    job.run_in(5)  # still something is going on
    hands.move(4)
    assert runs == []
    assert hands.move(1) is None
    assert len(runs) == 1


@pytest.mark.parametrize("error", [NotDelivered(), KeyError("words that must not be logged")])
def test_what_a_job_raises_is_logged_without_its_words_and_it_runs_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    hands, runs = Hands(), []

    def fail() -> None:
        runs.append(1)
        raise error

    hands.scheduler.add("job", fail, every=60)
    assert hands.move(0) == 60
    hands.move(60)
    assert len(runs) == 2
    assert "job: " in caplog.text
    assert ("unexpected: KeyError" in caplog.text) == isinstance(error, KeyError)
    assert "words" not in caplog.text


def test_one_that_waits_holds_up_no_other() -> None:
    hands, go_on, ran = Hands(), threading.Event(), threading.Semaphore(0)
    hands.scheduler.add("slow", lambda: go_on.wait(60) and None, every=60)
    other = hands.scheduler.add("other", lambda: ran.release(), every=60)
    for _ in range(3):
        hands.scheduler.run_due()
        assert ran.acquire(timeout=30)
        assert other.thread is not None
        other.thread.join(30)
        hands.now += 60
    go_on.set()
    assert hands.scheduler.wait(30)


def test_where_no_thread_can_be_had_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hands, runs = Hands(), []
    hands.scheduler.add("job", lambda: runs.append(1), every=DAY)

    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", none_left)
        assert hands.move(0) == schedulers.CROWDED
    assert "no thread left" in caplog.text
    hands.move(schedulers.CROWDED)
    assert runs == [1]


def test_started_it_keeps_the_time_by_itself_and_hears_of_what_is_planned_later() -> None:
    scheduler, ran = Scheduler(), threading.Semaphore(0)
    job = scheduler.add("job", lambda: ran.release(), first=None)
    scheduler.start()
    try:
        for _ in range(3):
            job.wake()
            assert ran.acquire(timeout=30)
            assert scheduler.wait(30)
        scheduler.add("late", lambda: ran.release(), every=DAY)
        assert ran.acquire(timeout=30)
    finally:
        assert scheduler.stop() == []


def test_at_the_end_what_runs_is_waited_for_and_what_it_waits_for_is_cut_short() -> None:
    scheduler, began, cut, ended = Scheduler(), threading.Event(), threading.Event(), []

    def act() -> None:
        began.set()
        assert cut.wait(60)
        ended.append(1)

    scheduler.add("job", act, every=0.0, on_stop=cut.set)
    scheduler.start()
    assert began.wait(30)
    assert scheduler.stop() == []
    assert ended == [1], "and it began nothing more"
    assert scheduler.stop() == [], "twice is harmless"
    scheduler._jobs[0].wake()
    assert ended == [1]


def test_at_the_end_a_job_with_a_limit_is_waited_for_no_longer(caplog: pytest.LogCaptureFixture) -> None:
    scheduler, began, go_on = Scheduler(), threading.Event(), threading.Event()

    def act() -> None:
        began.set()
        go_on.wait(60)

    job = scheduler.add("mail", act, every=DAY, stop_timeout=0.01)
    scheduler.start()
    assert began.wait(30)
    assert scheduler.stop() == ["mail"]
    assert "still running at the end: mail" in caplog.text
    go_on.set()
    assert job.thread is not None
    job.thread.join(30)


def test_to_stop_one_that_never_ran_is_harmless() -> None:
    hands, runs = Hands(), []
    hands.scheduler.add("job", lambda: runs.append(1), every=60)
    assert hands.scheduler.stop() == []
    hands.now += 60
    hands.scheduler.run_due()
    assert runs == []
