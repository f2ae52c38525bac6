"""Somebody who does not read, and no interpreter: a checked wording, played, on a phone without a node; to the desk.

Lived through once in Chromium with real stations; each test holds what was seen to one promise. The name of who checked
the words is invented, and so is every sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import expect, sync_playwright

from testimony.sealing.records.records import SignedRecord
from tests.support.interview.consent import GO
from tests.support.interview.driver import TALK, Interviewer
from tests.support.journeys import interviews
from tests.support.journeys.interviews import FIRST, LAWYER, Field, free_port
from tests.support.journeys.stations import wait_until
from tests.support.journeys.walkthrough import Between, Walk
from tests.support.journeys.world import World, world
from tests.support.services.checked_wordings import CHECKED_BY
from tests.support.settings import PATIENCE
from tests.support.stories import audio_prompts
from tests.support.stories.stories import DARI

NAME = "heard"
ALONE = {**TALK, "cs_heard": "played"}
HEARD = replace(
    DARI,
    lang="ps",
    hurried=True,
    circumstances=ALONE,
    identity={"w_name": "زرغونه ستورګل"},
    text="څرخندوکی: دا کیسه جوړه شوې ده. موږ لس کسان وو، د خړپړ پله ته نژدې یې بېرته واستولو.",
    rare=("څرخندوکی", "خړپړ پله"),
)
LEFT_OUT = "told-2"
SHORT = 120  # milliseconds of each sound: dozens are played to their end, one after another
LISTEN = """async (patience) => {
  const played = (button) => new Promise((done, late) => {
    setTimeout(() => late(new Error("it was not played to its end")), patience);
    const look = () => (button.classList.contains("heard") ? done() : setTimeout(look, 10));
    look();
  });
  const buttons = document.querySelectorAll('[data-card]:not([hidden]) .play:not([data-play*=" "])');
  for (const button of [...buttons].filter((each) => each.checkVisibility())) {
    button.click();
    await played(button);
  }
}"""
SOUNDS = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("clips-"));
  const held = names.map(async (name) => [name, (await (await caches.open(name)).keys()).length]);
  return Object.fromEntries(await Promise.all(held));
}"""
OBSTACLES = """() => [...document.querySelectorAll('[data-card]:not([hidden]) [data-obstacle]:not([hidden])')]
  .map(({dataset}) => dataset.obstacle)"""
GOTO = "() => [...document.querySelectorAll('[data-unplayed] button')].map(({dataset}) => dataset.goto)"


@dataclass
class Lived:
    """What was seen, with everything stopped. `wordings`: the record's name by language."""

    field: Field
    wordings: dict[str, str]
    sentences: int = 0  # how many each language has
    kept: dict[str, int] = field(default_factory=dict)
    outbox: list[str] = field(default_factory=list)  # the states of the lines while the node was away
    marks: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, list[str]] = field(default_factory=dict)  # by the interview: what forbade the consent
    unplayed: list[str] = field(default_factory=list)
    offered: dict[str, bool] = field(default_factory=dict)
    records: int = 0


