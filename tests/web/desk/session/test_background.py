"""A desk that syncs by itself with a central over HTTP: when, how it backs off, what it says, and never two at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.link import clock_skew
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.sync.client import turn
from testimony.sync.errors import ExchangeElsewhere, StationUnreachable
from testimony.sync.http import transport
from testimony.sync.http.channel import Answer, Channel, HttpChannel
from testimony.sync.http.counting_channel import CountingChannel
from testimony.sync.http.route import Way
from testimony.sync.jobs.pace import FIRST_WAIT, GLANCE
from testimony.web.desk.session import background
from testimony.web.desk.session import sync as session_sync
from testimony.web.desk.session.background import EVERY, DeskSync
from tests.support.background.manual_clock import Hands
from tests.support.services.batches import bring, told
from tests.support.sync.changed_answers import Unpacked, given_changed
from tests.support.sync.world import Changed, served
from tests.support.web.browser import PEOPLE, Browser, passphrase_of
from tests.support.web.gate import Gate
from tests.support.web.usb_sync import done, send, stick

__all__ = ["stick"]

HOUR = 3600.0
MISSING = "Headquarters' signed log names records that did not come: 1. A withdrawal may be among them."
STOPPED = "sync.stopped"


class Road:
    """The way to central: over HTTP, or `error`."""

    def __init__(self) -> None:
        self.channel: Channel = HttpChannel(Way())
        self.error: Exception | None = None
        self.requests = 0

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.requests += 1
        if self.error is not None:
            raise self.error
        return self.channel.send(method, url, headers, body)


class Heard(CountingChannel):
    """Sets `failed` when a request has failed."""

    def __init__(self, inner: Channel, failed: threading.Event) -> None:
        super().__init__(inner)
        self._failed = failed

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        try:
            return super().send(method, url, headers, body)
        finally:
            self._failed.set()


@dataclass
class Scene:
    """A lawyer's desk whose background work is moved by hand, and a central that is served."""

    desk: Browser
    station: Station
    central: Station
    organisation: Organisation
    way: Road
    hands: Hands

    @property
    def sync(self) -> DeskSync:
        found: DeskSync = self.desk.app.extensions["testimony.desk_sync"]
        return found

    def unlock(self) -> None:
        passphrase = passphrase_of(self.organisation, PEOPLE["lawyer"])
        assert self.desk.post_json("/unlock", {"passphrase": passphrase}).status_code == 200

    def bring(self, *numbers: int) -> list[str]:
        sealed = bring(self.organisation, self.central, [told(number, ("P01", "P04")) for number in numbers])
        return [str(one.record.value["tid"]) for one in sealed]

    def state(self) -> Any:
        return self.desk.get("/exchange/state").json

    def tids(self) -> set[str]:
        body = {"question": {}, "words": "", "page": 0, "read": True}
        return {row["tid"] for row in self.desk.post_json("/inbox/rows", body).json["rows"]}

    def button(self) -> list[str]:
        """What the page's button says after an exchange."""
        said = self.desk.post_json("/exchange/begin", {}).json
        self.last().wait(30)
        return [one["sentence"] for one in said["told"] or self.state()["told"]]

    def last(self) -> session_sync.Underway:
        found: session_sync.Underway = self.desk.app.extensions["testimony.exchange"].last
        return found


@pytest.fixture
def scene(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Scene]:
    """Locked: the first exchange comes with the key."""
    way, hands = Road(), Hands()
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: way)
    monkeypatch.setattr(transport, "PAUSES", (0.0, 0.0, 0.0))
    desk = browser("lawyer", unlocked=False)
    made = Scene(desk, opened("lawyer"), opened("central"), organisation, way, hands)
    with served(made.central) as (host, port):
        object.__setattr__(made.station.settings, "central_url", f"http://{host}:{port}")
        made.sync.add_to(hands.scheduler)
        yield made
        hands.scheduler.stop()


def test_a_locked_desk_asks_nothing_and_an_unlocked_one_fetches_at_once(scene: Scene) -> None:
    new = scene.bring(1)
    scene.hands.move(EVERY)
    assert scene.way.requests == 0
    scene.unlock()
    scene.hands.move(0)
    state = scene.state()
    assert (state["synced"], state["warns"], state["arrivals"]) == ("just now", False, 1)
    assert (state["going"], state["told"]) == (False, []), "nobody asked: the header says it, no sentence"
    assert set(new) <= scene.tids()
    assert "data-exchange data-begin" in (page := scene.desk.get("/en/").text)
    assert ('data-going="no"' in page, 'data-arrivals="1"' in page) == (True, True)
    later = scene.bring(2)
    scene.hands.move(EVERY - GLANCE)
    assert not set(later) & scene.tids()
    scene.hands.move(GLANCE)
    assert set(later) <= scene.tids()


