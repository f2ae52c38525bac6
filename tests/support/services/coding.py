"""Shared by tests: coding."""

from __future__ import annotations

from typing import Any

from testimony.services.coding import coding
from testimony.services.coding.coding import Coding
from tests.support.services.desks import TODAY, Desk


def coded(desk: Desk, tid: str) -> Coding:
    with desk.station.database.reading() as session:
        return coding.read_coding(desk.station, session, desk.reader, desk.annexes, tid, at=TODAY)


def correct(desk: Desk, tid: str, field: str, answer: Any, reason: str = "clerical") -> None:
    held = coded(desk, tid)
    seen = held.corrections.seen([field])
    coding.correct(desk.station, desk.reader, desk.annexes, held, field, answer, reason, seen=seen, day=TODAY)
