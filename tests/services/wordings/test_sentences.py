"""What is said to a witness by key: whole sentences are checked and recorded, names of people and places are not."""

from __future__ import annotations

import pytest

from testimony.domain.consent.offers import LIVES
from testimony.domain.consent.purposes import Purpose
from testimony.domain.testimony.languages import SCRIPTS
from testimony.questionnaire.sentence_states import texts
from testimony.sealing.roster.wording import MOST, SENTENCE
from testimony.services.wordings import sentences

ORGANISATION = {
    "name": "Border Watch",
    "complaints": "Tent 4",
    "purposes": [
        {"purpose": "P01", "recipient": "organisation"},
        {"purpose": "P05", "recipient": "camp-clinic", "name": "the clinic", "life_months": 3},
    ],
    "referrals": [{"id": "clinic", "kind": "medical", "name": "Clinic", "how": "Tent 4"}],
}


@pytest.mark.parametrize("lang", SCRIPTS)
def test_what_is_checked_is_what_a_pack_says_without_bare_names(lang: str) -> None:
    said, spoken = sentences.sentences(ORGANISATION, lang), sentences.spoken(ORGANISATION, lang)
    assert spoken == {key: said[key] for key in spoken}
    left = {key.partition(".")[0] for key in said.keys() - spoken.keys()}
    assert left == {"for", "life", "help", "how"}
    assert {"safety.private", "told.who", "ask.P05-camp-clinic", "teach_back.q1", "readers.nobody"} <= spoken.keys()
    assert {key for key in spoken if key.startswith("gives.")} == {"gives.P01", "gives.P05-camp-clinic"}


def test_what_is_recorded_is_what_an_interview_says_then_the_page_of_withdrawal_then_each_question() -> None:
    recordable = sentences.recordable(ORGANISATION, "ps")
    spoken, page, asked = (
        sentences.spoken(ORGANISATION, "ps"),
        sentences.withdrawal_page("ps"),
        sentences.questions("ps"),
    )
    assert list(recordable) == [*spoken, *page, *asked]
    assert list(sentences.always_checked(ORGANISATION, "ps")) == [*spoken, *page]
    own = [key.split(".")[1] for key in asked]
    assert own == sorted(own, key=list(dict.fromkeys(own)).index)  # the answers follow their question
    assert {sentences.in_file(key) for key in recordable} <= texts("ps").keys()


def test_the_sentences_stand_in_the_order_of_a_talk() -> None:
    groups = [key.partition(".")[0] for key in sentences.spoken(ORGANISATION, "ps")]
    assert list(dict.fromkeys(groups)) == ["safety", "told", "ask", "teach_back", "readers", "gives", "words"]
    assert list(sentences.spoken({}, "ps")) == list(sentences.spoken({}, "en"))


@pytest.mark.parametrize("lang", SCRIPTS)
def test_the_answers_that_a_witness_may_tap_are_said_too(lang: str) -> None:
    spoken = sentences.spoken(ORGANISATION, lang)
    script = sentences.scripts()[lang]
    assert [spoken[f"words.{name}"] for name in ("yes", "no", "again")] == [
        script.words[name] for name in ("yes", "no", "again")
    ]


def test_every_key_is_one_that_a_wording_takes() -> None:
    recordable = sentences.recordable(ORGANISATION, "am")
    assert all(SENTENCE.fullmatch(key) for key in recordable)
    assert len(recordable) < MOST


def test_a_changed_name_changes_the_digests_of_the_sentences_that_say_it_and_no_other() -> None:
    before = sentences.digests_of(sentences.spoken(ORGANISATION, "ps"))
    after = sentences.digests_of(sentences.spoken({**ORGANISATION, "complaints": "Tent 5"}, "ps"))
    assert {key for key in before if before[key] != after[key]} == {"words.complaints"}


@pytest.mark.parametrize("months", [3, 12])
def test_a_witness_hears_how_long_the_account_is_kept_and_not_how_long_another_use_lasts(months: int) -> None:
    record = {"purpose": "P01", "recipient": "organisation", "life_months": months}
    clinic = {"purpose": "P05", "recipient": "camp-clinic", "name": "the clinic", "life_months": 7}
    for purposes in ([record, clinic], [clinic, record]):
        told = sentences.names({**ORGANISATION, "purposes": purposes}, "en")
        assert told["life"] == sentences.life(months, "en")
    assert str(months) in sentences.life(months, "en")
    assert sentences.names({}, "en")["life"] == sentences.life(LIVES[Purpose.RECORD], "en")
