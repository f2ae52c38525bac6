"""Whole interviews on the smallest phone with a processor six times slower, by a worker who speaks the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.signed_pages import WHOLE
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.services import rosters

SPEAKERS = {"interviewer-1": ["ar"]}
SMALLEST = {"width": 320, "height": 568}
SLOWER = 6
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ACCOUNTS = {"en": "They took us to the river at night.", "ar": "أخذونا إلى النهر ليلًا."}


class Watchful(Hurried):
    """Sees whether a card is wider than the screen before it is left."""

    def tap_next(self) -> None:
        assert self.page.evaluate(SIDEWAYS) <= 0, self.card
        super().tap_next()


@pytest.mark.long(
    short="tests/journeys/test_journey.py::test_who_agreed_to_everything_is_read_word_for_word_by_the_lawyer"
)
@pytest.mark.parametrize("lang", list(ACCOUNTS))
def test_a_speaker_takes_a_whole_interview_on_the_smallest_slow_phone(
    lang: str,
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    organisation: Organisation,
    node_server: Server,
    homes: Path,
) -> None:
    told = rosters.told_by(organisation.roster, speakers=SPEAKERS)
    newer = rosters.after(organisation, organisation.roster, organisation=told)
    node_server.take_over(newer)
    interviewer.open(offline_ready=False)
    wait_until(lambda: interviewer.page.evaluate(WHOLE) == 2, "the new pages to be there")
    phone.close()
    who = Watchful(phone.start(slowdown=SLOWER), interviewer.address)
    who.page.set_viewport_size(SMALLEST)
    who.page.set_default_timeout(120_000)
    who.patience = 120_000
    who.open(lang)
    who.sign_in("interviewer-1", passphrase)
    who.to_account(purposes=ALL, witness_language=lang)
    who.answer(ANSWERS | {"w_lang": lang, "n_text": ACCOUNTS[lang]})
    who.seal()
    wait_until(lambda: who.states() == ["node"], "the node's receipt")
    keeper = next(each for each in organisation.keepers if each.id == "lawyer-1")
    chain = RosterChain(organisation.root, [organisation.roster, newer])
    lawyer = Reader(homes / "field", chain, organisation.folder / keeper.file, keeper.passphrase)
    (record,) = lawyer.manifests()
    opened = lawyer.open(record, "lawyers")
    assert opened["narrative"]["statements"][0]["text"] == ACCOUNTS[lang]
    assert opened["consent"]["interpreter"] == {"used": False}
    assert opened["provenance"]["partial"] is False
    assert phone.complaints == []
