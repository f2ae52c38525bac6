"""Group commit: one commit for many blocks, and nobody is told of success before it happened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from testimony.store.files.group_commit import GroupCommit


class Ledger:
    """A made-up database: what is written lasts only when committed. `commit_takes` stands for a slow disk."""

    def __init__(self, commit_takes: float = 0.0) -> None:
        self.commit_takes = commit_takes
        self.lasting: list[str] = []
        self.commits = self.rollbacks = 0
        self.fails: BaseException | None = None
        self.is_alive = True
        self.groups = GroupCommit[list[str]](self.begin, self.commit, self.rollback, lambda _: self.is_alive)

    def begin(self) -> list[str]:
        self.is_alive = True
        return []

    def commit(self, written: list[str]) -> None:
        time.sleep(self.commit_takes)
        if self.fails is not None:
            raise self.fails
        self.commits += 1
        self.lasting += written

    def rollback(self, written: list[str]) -> None:
        self.rollbacks += 1

    def write(self, word: str) -> None:
        with self.groups.block() as written:
            written.append(word)


def together(*acts: Callable[[], None]) -> list[BaseException | None]:
    """Run `acts` at once; what each raised."""
    raised: list[BaseException | None] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            acts[number]()
        except Exception as error:  # noqa: BLE001  # handed to the test
            raised[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a block waits for ever"
    return raised


def until(holds: Callable[[], bool]) -> None:
    """Wait for it; the turn of a group is taken in no order that a test could know."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_block_is_lasting_when_it_returns() -> None:
    ledger = Ledger()
    ledger.write("a")
    assert ledger.lasting == ["a"]


def test_blocks_that_meet_share_one_commit() -> None:
    ledger = Ledger()
    inside = threading.Event()

    def first() -> None:
        with ledger.groups.block() as written:
            inside.set()
            until(lambda: ledger.groups._queued == 29)
            written.append("x")

    def later() -> None:
        inside.wait(60)
        ledger.write("x")

    raised = together(first, *[later] * 29)
    assert raised == [None] * 30
    assert len(ledger.lasting) == 30
    assert ledger.commits < 8


def test_everybody_in_a_group_hears_that_its_commit_failed() -> None:
    ledger = Ledger(commit_takes=0.05)
    ledger.fails = OSError("no space")
    raised = together(*[lambda: ledger.write("x") for _ in range(12)])
    assert all(isinstance(error, OSError) for error in raised)
    assert ledger.lasting == []
    assert ledger.rollbacks > 0


def test_the_error_of_one_block_spoils_no_other() -> None:
    ledger = Ledger(commit_takes=0.02)

    def fail() -> None:
        with ledger.groups.block():
            raise ValueError

    raised = together(*[lambda: ledger.write("x"), fail] * 8)
    assert [type(error) for error in raised] == [type(None), ValueError] * 8
    assert ledger.lasting == ["x"] * 8


def test_a_failing_block_alone_commits_nothing() -> None:
    ledger = Ledger()
    with pytest.raises(ValueError), ledger.groups.block():
        raise ValueError
    assert (ledger.commits, ledger.rollbacks) == (0, 1)


def test_when_the_database_undid_the_whole_transaction_nobody_in_it_is_told_of_success() -> None:
    ledger = Ledger()
    inside, go_on = threading.Event(), threading.Event()
    errors: list[BaseException | None] = []

    def first() -> None:
        with ledger.groups.block() as written:
            written.append("first")
            inside.set()
            go_on.wait(60)

    def second() -> None:
        with ledger.groups.block():
            ledger.is_alive = False
            raise OSError("the disk is full")

    def run_both() -> None:
        errors.extend(together(first, lambda: (inside.wait(60), second())[1]))  # type: ignore[func-returns-value]

    runner = threading.Thread(target=run_both)
    runner.start()
    inside.wait(60)
    until(lambda: ledger.groups._queued == 1)  # the second waits for its turn
    go_on.set()
    runner.join(60)
    assert [type(error) for error in errors] == [OSError, OSError]
    assert ledger.lasting == []
    ledger.write("later")
    assert ledger.lasting == ["later"]


def test_who_was_passed_over_commits_alone_after_a_while() -> None:
    ledger = Ledger()
    ledger.groups._queued = 1  # somebody announced a block and was interrupted before its turn

    def forget() -> None:
        time.sleep(0.2)
        ledger.groups._queued = 0

    assert together(lambda: ledger.write("x"), forget) == [None, None]
    assert ledger.lasting == ["x"]


def test_a_block_inside_a_block_of_the_same_thread_is_a_mistake_that_is_said() -> None:
    ledger = Ledger()
    with pytest.raises(RuntimeError), ledger.groups.block():
        ledger.write("nested")
    ledger.write("after")
    assert ledger.lasting == ["after"]
