"""Lets a desk reach central."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony.station.station import Station
from testimony.sync.http.channel import InProcess
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app

Opened = Callable[[str], Station]


@pytest.fixture
def reached(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk reaches central."""
    channel = InProcess(create_app(STATION=opened("central")).test_client())
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: channel)
    object.__setattr__(opened("lawyer").settings, "central_url", "http://central.example")