def test_looking_at_the_state_keeps_no_desk_open(scene: Scene) -> None:
    scene.unlock()
    held, now = scene.desk.app.extensions["testimony.key"], 0.0
    held._clock = lambda: now
    scene.desk.get("/en/")
    now = held.idle - 1
    assert scene.state()["going"] is False
    scene.hands.move(0)
    assert held.left() == 1
    now = held.idle
    assert scene.desk.get("/exchange/state", headers={"Accept": "application/json"}).status_code in (303, 423)


def test_what_the_reader_writes_down_goes_by_itself(scene: Scene) -> None:
    scene.unlock()
    scene.hands.move(0)
    tid, heard = sorted(scene.tids())[0], scene.state()["arrivals"]
    assert scene.desk.post_json("/inbox/acts", {"tids": [tid], "act": "take"}).json["done"] == 1
    with scene.desk.app.app_context():
        assert session_sync.waiting() == 1
        scene.hands.move(GLANCE)
        assert session_sync.waiting() == 0
    assert scene.state()["arrivals"] == heard + 1, "pages that show what waits look again"
    before = scene.way.requests
    scene.hands.move(GLANCE)
    assert scene.way.requests == before, "nothing new: it waits for its time"


def test_without_a_network_it_tries_later_and_later_and_says_since_when(scene: Scene) -> None:
    scene.way.error = StationUnreachable(url=scene.station.central_url)
    scene.unlock()
    scene.hands.move(0)
    state = scene.state()
    assert (state["synced"].partition(" since ")[0], state["warns"], state["told"]) == ("no network", True, [])
    assert "no network since" in scene.desk.get("/en/").text
    waits = [scene.sync.once() for _ in range(12)]
    assert waits[-1] >= 900 > FIRST_WAIT * 4 >= waits[0]
    assert scene.sync.failures == 13
    scene.bring(1)
    scene.hands.move(GLANCE)
    assert scene.sync.failures == 13, "what is new waits for the next try too"
    scene.way.error = None
    assert scene.sync.once() == EVERY
    assert (scene.state()["synced"], scene.state()["warns"]) == ("just now", False)


def test_a_desk_that_syncs_when_asked_does_so_until_its_reader_chooses_otherwise(scene: Scene) -> None:
    scene.unlock()
    assert 'value="always" checked' in scene.desk.get("/en/sync").text
    assert ">This desk is syncing." in scene.desk.get("/en/").text
    assert scene.desk.post("/sync/when", {"when": "asked", "lang": "en"}).status_code == 303
    assert ">There is nothing here yet." in scene.desk.get("/en/").text
    scene.hands.move(EVERY)
    assert scene.way.requests == 0
    assert 'value="asked" checked' in scene.desk.get("/en/sync").text
    assert Settings.load(scene.station.settings.home, {}).sync_when_asked is True
    new = scene.bring(1)
    scene.button()
    assert set(new) <= scene.tids(), "the button works all the same"
    before = scene.way.requests
    assert scene.desk.post("/sync/when", {"when": "sometimes"}).status_code == 400
    assert scene.desk.post("/sync/when", {"when": "always", "lang": "en"}).status_code == 303
    scene.hands.move(0)
    assert scene.way.requests > before
    written = json.loads((scene.station.settings.home / "station.json").read_text("utf-8"))
    assert "sync_when_asked" not in written, "an older program reads the file too"


def test_a_central_that_leaves_a_record_out_is_told_once_as_after_the_button(scene: Scene) -> None:
    sealed = bring(scene.organisation, scene.central, [told(1, ("P01", "P04"))])[0].record.encode()
    scene.way.channel = Changed(
        Unpacked(scene.way.channel), given_changed(lambda frames: [one for one in frames if one.payload != sealed])
    )
    scene.unlock()
    scene.hands.move(0)
    state = scene.state()
    assert (state["synced"], state["warns"], state["aside"]) == ("something is missing", True, True)
    assert [one["sentence"] for one in state["told"]][-1] == MISSING
    assert "data-lacking" in scene.desk.get("/en/").text
    scene.hands.move(EVERY)
    assert scene.state()["told"] == [], "once, until something else is found"
    assert scene.state()["synced"] == "something is missing"
    assert MISSING in scene.button()


def test_an_answer_that_nobody_signed_is_told_and_nothing_of_it_is_kept(scene: Scene) -> None:
    def unsigned(path: str, answer: Answer) -> Answer:
        return Answer(answer.status, answer.headers, answer.body[:-40] + bytes(40)) if "/feed" in path else answer

    before = scene.station.chain.latest.no
    scene.way.channel = Changed(scene.way.channel, unsigned)
    scene.bring(1)
    scene.unlock()
    scene.hands.move(0)
    assert scene.state()["warns"] is True
    assert scene.sync.failures == 1
    assert scene.station.chain.latest.no == before


def test_another_clock_at_central_is_measured_as_by_the_button(scene: Scene) -> None:
    def late(_path: str, answer: Answer) -> Answer:
        said = parsedate_to_datetime(answer.headers["date"]) - timedelta(hours=3)
        return Answer(answer.status, {**answer.headers, "date": format_datetime(said, usegmt=True)}, answer.body)

    scene.way.channel = Changed(scene.way.channel, late)
    scene.unlock()
    scene.hands.move(0)
    with scene.station.database.reading() as db:
        assert clock_skew.difference(db) in (179, 180, 181)


