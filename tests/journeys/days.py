"""The interviewers' days in the field, one after the other in one world; what was entered is kept for the tests."""

from __future__ import annotations

from tests.journeys import fieldstories as stories
from tests.journeys import troubles
from tests.journeys.fate import Fate
from tests.journeys.holding import FIRST, SECOND, Field, look_back, read, tids_at_central
from tests.journeys.stations import wait_until
from tests.journeys.walking import Walk
from tests.journeys.world import World
from tests.web.interview.driver import Interviewer

SLOWDOWN, SEED = 6, 1312


def live(world: World, *, slowdown: int = SLOWDOWN) -> Field:
    """All of it, in order."""
    done = Field(world)
    world.start(world.central)
    world.start(world.node)
    in_dari(done, seed=SEED, slowdown=slowdown)
    children(done)
    refusal(done)
    three_of_one(done)
    changing_hands(done)
    troubles.carry(done)
    troubles.killed_out_of_reach(done)
    troubles.overdue(done)
    troubles.no_room(done)
    troubles.another_form(done)
    wait_until(lambda: len(tids_at_central(done)) == len(done.held), "everything to be at headquarters", 120)
    read(done)
    world.end()
    look_back(done)
    return done


def in_dari(done: Field, *, seed: int, slowdown: int) -> None:
    """The whole questionnaire through an interpreter, on a slow phone that dies and loses its node at random."""
    fate = Fate(done.world, FIRST, seed=seed, slowdown=slowdown)
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
