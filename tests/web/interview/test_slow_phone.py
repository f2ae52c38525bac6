"""Whole interviews on small phones with a processor six times slower, every card tapped, from sign-in to the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.services.enrolment.organisation import Organisation
from tests.support.each_time import each_time
from tests.support.interview.driver import TALK, Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.signed_pages import WHOLE
from tests.support.journeys.phones import SLOW, Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.journeys.walkthrough import Walk
from tests.support.services import rosters
from tests.support.stories.field_stories import GUARDED
from tests.support.stories.stories import ARABIC, DARI, ENGLISH, EVERYTHING, Story

SPEAKERS = {"ar": {"interviewer-1": ["ar"]}}
"""By the language of a page, what the roster says of who speaks which language, where its script is a draft."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STORIES = {
    "en": replace(ENGLISH, page="en", purposes=EVERYTHING),
    "ar": replace(ARABIC, circumstances=TALK),
    "fa-AF with an interpreter": replace(DARI, page="fa"),
    "a minor with a guardian": GUARDED,
}
"""The first two are told to a worker who speaks the witness's language."""
on_slow_phones = pytest.mark.parametrize("model", SLOW, indirect=True)


@dataclass(frozen=True)
class Slow:
    """Somebody with a slow phone, and what a lawyer reads of what it sends."""

    who: Interviewer
    reader: Callable[[], Reader]

    def tell(self, story: Story, card: str = "") -> None:
        """From home, or from `card`, to the read-back. No card on the way is wider than the screen."""
        if not card:
            self.who.act("new-interview")
        self.who.wait_for(card or "languages")
        Walk(replace(story, hurried=True)).go(self.who, between=self.fits)
        self.fits("review")

    def fits(self, card: str) -> None:
        assert self.who.page.evaluate(SIDEWAYS) <= 0, card

    def opened(self) -> list[dict[str, Any]]:
        """What a lawyer opens of what the node holds, in the order in which it came."""
        lawyer = self.reader()
        return [lawyer.open(record, "lawyers") for record in lawyer.manifests()]


@pytest.fixture
def page_in() -> str:
    """The language of the page; a test of several stories says its own."""
    return "en"


@pytest.fixture
def slow(
    page_in: str,
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    organisation: Organisation,
    node_server: Server,
    homes: Path,
) -> Iterator[Slow]:
    """Signed in, on the card from which an interview begins."""
    rosters_known, page = [organisation.roster], interviewer.page
    if page_in in SPEAKERS:
        told = rosters.told_by(organisation.roster, speakers=SPEAKERS[page_in])
        rosters_known.append(rosters.after(organisation, organisation.roster, organisation=told))
        node_server.take_over(rosters_known[-1])
        interviewer.open(offline_ready=False)
        wait_until(lambda: interviewer.page.evaluate(WHOLE) == 2, "the new pages to be there", 240)
        phone.close()
        page = phone.start()
    who = Interviewer(page, interviewer.address)
    who.patience = 120_000
    who.open(page_in)
    who.sign_in("interviewer-1", passphrase)
    keeper = next(each for each in organisation.keepers if each.id == "lawyer-1")
    chain = RosterChain(organisation.root, rosters_known)
    yield Slow(who, lambda: Reader(homes / "field", chain, organisation.folder / keeper.file, keeper.passphrase))
    assert phone.complaints == []


@pytest.mark.long(
    short="tests/journeys/test_journey.py::test_who_agreed_to_everything_is_read_word_for_word_by_the_lawyer"
)
@on_slow_phones
@pytest.mark.parametrize(("story", "page_in"), [pytest.param(one, one.page, id=name) for name, one in STORIES.items()])
def test_a_whole_interview_is_taken_sealed_and_read_by_the_lawyer(story: Story, slow: Slow) -> None:
    slow.tell(story)
    slow.who.seal()
    slow.fits("outbox")
    wait_until(lambda: slow.who.states() == ["node"], "the node's receipt")
    (opened,) = slow.opened()
    assert opened["narrative"]["statements"][0]["text"] == story.text
    assert opened["consent"]["interpreter"]["used"] is (story.circumstances["interpreter"] == "yes")
    assert opened["consent"]["age"] == story.opening["cs_age"]
    assert opened["provenance"]["partial"] is False


@pytest.mark.long(
    short="tests/web/interview/consent/test_further_events.py::"
    "test_three_events_of_one_witness_have_one_consent_keys_of_their_own_and_one_code_that_takes_back_all"
)
@on_slow_phones
def test_one_witness_tells_three_events_in_one_sitting(slow: Slow) -> None:
    story = STORIES["en"]
    texts = [story.text, "At the second border.", "At the third border."]
    slow.tell(story)
    slow.who.seal()
    for text in texts[1:]:
        slow.fits("outbox")
        slow.who.act("ask-further")
        slow.who.act("further")
        slow.tell(replace(story, text=text), "n_text")
        slow.who.pass_readers()
        slow.who.wait_for("finish")
        slow.who.finish()
    wait_until(lambda: slow.who.states() == ["node"] * len(texts), "the node's receipts")
    assert [one["narrative"]["statements"][0]["text"] for one in slow.opened()] == texts


@pytest.mark.parametrize("model", each_time(SLOW, "320x568 slow"), indirect=True)
def test_a_refusal_ends_it_and_leaves_a_number(slow: Slow) -> None:
    slow.who.begin("en")
    slow.who.safety()
    slow.fits("told")
    slow.who.refuse()
    slow.who.deliver()
    assert slow.who.drafts() == 0
    lawyer = slow.reader()
    wait_until(lambda: lawyer.refusals() == 1, "the node to count the refusal")
    assert lawyer.manifests() == []