def test_the_button_joins_the_exchange_that_goes_on_and_shows_it(scene: Scene) -> None:
    gate = Gate(scene.way.channel)
    scene.way.channel = gate
    new = scene.bring(1)
    scene.unlock()
    scene.hands.scheduler.run_due()
    assert gate.asked.acquire(timeout=30)
    own = scene.last()
    assert scene.state()["going"] is False
    assert scene.desk.post_json("/exchange/begin", {}).json["going"] is True
    assert scene.last() is own, "one exchange, not two"
    gate.open.set()
    assert scene.hands.scheduler.wait(60)
    assert scene.state()["told"][-1]["sentence"] == "Fetched. New records: 1. New sealed pieces: 12."
    assert set(new) <= scene.tids()


def test_while_a_command_exchanges_the_desk_waits_its_turn(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "TURN_TIMEOUT", 0.0)
    scene.unlock()
    with turn.taken(scene.station):
        assert scene.sync.once() == FIRST_WAIT
        assert (scene.way.requests, scene.sync.failures) == (0, 0)
        assert (scene.state()["warns"], scene.state()["told"]) == (False, [])
        assert scene.button() == [ExchangeElsewhere.sentence]
    assert scene.sync.once() == EVERY


def test_locking_in_the_middle_stops_it_and_the_next_unlocking_goes_on(scene: Scene) -> None:
    gate = Gate(scene.way.channel)
    scene.way.channel = gate
    new = scene.bring(1, 2)
    scene.unlock()
    scene.hands.scheduler.run_due()
    assert gate.asked.acquire(timeout=30)
    cut = scene.last()
    scene.desk.post("/lock")
    gate.open.set()
    assert scene.hands.scheduler.wait(60)
    assert cut.report is not None
    assert getattr(cut.report.failure, "code", "") == STOPPED
    before = scene.way.requests
    scene.hands.move(EVERY)
    assert scene.way.requests == before, "without a key nothing is asked"
    scene.unlock()
    scene.hands.move(0)
    assert set(new) <= scene.tids()
    assert (scene.state()["warns"], scene.sync.failures) == (False, 0)


def test_locking_cuts_off_the_pause_before_the_next_try(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PAUSES", (HOUR,))
    scene.way.error = StationUnreachable(url="http://central")
    asked = threading.Event()
    monkeypatch.setattr(session_sync, "CountingChannel", lambda inner: Heard(inner, asked))
    scene.unlock()
    scene.hands.scheduler.run_due()
    assert asked.wait(30)
    scene.desk.post("/lock")
    assert scene.hands.scheduler.wait(60)


def test_a_desk_that_shuts_down_in_the_middle_ends_it_first(scene: Scene) -> None:
    gate = Gate(scene.way.channel)
    scene.way.channel = gate
    scene.bring(1)
    scene.unlock()
    scene.hands.scheduler.run_due()
    assert gate.asked.acquire(timeout=30)
    ending = threading.Thread(target=scene.hands.scheduler.stop)
    ending.start()
    cut = scene.last()
    while not cut.stopping:
        ending.join(0.05)
    gate.open.set()
    ending.join(30)
    assert (ending.is_alive(), cut.running) == (False, False)
    before = scene.way.requests
    assert scene.sync.once() == EVERY
    assert scene.way.requests == before, "nothing begins any more"


def test_a_stick_is_read_while_it_goes_on(scene: Scene, browser: Callable[..., Browser], stick: Path) -> None:
    new = scene.bring(1, 2)
    central = browser("central")
    send(central, "write", folder=str(stick), to="lawyer-1", everything="yes")
    done(central)
    gate = Gate(scene.way.channel)
    scene.way.channel = gate
    scene.unlock()
    scene.hands.scheduler.run_due()
    assert gate.asked.acquire(timeout=30)
    send(scene.desk, "read", folder=str(stick))
    assert "Headquarters&#39; answer" in done(scene.desk)
    assert set(new) <= scene.tids()
    gate.open.set()
    assert scene.hands.scheduler.wait(60)
    assert scene.sync.failures == 0
    assert (scene.state()["synced"], scene.state()["warns"]) == ("just now", False)
    assert set(new) <= scene.tids()


def test_a_desk_that_knows_no_headquarters_does_not_try(scene: Scene) -> None:
    object.__setattr__(scene.station.settings, "central_url", "")
    scene.unlock()
    scene.hands.move(EVERY)
    assert scene.way.requests == 0
    assert "This desk has no address of headquarters" in scene.desk.get("/en/sync").text


def test_every_desk_has_one_and_no_other_station(browser: Callable[..., Browser]) -> None:
    desk = browser("coordinator")
    with desk.app.app_context():
        assert isinstance(background.desk_sync(), DeskSync)
    assert "testimony.desk_sync" not in browser("field").app.extensions
