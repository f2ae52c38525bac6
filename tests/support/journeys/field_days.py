"""The interviewers' days in the field, one after the other in one world; what was entered is kept for the tests."""

from __future__ import annotations

from tests.support.journeys import troubles
from tests.support.journeys.interruptions import Fate
from tests.support.journeys.interviews import FIRST, SECOND, Field, look_back, read, tids_at_central
from tests.support.journeys.phones import SLOWER
from tests.support.journeys.stations import wait_until
from tests.support.journeys.walkthrough import Walk
from tests.support.journeys.world import World
from tests.support.stories import field_stories

SEEDS = {
    "dari": 1312,
    "guarded": 20,
    "first of three": 8,
    "second of three": 51,
    "third of three": 55,
    "on a borrowed phone": 144,
}
"""Such that each phone dies at least once: what comes first is a kill (`test_interviews.py` asks for it)."""


def live(world: World, *, slowdown: int = SLOWER) -> Field:
    """All of it, in order."""
    done = Field(world)
    world.start(world.central)
    world.start(world.node)
    in_dari(done, slowdown)
    children(done, slowdown)
    refusal(done, slowdown)
    three_of_one(done, slowdown)
    changing_hands(done, slowdown)
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


def in_dari(done: Field, slowdown: int) -> None:
    """The whole questionnaire through an interpreter, on a slow phone that dies and loses its node at random."""
    done.suffer("dari", field_stories.whole(), _fate(done, "dari", FIRST, slowdown, kills=3))
    done.world.browsers[FIRST].close()
    done.search("dari", FIRST)


def children(done: Field, slowdown: int) -> None:
    """One with a guardian, one alone, by the second interviewer."""
    done.suffer("guarded", field_stories.GUARDED, _fate(done, "guarded", SECOND, slowdown))
    done.world.browsers[SECOND].close()
    done.search("children", SECOND)
    phone = done.world.signed_in(SECOND, field_stories.ALONE_CHILD.page)
    done.interview("alone", phone, field_stories.ALONE_CHILD, SECOND)


def refusal(done: Field, slowdown: int) -> None:
    """No to the first purpose, on the phone on which a child just told something, after it died once more."""
    world = done.world
    world.browsers[SECOND].close()
    phone = world.signed_in(SECOND, "en", slowdown=slowdown)
    phone.begin("en")
    phone.safety()
    phone.saved()
    world.browsers[SECOND].kill()
    phone = world.signed_in(SECOND, "en", slowdown=slowdown)
    phone.resume()
    done.moments["where it was taken up"] = phone.card
    phone.refuse()
    phone.deliver()
    done.moments["the outbox after a refusal"] = " ".join(phone.states())
    world.browsers[SECOND].close()
    done.search("refusal", SECOND)


def three_of_one(done: Field, slowdown: int) -> None:
    """Two on the first phone, one on the second, and one node between them."""
    done.suffer("third of three", field_stories.THIRD_OF_THREE, _fate(done, "third of three", SECOND, slowdown))
    done.world.browsers[SECOND].close()
    done.search("third of three", SECOND)
    fate = _fate(done, "first of three", FIRST, slowdown)
    phone = done.suffer("first of three", field_stories.FIRST_OF_THREE, fate)
    phone.act("home")  # at once: a phone that nobody touches for ten minutes locks
    phone.wait_for("home")
    done.suffer(
        "second of three", field_stories.SECOND_OF_THREE, _fate(done, "second of three", FIRST, slowdown), phone
    )
    done.world.browsers[FIRST].close()
    done.search("second of three", FIRST)


def changing_hands(done: Field, slowdown: int) -> None:
    """A draft of the first interviewer waits on the phone while the second holds a whole interview on it."""
    phone = done.world.signed_in(FIRST, field_stories.PUT_ASIDE.page, slowdown=slowdown)
    walk = Walk(field_stories.PUT_ASIDE)
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
    fate = _fate(done, "on a borrowed phone", SECOND, slowdown, browser=FIRST)
    phone = done.suffer("on a borrowed phone", field_stories.BORROWER, fate, phone)
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
    done.search("changing hands", FIRST)


def _fate(done: Field, name: str, person: str, slowdown: int, *, kills: int = 1, browser: str = "") -> Fate:
    return Fate(done.world, person, seed=SEEDS[name], kills=kills, slowdown=slowdown, browser=browser)
