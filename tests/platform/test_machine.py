"""Requests to the machine: written whole, taken by its service, and taken back where no service answers."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.platform import machine

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
    assert machine.set_clock(MOMENT, tmp_path)
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
    assert machine.make_hotspot("Bücherei", "four plain words", tmp_path)
    assert seen == [(0o600, "name=Bücherei\npassword=four plain words\n")]


def test_a_request_that_nobody_takes_is_taken_back(tmp_path: Path) -> None:
    assert not machine.set_clock(MOMENT, tmp_path, patience=0.0)
    assert list(tmp_path.iterdir()) == []
