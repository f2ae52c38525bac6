"""A sentence that an organisation mends: signed, named by the roots, said on phones, and never of another sentence."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.domain.roles import Audience, Role
from testimony.questionnaire.sentence_states import State, texts
from testimony.sealing.records.records import SignedRecord
from testimony.services.opening.reader import Reader
from testimony.services.roster import adoption
from testimony.services.wordings import errata, sentences, states, wordings
from testimony.services.wordings.errors import CheckRefused, MendRefused
from testimony.services.wordings.studio import Preparation
from testimony.services.wordings.wordings import InForce
from testimony.station.station import Station
from tests.support.services.checked_wordings import CHECKED_BY
from tests.support.services.world import World

ORGANISATION: dict[str, Any] = {"name": "Border Watch"}
WHO = "We are called {organisation}."
QUESTION = "question.i_held"


def sign(world: World, prepared: Preparation, checked: str | None = None) -> SignedRecord:
    key: Any = object()
    reader = Reader(id="lawyer-a", role=Role.LAWYER, audience=Audience.LAWYERS, key=key, signer=world.lawyer_signer)
    return prepared.sign(reader, checked=checked, agrees=True, digest=prepared.digest, day="2026-11-24")


def name(world: World, node: Station, record: SignedRecord) -> InForce:
    said = {**ORGANISATION, "wordings": {"ps": record.id}}
    adoption.adopt_all(node, [world.next_roster(organisation=said)])
    wordings.keep(node, record)
    found = wordings.in_force(node, "ps")
    assert found is not None
    return found


@pytest.fixture
def prepared(world: World, node: Station) -> Preparation:
    adoption.adopt_all(node, [world.next_roster(organisation=ORGANISATION)])
    return Preparation(node, "ps")


def test_a_mended_sentence_and_question_are_said_once_the_roots_named_them(
    world: World, node: Station, prepared: Preparation
) -> None:
    prepared.mend("told.who", WHO, "agreed")
    prepared.mend(QUESTION, "How long?", "checked")
    assert wordings.in_force(node, "ps") is None
    found = name(world, node, sign(world, prepared))
    said = sentences.everything(ORGANISATION, "ps", found.mended)
    assert (said["told.who"], said[QUESTION]) == ("We are called Border Watch\u200f.", "How long?")
    known = states.states(said, "ps", found)
    assert [known[key] for key in ("told.who", QUESTION, "told.why")] == [State.AGREED, State.CHECKED, State.DRAFT]
    before = sentences.everything(ORGANISATION, "ps")
    assert {key for key in said if said[key] != before[key]} == {"told.who", QUESTION}


def test_the_page_of_withdrawal_and_what_a_use_gives_are_mended_as_the_script_is(
    world: World, node: Station, prepared: Preparation
) -> None:
    prepared.mend("page.keep", "The lawyers alone keep it", "checked")
    prepared.mend("words.withdraw_sure", "Delete it?", "draft")
    prepared.mend("gives.numbers", "It is counted.", "agreed")
    found = name(world, node, sign(world, prepared))
    said = sentences.withdrawal_page("ps", found.mended)
    assert (said["page.keep"], said["words.withdraw_sure"]) == ("The lawyers alone keep it", "Delete it?")
    assert "It is counted." in sentences.uses_asked([ORGANISATION], "ps", found.mended).values()
    known = states.states([*said, "gives.P06"], "ps", found)
    assert [known[key] for key in ("page.keep", "gives.P06", "page.some")] == [
        State.CHECKED,
        State.AGREED,
        State.DRAFT,
    ]


def test_a_mended_use_is_asked_of_every_recipient(world: World, node: Station) -> None:
    offered = [
        {"purpose": "P01", "recipient": "organisation"},
        {"purpose": "P04", "recipient": "lawyers"},
        *({"purpose": "P05", "recipient": one, "name": one.title()} for one in ("clinic", "shelter")),
    ]
    said = sentences.sentences({**ORGANISATION, "purposes": offered}, "ps", {"ask.P05": "May {recipient} know? {life}"})
    assert [said[f"ask.P05-{one}"].split("?")[0] for one in ("clinic", "shelter")] == [
        "May Clinic\u200f know",
        "May Shelter\u200f know",
    ]


def test_what_is_mended_is_on_the_disk_and_goes_on_from_what_is_in_force(
    world: World, node: Station, prepared: Preparation
) -> None:
    prepared.mend("told.who", WHO, "draft")
    assert Preparation(node, "ps").sentences["told.who"].startswith("We are called")
    name(world, node, sign(world, prepared))
    again = Preparation(node, "ps")
    assert again.errata.keys() == {"told.who"}
    assert not again.changed
    again.mend("told.why", "Another why.", "draft")
    assert Preparation(node, "ps").errata.keys() == {"told.who", "told.why"}


def test_the_programs_own_words_take_an_erratum_away(prepared: Preparation, world: World) -> None:
    prepared.mend("told.who", WHO, "draft")
    prepared.mend("told.who", texts("ps")["told.who"], "")
    assert prepared.errata == {}
    with pytest.raises(CheckRefused):
        sign(world, prepared)


@pytest.mark.parametrize(
    ("key", "words", "state", "reason"),
    [
        ("told.nobody", "Words", "draft", "sentence"),
        ("page.nothing_such", "Words", "draft", "sentence"),
        ("gives.locked", "Kept.", "draft", "names"),
        ("told.who", "We are nobody.", "draft", "names"),
        ("told.who", "We are {organisation} and {lawyers}.", "draft", "names"),
        ("told.why", "", "draft", "words"),
        ("told.why", "One\nTwo", "draft", "words"),
        ("told.why", "Turned \u202e round", "draft", "words"),
        ("told.why", "x" * 1001, "draft", "words"),
        ("told.why", "Words", "good", "state"),
        ("told.why", "Words", "", "state"),
    ],
)
def test_what_must_not_be_said_is_refused_and_nothing_is_mended(
    key: str, words: str, state: str, reason: str, prepared: Preparation
) -> None:
    with pytest.raises(MendRefused) as error:
        prepared.mend(key, words, state)
    assert error.value.reason == reason
    assert not prepared.folder.exists()


def test_an_erratum_of_a_sentence_that_the_program_changed_holds_no_more(prepared: Preparation) -> None:
    (one,) = errata.changed("ps", {}, "told.who", WHO, "draft").values()
    assert wordings.holding("ps", {"told.who": one}) == {"told.who": one}
    assert wordings.holding("fa", {"told.who": one}) == {}
    assert one.old == sha256_hex(texts("ps")["told.who"].encode())


def test_checked_words_stay_checked_when_another_sentence_is_mended(
    world: World, node: Station, prepared: Preparation
) -> None:
    found = name(world, node, sign(world, prepared, CHECKED_BY))
    assert states.of_script(prepared.always, "ps", found) is State.CHECKED
    again = Preparation(node, "ps")
    again.mend("told.who", WHO, "draft")
    known = states.states(again.sentences, "ps", again.in_force, again.errata)
    assert (known["told.who"], known["told.why"]) == (State.DRAFT, State.CHECKED)


def test_a_damaged_file_is_said_and_mends_nothing(prepared: Preparation, node: Station) -> None:
    prepared.mend("told.who", WHO, "draft")
    (prepared.folder / errata.FILE).write_bytes(b"{}")
    with pytest.raises(MendRefused) as error:
        Preparation(node, "ps")
    assert error.value.reason == "damaged"
