"""One interview with voice and pictures, from the microphone to the desks; what was seen is kept for the tests."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from testimony.sealing.parts.manifest import is_media
from testimony.sealing.roster.chain import RosterChain
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption as roster_adoption
from testimony.services.startup import open_station
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys import dictation
from tests.support.journeys.desks import Desk, Seen
from tests.support.journeys.dictation import Spoken
from tests.support.journeys.interviews import FIRST, LAWYER, Field
from tests.support.journeys.phones import SLOWER, SMALL, WITH_EARS
from tests.support.journeys.stations import wait_until
from tests.support.journeys.walkthrough import Walk
from tests.support.stories import long_recording, photographs
from tests.support.stories.long_recording import LongSound
from tests.support.stories.spoken_stories import RECORDED

NAME = "recorded"
COORDINATOR = "coordinator-1"
PATIENCE = 240  # seconds: a bound for what must happen, not a measure of how fast
SITTINGS = (800, 800, 804)
"""Seconds on the disk at the two kills and at the end: forty minutes and a little."""
FETCH = """async (path) => {
  const answer = await fetch(path, { cache: "no-store" });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return [answer.status, answer.ok ? btoa(letters) : ""];
}"""
CHECK = """async (path) => {
  const answer = await fetch(path, { cache: "no-store" });
  const text = await answer.text();
  if (!answer.headers.get("content-type").startsWith("application/json"))
    throw new Error(`${answer.status} ${answer.url}: ${text.replace(/<[^>]*>/g, " ").replace(/\\s+/g, " ")}`);
  return JSON.parse(text);
}"""
LISTED = "() => [...document.querySelectorAll('[data-medium]')].map(({ dataset }) => [dataset.kind, dataset.missing])"


@dataclass
class Recorded:
    """What was done and seen. `given_out` are the bytes by the desk, in the order of its list."""

    field: Field
    sound: LongSound
    blows: list[tuple[Spoken, dict[str, Any]]] = field(default_factory=list)  # before a kill; the item after it
    kept: list[dict[str, Any]] = field(default_factory=list)  # on the phone, before sealing
    heard: list[int] = field(default_factory=list)  # seconds of each, when it was played
    files: list[Path] = field(default_factory=list)
    text_first: dict[str, Any] = field(default_factory=dict)
    listed: list[list[str]] = field(default_factory=list)
    given_out: list[bytes] = field(default_factory=list)
    black: list[float] = field(default_factory=list)
    checked: list[dict[str, Any]] = field(default_factory=list)
    coordinator: Seen | None = None
    refused: list[int] = field(default_factory=list)  # what the coordinator's desk answers when asked for the bytes
    coordinator_lists: list[list[str]] = field(default_factory=list)

    @property
    def marks(self) -> list[str]:
        """Bytes that may be nowhere in the clear, as the canary search takes them."""
        pictures = [file.read_bytes() for file in self.files] + self.given_out[len(SITTINGS) :]
        found = [*self.sound.marks(), *(mark for each in pictures for mark in photographs.marks(each))]
        return [each.decode("latin-1") for each in (*found, photographs.PLACE, photographs.MAKER)]


def studio(done: Field) -> Recorded:
    """Seven seconds of sound and ten pictures, made by a browser that is none of the phones."""
    browser = done.world.add_browser("studio", arguments=WITH_EARS, **SMALL)
    page = browser.start()
    page.goto(f"{done.world.node_gate.url}/interview/en/")  # no other page may use the microphone
    made = Recorded(done, long_recording.recorded_by(page))
    made.files = photographs.taken(page, done.world.folder / "camera")
    browser.close()
    return made


def hold(made: Recorded) -> None:
    """In Tigrinya, through an interpreter, on a slow phone: killed twice in mid-recording, read back and sealed."""
    done = made.field
    done.world.add_browser(FIRST, arguments=WITH_EARS, **SMALL)
    phone, walk = _phone(made), Walk(RECORDED)
    phone.act("new-interview")
    phone.wait_for("languages")
    walk.go(phone, until="voice")
    for seconds in SITTINGS[:-1]:
        phone = _killed(made, phone, seconds)
    dictation.speak(phone, SITTINGS[-1])
    phone.page.keyboard.press("Shift")  # if nobody touched it for long it is covered
    phone.act("voice-stop")
    phone.page.wait_for_selector('[data-voice-list] [data-state="whole"]')
    made.heard = [dictation.listen(phone, place) for place in range(len(SITTINGS))]
    walk.go(phone, until="pictures")
    photographs.add(phone, made.files)
    made.kept = dictation.kept(phone)
    walk.go(phone)
    _deliver(made, phone, walk)


def _killed(made: Recorded, phone: Interviewer, seconds: int) -> Interviewer:
    """SIGKILL while it records. Returns the phone, taken up again."""
    spoken = dictation.speak(phone, seconds)
    made.field.world.browsers[FIRST].kill()
    phone = _phone(made)
    phone.resume()
    phone.wait_for("voice")
    made.blows.append((spoken, dictation.kept(phone)[-1]))
    return phone


def _phone(made: Recorded) -> Interviewer:
    world = made.field.world
    phone = world.phone(FIRST, slowdown=SLOWER)
    dictation.give_voice(phone, made.sound)
    phone.open(RECORDED.page, offline_ready=False)
    phone.sign_in(FIRST, world.passphrase(FIRST))
    phone.online()
    return phone


def _deliver(made: Recorded, phone: Interviewer, walk: Walk) -> None:
    """The node is lost after the text: that is there, whole and signed for, and no piece of the media is."""
    answered: list[int] = []

    def cut(route: Route) -> None:
        if answered:
            route.abort()
            return
        answer = route.fetch()
        answered.append(answer.status)
        route.fulfill(response=answer)

    phone.page.route("**/sync/batch", cut)
    code = phone.to_sealing()
    phone.act("seal")
    expect(phone.page.locator('[data-card="outbox"]')).to_be_visible(timeout=PATIENCE * 1000)
    made.field.note(NAME, phone, walk, FIRST, code, phone.code_shown)
    phone.act("send-now")

    def arrived() -> bool:
        phone.page.wait_for_timeout(50)  # or nobody lets the request pass: Playwright's routes are answered in here
        return bool(answered) and made.field.world.received() == 1

    wait_until(arrived, "the text to be at the node", PATIENCE)
    made.text_first = _at_the_node(made.field) | {"states": phone.states()}
    phone.page.unroute("**/sync/batch", cut)
    phone.act("send-now")
    wait_until(lambda: "waiting" not in phone.states(), "all of the media to be at the node", PATIENCE)
    made.field.world.browsers[FIRST].close()


def _at_the_node(done: Field) -> dict[str, Any]:
    """The account that a lawyer's key opens there by now, and how many pieces of the media lie there."""
    record = done.held[NAME].record
    home, keeper = done.world.home("field"), done.world.organisation.keeper(LAWYER)
    with open_station(home) as station, station.database.reading() as session:
        chain = RosterChain(done.world.organisation.root, roster_adoption.stored_rosters(session))
        found = record_queries.records_of(session, [record])[record]
        media = [part["body"] for part in found.value["parts"] if is_media(part["part"])]
        held = [body for body in media if record_queries.read_body(station, body) is not None]
    reader = Reader(home, chain, done.world.organisation.folder / keeper.file, keeper.passphrase)
    (statement,) = reader.open(found, "lawyers")["narrative"]["statements"]
    return {"text": statement["text"], "pieces": len(media), "held": len(held)}


def look(made: Recorded, lawyer: Desk, coordinator: Desk, tid: str) -> None:
    """At both desks: list, play, fetch, check."""
    path = f"{lawyer.address}media/{tid}/"
    lawyer.open(tid)
    made.listed = lawyer.page.evaluate(LISTED)
    for number in range(1, len(made.listed) + 1):
        status, given = _fetched(lawyer.page, f"{path}{number}")
        assert status == 200, f"the desk answered {status} when it was asked for medium {number} of {made.listed}"
        made.given_out.append(given)
    for number in range(1, len(SITTINGS) + 1):
        made.checked.append(lawyer.page.evaluate(CHECK, f"{lawyer.address}en/media/{tid}/{number}/check"))
    made.black = [photographs.black(lawyer.page, each) for each in made.given_out[len(SITTINGS) :]]
    made.coordinator = coordinator.open(tid)
    made.coordinator_lists = coordinator.page.evaluate(LISTED)
    for number in range(1, len(made.listed) + 1):
        made.refused.append(_fetched(coordinator.page, f"{coordinator.address}media/{tid}/{number}")[0])


def _fetched(page: Page, path: str) -> tuple[int, bytes]:
    status, letters = page.evaluate(FETCH, path)
    return int(status), base64.b64decode(letters)
