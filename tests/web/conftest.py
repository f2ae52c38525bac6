"""Stations as browsers see them: central holds five invented testimonies, and both desks fetched what is theirs."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from testimony.sealing.roster.chain import RosterChain
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import reader as opening_reader
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from testimony.web.desk.home import preparation
from testimony.web.factory import create_app
from tests.support.web.browser import NOW, PEOPLE, Browser, Filled, Served, passphrase_of
from tests.support.web.browsers.chromium import FLAGS

HOMES = {"field": "field", "central": "central", "lawyer": "desk-lawyer", "coordinator": "desk-coordinator"}


@pytest.fixture(scope="session")
def filled(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Shared: copy it (`opened`), change nothing."""
    folder = Path(shutil.copytree(organisation.folder, tmp_path_factory.mktemp("filled") / "org"))
    chain = RosterChain(organisation.root, [organisation.roster])
    told = tuple({**one, "also": _without_cases(one)} for one in demo.invented())
    sealed = tuple(
        demo.seal_invented(organisation, chain, one, number=number, taken_down=NOW, withdraw=None)
        for number, one in enumerate(told)
    )
    for home in ("field", "central"):
        with open_station(folder / home) as station:
            for one in sealed:
                demo.require_stored(take_in(station, demo.incoming(one)))
    for desk in PEOPLE:
        fetch(folder, desk, organisation)
    return Filled(folder, sealed, told)


def _without_cases(one: dict[str, Any]) -> list[str]:
    """What was agreed to besides, less courts and the United Nations: a test brings its own cases."""
    return [use for use in one.get("also", ()) if not use.startswith(("P08", "P09"))]


def fetch(folder: Path, desk: str, organisation: Organisation) -> None:
    """Let a desk pull from central."""
    with open_station(folder / "central") as central, open_station(folder / HOMES[desk]) as station:
        channel = InProcess(create_app(STATION=central).test_client())
        reader = opening_reader.unlock(station, passphrase_of(organisation, PEOPLE[desk]))
        pull(station, Transport("http://central.example", reader.signer, channel=channel), audience=reader.audience)


@pytest.fixture
def opened(filled: Filled, tmp_path: Path) -> Iterator[Callable[[str], Station]]:
    """A function that opens the station of a role in a copy of its home in the filled organisation."""
    folder = tmp_path / "org"
    shutil.copytree(filled.folder / "keys", folder / "keys")  # where a desk finds its own
    stations: dict[str, Station] = {}

    def open_one(role: str) -> Station:
        if role not in stations:
            home = shutil.copytree(filled.folder / HOMES[role], folder / HOMES[role])
            stations[role] = open_station(Path(home))
        return stations[role]

    yield open_one
    for station in stations.values():
        station.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, what a page counts is opened in its moment: which page comes then is no race."""
    monkeypatch.setattr(preparation, "MOMENT", 120)


@pytest.fixture
def app(opened: Callable[[str], Station]) -> Callable[[str], Flask]:
    """A function that makes the application of a role: field, central, lawyer, coordinator."""
    return lambda role: create_app(STATION=opened(role), CLOCK=lambda: NOW, TESTING=False)


@pytest.fixture
def browser(app: Callable[[str], Flask], organisation: Organisation) -> Callable[..., Browser]:
    """A function that gives a browser at the station of a role; `unlocked` at a desk, `started` with its token."""

    def make(role: str, *, started: bool = True, unlocked: bool = True) -> Browser:
        one = Browser(app(role), role)
        if role != "field" and started:
            assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
        if role in PEOPLE and started and unlocked:
            passphrase = passphrase_of(organisation, PEOPLE[role])
            assert one.post_json("/unlock", {"passphrase": passphrase}).status_code == 200
        return one

    return make


@pytest.fixture
def serve(
    opened: Callable[[str], Station], free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Served]]:
    """A function that serves the station of a role on this machine."""
    running = []

    def start(role: str) -> Served:
        port = free_port()
        monkeypatch.setenv("TESTIMONY_PORT", str(port))
        app = create_app(STATION=opened(role), CLOCK=lambda: NOW)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        return Served(f"http://localhost:{port}", app.config["START_TOKEN"], app)

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def chrome(quick_chromium: str) -> Iterator[Chrome]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
        yield browser
        browser.close()
