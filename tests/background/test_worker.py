"""Work that somebody asked for: one piece at a time, watched, stopped, and told of however it ends."""

from __future__ import annotations

import threading

import pytest

from testimony.background.worker import Run, Worker
from testimony.errors import NotDelivered, TestimonyError
from testimony.store.errors import StoreFailing


def test_it_says_how_far_it_is_while_it_works() -> None:
    worker, begun, go_on = Worker[Run]("work", failure=StoreFailing), threading.Event(), threading.Event()
    assert worker.state() == {"running": False, "done": 0, "total": 0}

    def act(run: Run) -> None:
        run.done = 3
        begun.set()
        assert go_on.wait(60)

    run = worker.start(Run(total=9), act)
    assert begun.wait(30)
    assert worker.state() == {"running": True, "done": 3, "total": 9}
    assert (worker.busy, worker.wait(0), run.succeeded) == (True, False, False)
    go_on.set()
    assert worker.wait(30)
    assert (worker.state()["running"], run.succeeded) == (False, True)


def test_while_something_goes_on_nothing_else_is_begun() -> None:
    worker, go_on, second = Worker[Run]("work", failure=StoreFailing), threading.Event(), []
    first = worker.start(Run(), lambda _: go_on.wait(60) and None)
    assert worker.start(Run(), second.append) is first
    go_on.set()
    assert first.wait(30)
    other = worker.start(Run(), second.append)
    assert other.wait(30)
    assert second == [other]


def test_stopped_it_ends_between_its_steps_and_is_no_error() -> None:
    worker, begun = Worker[Run]("work", failure=StoreFailing), threading.Event()

    def act(run: Run) -> None:
        begun.set()
        while not run._stop.wait(60):
            raise AssertionError("nobody stopped it")
        run.require_wanted()

    run = worker.start(Run(), act)
    assert begun.wait(30)
    run.require_wanted()  # raises nothing as long as nobody wants its end
    worker.stop()
    assert run.wait(30)
    assert (run.stopped, run.error, run.succeeded) == (True, None, False)


@pytest.mark.parametrize(
    ("error", "failure", "kind"),
    [
        (NotDelivered(), StoreFailing, NotDelivered),
        (ZeroDivisionError("words of somebody"), StoreFailing, StoreFailing),
        (ZeroDivisionError("words of somebody"), TestimonyError, TestimonyError),
    ],
)
def test_whatever_it_fails_of_is_kept_and_logged_without_its_words(
    error: Exception, failure: type[TestimonyError], kind: type, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Run) -> None:
        raise error

    run = Worker[Run]("work", failure=failure).start(Run(), fail)
    assert run.wait(30)
    assert type(run.error) is kind
    assert (run.stopped, run.succeeded) == (False, False)
    assert "work: " in caplog.text
    assert "words" not in caplog.text


def test_forgotten_with_the_key_it_ends_and_the_next_one_waits_until_it_has() -> None:
    worker, begun, go_on, order = Worker[Run]("work", failure=StoreFailing), threading.Event(), threading.Event(), []

    def first(run: Run) -> None:
        begun.set()
        assert go_on.wait(60)
        order.append("first")
        run.require_wanted()

    run = worker.start(Run(), first)
    assert begun.wait(30)
    worker.forget()
    assert worker.last is None
    assert run.stopping
    second = worker.start(Run(), lambda _: order.append("second"))
    assert not second.wait(0)
    go_on.set()
    assert second.wait(30)
    assert (order, run.stopped) == (["first", "second"], True)
    worker.stop()  # without anything it does nothing
