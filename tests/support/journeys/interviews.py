"""What interviewers hold in one world: each interview until it is sealed, and what a lawyer finds of it at the end."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any

from testimony.sealing.roster.chain import RosterChain
from testimony.services.delivery import outbox
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption as roster_adoption
from testimony.services.startup import open_station
from tests.support.canaries import search as canaries_search
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.desks import Seen
from tests.support.journeys.interruptions import Fate
from tests.support.journeys.walkthrough import Walk
from tests.support.journeys.world import INTERVIEWERS, World
from tests.support.stories.stories import Story

FIRST, SECOND = INTERVIEWERS
PLANTED = "planted.bin"
LAWYER, DESK = "lawyer-1", "desk-lawyer"


@dataclass
class Held:
    """One interview that was sealed. `record`: the manifest's id, as the phone's outbox names it."""

    walk: Walk
    by: str
    code: str
    shown: str  # the code in the witness's numerals
    record: str
    tid: str = ""
    opened: dict[str, Any] = field(default_factory=dict)  # by a lawyer's key: compartment -> content
    seen: Seen | None = None  # on the lawyer's desk


@dataclass
class Field:
    """The world, and what was done in it: `held` by the name of the interview, `moments` by what was looked at."""

    world: World
    held: dict[str, Held] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    blows: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    leaks: dict[str, list[str]] = field(default_factory=dict)  # by the journey after which was searched
    refusals: int = 0

    def interview(self, name: str, phone: Interviewer, story: Story, by: str) -> None:
        """From home until the node has signed for it."""
        walk = Walk(story)
        phone.act("new-interview")
        phone.wait_for("languages")
        walk.go(phone)
        self.seal(name, phone, walk, by)

    def suffer(self, name: str, story: Story, fate: Fate, phone: Interviewer | None = None) -> Interviewer:
        """The same, killed and cut off as `fate` will have it. Returns the phone."""
        walk = Walk(story)
        self.blows[name] = fate.blows
        phone = fate.hold(walk, phone)
        self.seal(name, phone, walk, fate.person)
        return phone

    def search(self, journey: str, owner: str) -> None:
        """Look for every secret so far on the phone of `owner`, which is off, and at the node. One leak is planted."""
        profile, node = self.world.browsers[owner].folder, self.world.home("field")
        planted = profile / "Default" / PLANTED
        planted.write_bytes(b"\0" * 5 + self.world.passphrase(FIRST).encode("utf-16le"))
        found = canaries_search.search([profile, node, self.world.logs], self.secrets)
        planted.unlink()
        self.leaks[journey] = found

    @property
    def secrets(self) -> list[str]:
        """Names, rare words, codes in both numerals and with spaces, passphrases."""
        said = {secret for held in self.held.values() for secret in held.walk.story.secrets}
        codes = [code for held in self.held.values() for code in (held.code, held.shown) if code]
        spaced = [" ".join(code[at : at + 5] for at in range(0, 25, 5)) for code in codes]
        return [*said, *codes, *spaced, *(self.world.passphrase(person) for person in (*INTERVIEWERS, LAWYER))]

    def seal(self, name: str, phone: Interviewer, walk: Walk, by: str, *, deliver: bool = True) -> None:
        """From the read-back on."""
        code = phone.to_sealing()
        shown = phone.code_shown
        phone.finish()
        self.note(name, phone, walk, by, code, shown)
        if deliver:
            phone.deliver()

    def note(self, name: str, phone: Interviewer, walk: Walk, by: str, code: str = "", shown: str = "") -> None:
        """What is the newest in the phone's outbox is the interview of that name."""
        (record,) = set(phone.records()) - {each.record for each in self.held.values()}
        self.held[name] = Held(walk, by, code, shown, record)


def read(done: Field) -> None:
    """A lawyer fetches and opens everything that is there."""
    lawyer = done.world.desk(done.world.desk_servers[0])
    lawyer.enter(done.world.passphrase(LAWYER))
    lawyer.pull()
    tids = tids_at_central(done)
    done.moments["on the shelf"] = " ".join(lawyer.shelf())
    for each in done.held.values():
        each.tid = tids[each.record]
        each.seen = lawyer.open(each.tid)


def tids_at_central(done: Field) -> dict[str, str]:
    """The testimony's name for each record that headquarters has, through whichever node it came."""
    with open_station(done.world.home("central")) as station, station.database.reading() as session:
        return {
            record.id: str(record.value["tid"]) for _, record in record_queries.records_of_kind(session, "manifest")
        }


def all_is_signed_for(done: Field) -> bool:
    """Whether headquarters has signed for all that the node holds, recordings and pictures among it."""
    with open_station(done.world.home("field")) as station, station.database.reading() as session:
        return all(each.state == "delivered" for each in outbox.states(session))


def look_back(done: Field) -> None:
    """What the lawyer's key opens of what the desk holds, and what the node counted, once everything is stopped."""
    home, keeper = done.world.home(DESK), done.world.organisation.keeper(LAWYER)
    with open_station(home) as station, station.database.reading() as session:
        chain = RosterChain(done.world.organisation.root, roster_adoption.stored_rosters(session))
        records = record_queries.records_of(session, [each.record for each in done.held.values()])
    reader = Reader(home, chain, done.world.organisation.folder / keeper.file, keeper.passphrase)
    for each in done.held.values():
        each.opened = reader.open(records[each.record], "lawyers")
    with open_station(done.world.home("field")) as node, node.database.reading() as session:
        done.refusals = sum(record_queries.refusals_by_day(session).values())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
