"""The interviewers' days in the field, one after the other in one world; what was entered is kept for the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from testimony.sealing.roster import RosterChain
from testimony.services import collect, roster
from testimony.services.station import Station
from tests.journeys import fieldstories as stories
from tests.journeys.desks import Seen
from tests.journeys.fate import Fate
from tests.journeys.walking import Walk
from tests.journeys.world import INTERVIEWERS, World
from tests.web.interview.driver import Interviewer
from tests.web.interview.opened import Reader

FIRST, SECOND = INTERVIEWERS
LAWYER, DESK = "lawyer-1", "desk-lawyer"
SLOWDOWN, SEED = 6, 1312


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
    blows: list[tuple[str, str]] = field(default_factory=list)
    refusals: int = 0

    def interview(self, name: str, phone: Interviewer, story: stories.Story, by: str) -> None:
        """From home until the node has signed for it."""
        walk = Walk(story)
        phone.act("new-interview")
        phone.wait_for("languages")
        walk.go(phone)
        self.seal(name, phone, walk, by)

    def seal(self, name: str, phone: Interviewer, walk: Walk, by: str, *, deliver: bool = True) -> None:
        """From the read-back on."""
        code = phone.to_sealing()
        shown = phone.witness_code()
        phone.finish()
        (record,) = set(phone.records()) - {each.record for each in self.held.values()}
        self.held[name] = Held(walk, by, code, shown, record)
        if deliver:
            phone.deliver()


def live(world: World) -> Field:
    """All of it, in order."""
    done = Field(world)
    world.start(world.central)
    world.start(world.node)
    in_dari(done)
    children(done)
    refusal(done)
    three_of_one(done)
    changing_hands(done)
    world.wait_delivered(len(done.held))
    read(done)
    world.end()
    look_back(done)
    return done


def in_dari(done: Field) -> None:
    """The whole questionnaire through an interpreter, on a slow phone that dies and loses its node at random."""
    fate = Fate(done.world, FIRST, seed=SEED, slowdown=SLOWDOWN)
    walk = Walk(stories.whole())
    phone = fate.hold(walk)
    done.blows = fate.blows
    done.seal("dari", phone, walk, FIRST)
    done.world.browsers[FIRST].close()


def children(done: Field) -> None:
    """One with a guardian, one alone, by the second interviewer."""
    phone = done.world.signed_in(SECOND, stories.GUARDED.page)
    done.interview("guarded", phone, stories.GUARDED, SECOND)
    done.world.browsers[SECOND].close()
    phone = done.world.signed_in(SECOND, stories.ALONE_CHILD.page)
    done.interview("alone", phone, stories.ALONE_CHILD, SECOND)


def refusal(done: Field) -> None:
    """No to the first purpose, on the phone on which a child just told something."""
    phone = Interviewer(done.world.browsers[SECOND].page, done.world.node_gate.url)
    phone.act("home")
    phone.wait_for("home")
    phone.refuse_at_once()
    phone.deliver()
    done.moments["the outbox after a refusal"] = " ".join(phone.states())
    done.world.browsers[SECOND].close()


def three_of_one(done: Field) -> None:
    """Two on the first phone, one on the second, and one node between them."""
    phone = done.world.signed_in(FIRST, stories.FIRST_OF_THREE.page)
    done.interview("first of three", phone, stories.FIRST_OF_THREE, FIRST)
    other = done.world.signed_in(SECOND, stories.THIRD_OF_THREE.page)
    done.interview("third of three", other, stories.THIRD_OF_THREE, SECOND)
    done.world.browsers[SECOND].close()
    phone.act("home")
    phone.wait_for("home")
    done.interview("second of three", phone, stories.SECOND_OF_THREE, FIRST)
    done.world.browsers[FIRST].close()


def changing_hands(done: Field) -> None:
    """A draft of the first interviewer waits on the phone while the second holds a whole interview on it."""
    phone = done.world.signed_in(FIRST, stories.PUT_ASIDE.page)
    walk = Walk(stories.PUT_ASIDE)
    phone.act("new-interview")
    phone.wait_for("languages")
    walk.go(phone, until="g_size")
    phone.saved()
    phone.act("pause")
    phone.wait_for("locked")
    phone.act("other-person")
    phone.wait_for("sign-in")
    phone.sign_in(SECOND, done.world.passphrase(SECOND))
    done.moments["a draft for the second"] = str(phone.drafts())
    done.interview("on a borrowed phone", phone, stories.BORROWER, SECOND)
    phone.act("home")
    phone.wait_for("home")
    phone.act("sign-out")
    phone.wait_for("sign-in")
    phone.sign_in(FIRST, done.world.passphrase(FIRST))
    done.moments["a draft for the first"] = str(phone.drafts())
    phone.resume()
    walk.go(phone)
    done.seal("put aside", phone, walk, FIRST)
    done.world.browsers[FIRST].close()


def read(done: Field) -> None:
    """A lawyer fetches and opens everything that is there."""
    lawyer = done.world.desk(done.world.desk_servers[0])
    lawyer.enter(done.world.passphrase(LAWYER))
    lawyer.pull()
    tids = tids_of(done)
    done.moments["on the shelf"] = " ".join(lawyer.shelf())
    for each in done.held.values():
        each.tid = tids[each.record]
        each.seen = lawyer.open(each.tid)


def tids_of(done: Field) -> dict[str, str]:
    """The testimony's name for each record at the node or at the desk."""
    with Station.open(done.world.home("central")) as station, station.database.reading() as session:
        return {name: str(record.value["tid"]) for name, record in collect.records_of_kind(session, "manifest")}


def look_back(done: Field) -> None:
    """What the lawyer's key opens of what the desk holds, and what the node counted, once everything is stopped."""
    home, keeper = done.world.home(DESK), done.world.organisation.keeper(LAWYER)
    with Station.open(home) as station, station.database.reading() as session:
        chain = RosterChain(done.world.organisation.root, roster.held(session))
        records = collect.records_of(session, [each.record for each in done.held.values()])
    reader = Reader(home, chain, done.world.organisation.folder / keeper.file, keeper.passphrase)
    for each in done.held.values():
        each.opened = reader.open(records[each.record], "lawyers")
    with Station.open(done.world.home("field")) as node, node.database.reading() as session:
        done.refusals = sum(collect.refusals_by_day(session).values())