@pytest.fixture(scope="module")
def lived(quick_chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("heard")
    with sync_playwright() as playwright, world(folder, playwright, quick_chromium, free_port) as made:
        homes = [each.home for each in (made.node, made.central, *made.desk_servers)]
        sound = audio_prompts.hum(playwright, quick_chromium, SHORT)
        checked = {"ps": CHECKED_BY, "ar": None}
        named = audio_prompts.name_in_roster(made.organisation, homes, homes[:2], sound, checked, SHORT)
        yield _live(made, named)


def _live(made: World, named: dict[str, SignedRecord]) -> Lived:
    seen = Lived(Field(made), {lang: record.id for lang, record in named.items()})
    seen.sentences = len(named["ps"].value["clips"])
    made.start(made.central)
    made.start(made.node)
    phone = made.signed_in(FIRST, "en")
    wait_until(
        lambda: phone.page.evaluate(SOUNDS) == {"clips-ps": seen.sentences},
        "the sounds",
        120,
        pause=0.3,
    )
    _away(made, phone)
    seen.kept = phone.page.evaluate(SOUNDS)
    phone.act("new-interview")
    phone.wait_for("languages")
    seen.marks = {lang: _mark(phone, lang) for lang in ("ps", "ar", "prs")}
    walk = Walk(HEARD)
    walk.go(phone, until="obstacles", between=_listen_but_to_one(phone))
    seen.stopped["one item was not played"] = phone.page.evaluate(OBSTACLES)
    _catch_up(seen, phone)
    walk.go(phone)
    seen.field.seal(NAME, phone, walk, FIRST, deliver=False)
    seen.outbox = phone.states()
    _draft(seen, phone)
    seen.records = len(phone.records())
    _back(made, phone)
    _at_the_desk(seen)
    return seen


def _away(made: World, phone: Interviewer) -> None:
    made.node.stop()
    made.node_gate.lead_to(None)
    phone.page.context.set_offline(True)


def _back(made: World, phone: Interviewer) -> None:
    made.start(made.node)
    phone.page.context.set_offline(False)
    phone.deliver()
    made.wait_delivered(1)


def _mark(phone: Interviewer, lang: str) -> str:
    return phone.page.locator(f'[data-field="witness_language"] [data-option="{lang}"]').inner_text()


def _listen(phone: Interviewer) -> None:
    """Play what stands on the card to its end: the sentence, not the answers."""
    phone.page.evaluate(LISTEN, PATIENCE)


def _listen_but_to_one(phone: Interviewer) -> Between:
    def between(card: str) -> None:
        if card != LEFT_OUT:
            _listen(phone)

    return between


def _catch_up(seen: Lived, phone: Interviewer) -> None:
    """The card that stops it leads back to what was not played."""
    seen.unplayed = phone.page.evaluate(GOTO)
    phone.page.locator("[data-unplayed] button").first.click()
    phone.wait_for(LEFT_OUT)
    _listen(phone)
    phone.page.evaluate(GO, "talk-how")
    seen.offered["checked"] = _is_playing_offered(phone)


def _draft(seen: Lived, phone: Interviewer) -> None:
    """Recorded and not checked: until that forbids the consent; then the interview is deleted."""
    phone.act("home")
    phone.act("new-interview")
    phone.wait_for("languages")
    Walk(replace(HEARD, lang="ar", circumstances=TALK)).go(phone, until="talk-stopped")
    seen.stopped["recorded and not checked"] = phone.page.evaluate(OBSTACLES)
    phone.page.evaluate(GO, "talk-how")
    seen.offered["recorded and not checked"] = _is_playing_offered(phone)
    phone.act("stop")
    expect(phone.page.locator('[data-act="keep"]')).to_be_hidden()
    phone.act("delete")
    phone.act("delete-really")
    phone.wait_for("outbox")


def _is_playing_offered(phone: Interviewer) -> bool:
    return phone.page.locator('[data-field="cs_heard"] [data-option="played"]').is_visible()


def _at_the_desk(seen: Lived) -> None:
    done = seen.field
    wait_until(lambda: len(interviews.tids_at_central(done)) == 1, "it to be at headquarters", 120)
    desk = done.world.desk(done.world.desk_servers[0])
    desk.enter(done.world.passphrase(LAWYER))
    desk.pull()
    held = done.held[NAME]
    held.tid = interviews.tids_at_central(done)[held.record]
    held.seen = desk.open(held.tid)
    done.world.end()
    interviews.look_back(done)


def test_the_phone_keeps_every_recording_that_witnesses_understood_before_anybody_comes(lived: Lived) -> None:
    assert lived.kept == {"clips-ps": lived.sentences}
    assert lived.sentences > 50


def test_the_card_of_languages_says_who_checked_the_words_and_whose_sounds_are_here(lived: Lived) -> None:
    assert f"checked by {CHECKED_BY}" in lived.marks["ps"]
    assert "draft" not in lived.marks["ps"]
    assert "sound kept" in lived.marks["ps"]
    assert "draft" in lived.marks["ar"]
    assert "sound" not in lived.marks["ar"]
    assert "sound" not in lived.marks["prs"]


def test_a_checked_wording_that_was_played_carries_consent_without_an_interpreter_and_without_a_node(
    lived: Lived,
) -> None:
    assert lived.outbox == ["waiting"]
    consent = lived.field.held[NAME].opened["consent"]
    granted = {event["purpose"] for event in consent["events"] if event["event"] == "GRANT"}
    assert granted == set(HEARD.purposes)
    assert consent["interpreter"] == {"used": False}
    script = consent["script"]
    assert (script["lang"], script["draft"], script["state"], script["heard"]) == ("ps", False, "heard", "played")
    assert script["wording"] == lived.wordings["ps"]
    asked = [f"ask.{purpose}" for purpose in HEARD.purposes]
    assert script["played"] == [
        *(f"told.{id}" for id in consent["told"]),
        *asked,
        *(f"teach_back.q{n}" for n in (1, 2, 3)),
    ]


def test_the_consent_names_nobody_who_checked_the_words(lived: Lived) -> None:
    assert CHECKED_BY not in str(lived.field.held[NAME].opened)


def test_the_desk_says_who_checked_the_wording_and_that_it_was_played(lived: Lived) -> None:
    seen = lived.field.held[NAME].seen
    assert seen is not None
    assert seen.shown("consent")["cs_heard"] == ["Played"]
    assert [each["text"] for each in seen.parts["consent"]["fields"]["checked"]["bdi"]] == [CHECKED_BY]
    assert "Understood by witnesses" in seen.parts["consent"]["text"]


def test_one_item_that_was_not_played_stops_it_and_the_card_leads_back_to_it(lived: Lived) -> None:
    assert lived.stopped["one item was not played"] == ["not_played"]
    assert lived.unplayed == [LEFT_OUT] * 3  # the three things that it says


def test_a_draft_needs_an_interpreter_however_it_was_heard(lived: Lived) -> None:
    assert lived.stopped["recorded and not checked"] == ["script_draft"]
    assert lived.offered == {"checked": True, "recorded and not checked": False}


def test_nothing_was_sealed_of_what_was_stopped(lived: Lived) -> None:
    assert lived.field.refusals == 1
    assert lived.records == 2  # one testimony, and one refusal without a word of content


def test_no_page_stumbled_over_its_own_script(lived: Lived) -> None:
    assert lived.field.world.browsers[FIRST].complaints == []
