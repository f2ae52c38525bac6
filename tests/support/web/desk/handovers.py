"""The pages of a lawyer's desk in one of two organisations that know each other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from testimony.services.opening.reader import READER_KEY
from testimony.web.factory import create_app
from tests.support.services.handovers import Side
from tests.support.web.browser import NOW, Browser, passphrase_of


def app_of(side: Side, person: str = "lawyer-1", clock: Callable[[], datetime] = lambda: NOW) -> Flask:
    """The application of a desk, whose key file lies where the first page puts it."""
    desk = side.desks[person]
    shutil.copy(
        side.organisation.folder / side.organisation.keeper(person).file, desk.station.settings.home / READER_KEY
    )
    return create_app(STATION=desk.station, CLOCK=clock, TESTING=False)


def pages(side: Side, person: str = "lawyer-1") -> Browser:
    """The pages of a desk, unlocked."""
    one = Browser(app_of(side, person), "lawyer")
    assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
    words = passphrase_of(side.organisation, person)
    assert one.post_json("/unlock", {"passphrase": words}).status_code == 200
    return one
