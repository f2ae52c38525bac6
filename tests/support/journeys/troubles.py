"""Days on which something is in the way: no node near, a death out of reach, a day too many, another form, no room."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from testimony import canonical
from testimony.questionnaire import definition
from testimony.questionnaire.form import DEPTH, Form
from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from tests.support.interview import read_back
from tests.support.interview.driver import Interviewer
from tests.support.journeys.interviews import FIRST, SECOND, Field
from tests.support.journeys.phones import LARGE
from tests.support.journeys.stations import wait_until
from tests.support.journeys.walkthrough import Walk
from tests.support.stories import field_stories

LONG_AGO = timedelta(hours=30)
DROPPED = "i_tod"  # what the newer form does not ask any more
LOOKED = "() => document.documentElement.dataset.pages"
"""Whether the page looked at what the node offers, and keeps it by now."""
CARDS = "async () => (await fetch('./cards')).text()"
FULL = 24 * 1024 * 1024  # bytes of quota: less than what the page calls enough


def carry(done: Field) -> None:
    """No node in reach: a file goes from the phone to another node, and its receipts come back."""
    world = done.world
    phone = world.signed_in(SECOND, field_stories.CARRIED.page)
    phone.online()
    world.node_gate.lead_to(None)
    walk = _begun(phone, field_stories.CARRIED)
    walk.go(phone)
    done.seal("carried", phone, walk, SECOND, deliver=False)
    done.moments["before the file"] = " ".join(phone.states())
    file = phone.save_file(world.folder / "bag")
    done.moments["the file"] = file.name
    done.moments["the file is sealed"] = str(not any(word.encode() in file.read_bytes() for word in walk.story.secrets))
    receipts = _hand_in(done, file)
    done.moments["after the file"] = " ".join(phone.states())
    phone.read_receipts(receipts)
    wait_until(lambda: "waiting" not in phone.states(), "the receipts to be read")
    world.browsers[SECOND].close()
    world.node_gate.lead_to(world.node.port)


def _hand_in(done: Field, file: Path) -> Path:
    """At the second node's page, twice: the second time changes nothing. Returns the file of receipts."""
    world = done.world
    assert world.second_node is not None
    world.second_node.start()
    page = world.add_browser("bringer", **LARGE).start()
    for _ in range(2):
        page.goto(f"{world.second_node.address}en/carry")
        page.set_input_files("[data-carry-file]", file)
        page.wait_for_selector("[data-carry-back]:not([hidden])")
    with page.expect_download() as download:
        page.click("[data-carry-receipts]")
    receipts = world.folder / "bag" / "receipts.bin"
    download.value.save_as(receipts)
    world.browsers["bringer"].close()
    return receipts


def killed_out_of_reach(done: Field) -> None:
    """The phone dies far from the node: what was said waits, unreadable, and opens when the node is near again."""
    world, story = done.world, field_stories.WAITING
    phone = world.signed_in(FIRST, story.page)
    phone.online()
    world.node_gate.lead_to(None)
    walk = _begun(phone, story)
    walk.go(phone, until="g_size")
    phone.saved()
    world.browsers[FIRST].kill()
    phone = world.signed_in(FIRST, story.page, offline_ready=False)
    phone.page.wait_for_selector("html[data-signed=offline]")
    done.moments["out of reach"] = " ".join(phone.draft_states())
    done.moments["words on the page then"] = str([word for word in story.secrets if word in phone.page.content()])
    world.node_gate.lead_to(world.node.port)
    wait_until(lambda: phone.draft_states() == ["open"], "the node to open the draft")
    phone.resume()
    walk.go(phone)
    done.seal("waited for the node", phone, walk, FIRST)
    world.browsers[FIRST].close()


