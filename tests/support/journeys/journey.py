"""The journey itself, step by step; what people saw on the way is kept for the tests to judge.

The interviews are held in a hurry: fingers tap every card in `tests/journeys/test_heard.py`. On each phone at least one
account is typed on the cards, because typing may leave traces; two are entered through the page's own modules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from testimony.services.delivery import outbox
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.journeys.desks import Desk, Refusal, Seen
from tests.support.journeys.stations import wait_until
from tests.support.journeys.world import INTERVIEWERS, World
from tests.support.stories import crowd, stories
from tests.support.stories.stories import Story

FIRST, SECOND = INTERVIEWERS
BEFORE_THE_KILL = "g_size"  # the card on which the first phone dies
TWELVE = range(12)


@dataclass
class Told:
    """What was seen. Testimonies are named by their case."""

    records: dict[int, str] = field(default_factory=dict)  # case -> the manifest's id, from the phone's outbox
    tids: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)  # case -> the witness's withdrawal code
    moments: dict[str, str] = field(default_factory=dict)  # what a page said at a turning point
    pulled: dict[str, str] = field(default_factory=dict)
    shelves: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    opened: dict[str, dict[str, Seen]] = field(default_factory=dict)  # reader -> tid -> page
    refusals: list[Refusal] = field(default_factory=list)
    central_page: str = ""
    states: list[str] = field(default_factory=list)
    refused_by_day: dict[str, int] = field(default_factory=dict)
    began: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())

    def page(self, reader: str, story: Story) -> Seen:
        """A testimony as `reader` saw it."""
        return self.opened[reader][self.tids[story.case]]

    def listed(self, reader: str, story: Story) -> list[str]:
        """The parts of a testimony that the list says `reader` can open."""
        return self.shelves[reader][self.tids[story.case]]


def tell(world: World) -> Told:
    """All of it, in order."""
    told = Told()
    without_central(world, told)
    first = node_off_and_killed(world, told)
    central_killed(world, told)
    with_central(world, told, first)
    lawyer, coordinator = (world.desk(server) for server in world.desk_servers)
    read(world, told, lawyer, wrong_first=world.passphrase("coordinator-1"), reader="lawyer-1")
    read(world, told, coordinator, wrong_first="", reader="coordinator-1")
    count(world, told, coordinator)
    told.central_page = world.central_page()
    world.end()
    look_back(world, told)
    return told


def without_central(world: World, told: Told) -> None:
    """Two interviews while nobody answers at central's address; the first phone's browser dies in the middle."""
    world.start(world.node)
    phone = world.signed_in(FIRST, stories.ARABIC.page, hands=Hurried)
    _until_the_account(phone, stories.ARABIC)
    phone.answer(stories.ARABIC.answers, until=BEFORE_THE_KILL)
    phone.saved()
    world.browsers[FIRST].kill()
    _finish(told, _resumed(world, told), stories.ARABIC, "delivered")
    second = world.signed_in(SECOND, stories.DARI.page, hands=Hurried)
    _until_the_account(second, stories.DARI)
    second.fill(stories.DARI.answers)
    _seal(told, second, stories.DARI, "delivered")


def node_off_and_killed(world: World, told: Told) -> Interviewer:
    """A phone is started, and a whole interview held, with the node off; then the node dies before its first answer.

    Returns the phone.
    """
    world.browsers[FIRST].close()
    world.node.stop()
    phone = world.signed_in(FIRST, stories.FRENCH.page, hands=Hurried)
    interview(told, phone, stories.FRENCH, "waiting")
    told.moments["signed in without the node"] = str(phone.page.locator("html").get_attribute("data-signed"))
    world.node_gate.on_answer_to("POST /sync/batch", world.node.kill)
    world.start(world.node)
    phone.act("send-now")
    wait_until(world.node_gate.sprung.is_set, "the node to have the batch")
    told.moments["after the node was killed"] = " ".join(phone.states())
    world.start(world.node)
    told.moments["the node held by then"] = str(world.received())
    phone.deliver()
    return phone


def central_killed(world: World, told: Told) -> None:
    """Central appears, takes the first delivery and dies before it can sign; then it comes back."""
    assert world.delivered() == 0
    world.central_gate.on_answer_to("POST /sync/batch", world.central.kill)
    world.start(world.central)
    world.node.stop()
    world.start(world.node)  # a node that starts tries at once
    wait_until(world.central_gate.sprung.is_set, "central to have the first batch")
    told.moments["after central was killed"] = str(world.delivered())
    world.start(world.central)
    world.wait_delivered(3)


def with_central(world: World, told: Told, first: Interviewer) -> None:
    """The other half: two interviews on Arabic pages of one phone, and two refusals on the `first`."""
    world.browsers[SECOND].close()
    second = world.signed_in(SECOND, stories.SPANISH.page, hands=Hurried)
    interview(told, second, stories.SPANISH, "delivered")
    second.act("home")
    _until_the_account(second, stories.ENGLISH)
    second.fill(stories.ENGLISH.answers)
    _seal(told, second, stories.ENGLISH, "delivered")
    first.act("home")
    _take_back(first, stories.TAKEN_BACK)
    first.act("home")
    first.wait_for("home")
    first.refuse_at_once()
    first.deliver()
    told.moments["the phone after two refusals"] = " ".join(first.states())
    world.wait_delivered(len(stories.KEPT))
    world.wait_refused(2)


def read(world: World, told: Told, desk: Desk, *, wrong_first: str, reader: str) -> None:
    """A reader unlocks the desk, fetches, and opens everything that is there."""
    said = desk.enter(world.passphrase(reader), wrong_first=wrong_first)
    if wrong_first:
        told.moments["a wrong passphrase"] = said
    told.pulled[reader] = desk.pull()
    told.shelves[reader] = desk.shelf()
    told.opened[reader] = {tid: desk.open(tid) for tid in told.shelves[reader]}
    told.moments[f"{reader} pulls again"] = desk.pull()


def count(world: World, told: Told, desk: Desk) -> None:
    """However many there are: what no two lawyers cleared may not leave."""
    told.refusals += [desk.refused("P06"), desk.refused("P07")]
    before = world.delivered()
    crowd.hand_in(world.node_gate.url, *crowd.seal(world.organisation, TWELVE))
    world.wait_delivered(before + len(TWELVE))
    desk.pull()
    told.refusals.append(desk.refused("P06"))


def look_back(world: World, told: Told) -> None:
    """What the node kept, once everything is stopped."""
    with open_station(world.home("field")) as node, node.database.reading() as session:
        told.states = [line.state for line in outbox.states(session)]
        told.refused_by_day = record_queries.refusals_by_day(session)
        for case, name in told.records.items():
            told.tids[case] = str(record_queries.records_of(session, [name])[name].value["tid"])


def interview(told: Told, phone: Interviewer, story: Story, state: str) -> None:
    """From home to the outbox, where the testimony comes to `state`."""
    _until_the_account(phone, story)
    _finish(told, phone, story, state)


def _until_the_account(phone: Interviewer, story: Story) -> None:
    phone.to_account(purposes=story.purposes, witness_language=story.lang, circumstances=story.circumstances)


def _finish(told: Told, phone: Interviewer, story: Story, state: str) -> None:
    phone.answer(story.answers)
    _seal(told, phone, story, state)


def _seal(told: Told, phone: Interviewer, story: Story, state: str) -> None:
    """From the read-back."""
    told.codes[story.case] = phone.seal()
    (told.records[story.case],) = set(phone.records()) - set(told.records.values())
    if state == "delivered":
        phone.deliver()
    else:
        assert state in phone.states()


def _resumed(world: World, told: Told) -> Interviewer:
    """The first phone again: its draft opens with the passphrase and with no other."""
    phone = world.phone(FIRST, hands=Hurried)
    phone.open(stories.ARABIC.page)
    phone.page.fill("#person", FIRST)
    phone.page.fill("#passphrase", world.passphrase(SECOND))
    phone.act("sign-in")
    phone.page.wait_for_function("() => document.querySelector('[data-error]').textContent !== ''", timeout=60_000)
    told.moments["the draft and another's passphrase"] = phone.card
    phone.sign_in(FIRST, world.passphrase(FIRST))
    phone.resume()
    phone.wait_for(BEFORE_THE_KILL)
    return phone


def _take_back(phone: Interviewer, story: Story) -> None:
    """Told to the end, and then: no. Nothing may stay of it."""
    _until_the_account(phone, story)
    phone.answer(story.answers)
    phone.act("stop")
    phone.act("delete")
    phone.act("delete-really")
    phone.wait_for("outbox")
