"""Requests to the machine: written whole, taken by its service, and taken back where no service answers."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.platform import machine
from testimony.platform.machine import Outcome

MOMENT = datetime(2026, 12, 2, 18, 30, tzinfo=UTC)


def answering(request: Path, found: list[str]) -> threading.Thread:
    """A service that takes `request` once it is there and notes what it says."""

    def take() -> None:
        while not request.exists():
            time.sleep(0.01)
        found.append(request.read_text("utf-8"))
        request.unlink()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    return thread


def test_a_machine_without_the_folder_has_no_service(tmp_path: Path) -> None:
    assert machine.has_service(tmp_path)
    assert not machine.has_service(tmp_path / "missing")


def test_the_clock_is_asked_for_in_seconds(tmp_path: Path) -> None:
    found: list[str] = []
    thread = answering(tmp_path / machine.CLOCK, found)
    assert machine.set_clock(MOMENT, tmp_path) is Outcome.DONE
    thread.join()
    assert found == [f"{int(MOMENT.timestamp())}\n"]
    assert list(tmp_path.iterdir()) == []


def test_the_hotspot_is_asked_for_in_two_lines_that_nobody_else_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, str]] = []

    def look(_: float) -> None:
        request = tmp_path / machine.HOTSPOT
        seen.append((request.stat().st_mode & 0o777, request.read_text("utf-8")))
        request.unlink()

    monkeypatch.setattr(machine.time, "sleep", look)
    assert machine.make_hotspot("Bücherei", "four plain words", tmp_path) is Outcome.DONE
    assert seen == [(0o600, "name=Bücherei\npassword=four plain words\n")]


def test_a_request_that_nobody_takes_is_taken_back(tmp_path: Path) -> None:
    assert machine.set_clock(MOMENT, tmp_path, patience=0.0) is Outcome.REFUSED
    assert list(tmp_path.iterdir()) == []


def test_a_request_that_was_taken_may_still_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = tmp_path / machine.CLOCK
    taken = request.with_suffix(".taken")
    monkeypatch.setattr(machine.time, "sleep", lambda _: request.exists() and request.rename(taken))
    monkeypatch.setattr(machine.time, "monotonic", iter([0.0, 0.0, 99.0]).__next__)
    assert machine.set_clock(MOMENT, tmp_path, patience=1.0) is Outcome.WORKING
    assert machine.last(tmp_path) is Outcome.WORKING
    taken.unlink()
    assert machine.last(tmp_path) is Outcome.DONE


def test_what_the_service_refused_is_said_until_the_next_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = tmp_path / machine.CLOCK
    monkeypatch.setattr(machine.time, "sleep", lambda _: request.rename(request.with_suffix(".refused")))
    assert machine.set_clock(MOMENT, tmp_path) is Outcome.REFUSED
    assert machine.last(tmp_path) is Outcome.REFUSED
    monkeypatch.setattr(machine.time, "sleep", lambda _: request.unlink())
    assert machine.set_clock(MOMENT, tmp_path) is Outcome.DONE
    assert machine.last(tmp_path) is Outcome.DONE
