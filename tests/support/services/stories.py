"""Invented accounts whose witnesses agreed that their story is published."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from testimony.domain.stories.story import USE
from testimony.services.demo import demo
from tests.support.services.casefiles import account

SAID = (
    "We left the camp at night. On 3 March 2025 an officer stopped us near Exampleville. There were 12 of us.\n"
    "My cousin Nour and Sam stayed in Serbia. Sam was hurt."
)


def told(**more: Any) -> dict[str, Any]:
    """An English account, agreed to for a story."""
    one = account(0, "en", SAID, name="Sam Example", also=[])
    return {**one, "incident": {**one["incident"], "g_size": 12}, "purposes": ["P01", "P04", "P16"], **more}


def agree_to_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the witnesses of invented accounts for their story too: those whose purposes have it say yes."""
    events = demo._events
    monkeypatch.setattr(demo, "_events", lambda told, at: [*events(told, at), *_asked(told, at)])


def _asked(told: Mapping[str, Any], at: datetime) -> list[dict[str, Any]]:
    ask, answer = os.urandom(16).hex(), os.urandom(16).hex()
    purpose, recipient = str(USE.purpose), USE.recipient
    about = {"purpose": purpose, "recipient": recipient, "life_months": 12, "day": at.date().isoformat()}
    act = "GRANT" if purpose in told["purposes"] else "REFUSE"
    return [{"event": "ASK", "id": ask, "after": [], **about}, {"event": act, "id": answer, "after": [ask], **about}]