def overdue(done: Field) -> None:
    """A draft of yesterday: sealed as far as it came, at the next unlock, with nobody touching it."""
    world, story = done.world, field_stories.OVERDUE
    phone = world.phone(SECOND)
    phone.page.clock.install(time=datetime.now(UTC) - LONG_AGO)
    phone.open(story.page)
    phone.sign_in(SECOND, world.passphrase(SECOND))
    phone.online()
    walk = _begun(phone, story)
    walk.go(phone, until="i_segment")
    phone.saved()
    world.browsers[SECOND].kill()
    phone = world.signed_in(SECOND, story.page)
    phone.page.wait_for_selector("[data-notice]:not([hidden])", timeout=60_000)
    done.moments["what was done with it"] = phone.page.locator("[data-notices]").inner_text()
    done.moments["drafts by then"] = str(phone.drafts())
    phone.act("outbox")
    phone.wait_for("outbox")
    done.note("overdue", phone, walk, SECOND)
    phone.deliver()
    world.browsers[SECOND].close()


def another_form(done: Field) -> None:
    """The node asks by a newer form when the draft of the older one is taken up: no letter of it is lost."""
    world, story = done.world, field_stories.BETWEEN_FORMS
    phone = world.signed_in(FIRST, story.page)
    phone.online()
    walk = _begun(phone, story)
    walk.go(phone, until="g_size")
    phone.saved()
    world.browsers[FIRST].close()
    world.node.stop()
    newer = _without(DROPPED)
    for home in ("field", "desk-lawyer"):
        with open_station(world.home(home)) as station:
            questionnaires.install(station, newer)
    world.start(world.node)
    phone = _with_the_newest_page(done, story.page)
    wait_until(lambda: phone.draft_states() == ["open"], "the draft to be open")
    phone.resume()
    walk.go(phone)
    read_back.open_part(phone, read_back.EARLIER)
    done.moments["asked in an earlier form"] = phone.page.locator("[data-reread]").inner_text()
    phone.act("read-list")
    done.seal("between two forms", phone, walk, FIRST)
    world.browsers[FIRST].close()


def _with_the_newest_page(done: Field, lang: str) -> Interviewer:
    """A new version of the page waits until the old one is closed: opened twice, the phone has it."""
    for _ in range(3):
        phone = done.world.phone(FIRST)
        phone.open(lang)
        phone.page.wait_for_function(LOOKED, timeout=60_000)
        if f'data-card="{DROPPED}"' not in phone.page.evaluate(CARDS):
            phone.sign_in(FIRST, done.world.passphrase(FIRST))
            return phone
        done.world.browsers[FIRST].close()
    raise AssertionError("the phone never got the page of the newer form")


def no_room(done: Field) -> None:
    """The phone's storage is nearly full: said before anything is lost, and an interview under way is kept."""
    world, story = done.world, field_stories.NO_ROOM
    phone = world.signed_in(SECOND, story.page)
    phone.online()
    control = phone.page.context.new_cdp_session(phone.page)
    used = phone.page.evaluate("async () => (await navigator.storage.estimate()).usage")
    _allow(control, phone, used + FULL)
    phone.act("outbox")
    phone.wait_for("outbox")
    phone.act("home")
    phone.wait_for("home")
    done.moments["nearly full"] = phone.page.locator('[data-fact="room-low"]').inner_text()
    walk = _begun(phone, story)
    walk.go(phone)
    done.seal("without room", phone, walk, SECOND)
    world.browsers[SECOND].close()


def _allow(control: Any, phone: Interviewer, quota: int) -> None:
    control.send("Storage.overrideQuotaForOrigin", {"origin": phone.address, "quotaSize": quota})


def _begun(phone: Interviewer, story: field_stories.Story) -> Walk:
    phone.act("new-interview")
    phone.wait_for("languages")
    return Walk(story)


def _without(field: str) -> Form:
    """The shipped form as an organisation's own that asks one thing less."""
    value = json.loads(Form.load().definition)
    value["id"] = "field-interview@2"
    del value["fields"][field]
    for section in value["sections"]:
        section["fields"] = [each for each in section["fields"] if each != field]
    return definition.parse(canonical.encode(value, depth=DEPTH))
