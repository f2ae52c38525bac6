"""Sentences that interviewers say are wrong: counted, told to central once however often, and tied to nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.services.roster import adoption
from testimony.services.wordings import sentences, wrong_sentences
from testimony.services.wordings.errors import MarkRefused
from testimony.services.wordings.wrong_sentences import MOST, TOLD, Mark, Wrong
from testimony.station.station import Station
from testimony.store.state.wrong_sentences import WrongSentenceRow
from testimony.sync.client.push import push
from tests.support.sync.world import World, bring, to


@pytest.fixture
def world(tmp_path: Path) -> Any:
    made = World(tmp_path)
    yield made
    made.close()


def said(station: Station, lang: str, sentence: str) -> Mark:
    words = sentences.everything(station.chain.latest.organisation, lang)[sentence]
    return Mark(lang=lang, sentence=sentence, text=sha256_hex(words.encode()))


def mark(station: Station, *marks: Mark) -> None:
    with station.database.transaction() as session:
        wrong_sentences.add(station, session, marks)


def counts(station: Station) -> list[Wrong]:
    with station.database.reading() as session:
        return wrong_sentences.counts(station, session)


def test_a_nodes_marks_come_to_headquarters_with_its_next_delivery_and_once(world: World) -> None:
    node, central = world.node(), world.central()
    who, ask = said(node, "ps", "told.who"), said(node, "ar", "question.i_held")
    mark(node, who, ask, who)
    for _ in range(2):
        bring(node, world.testimony())
        push(node, to(central, world.station))
    assert [(one.lang, one.sentence, one.marks) for one in counts(central)] == [
        ("ps", "told.who", 2),
        ("ar", "question.i_held", 1),
    ]
    mark(node, ask)
    bring(node, world.testimony())
    push(node, to(central, world.station))
    assert {one.sentence: one.marks for one in counts(central)} == {"told.who": 2, "question.i_held": 2}


def test_headquarters_sees_the_words_while_they_are_said_and_adds_up_all_nodes(world: World) -> None:
    central = world.central()
    who = said(central, "ps", "told.who")
    with central.database.transaction() as session:
        for node, marks in (("a" * 16, 3), ("b" * 16, 4)):
            told = {"lang": "ps", "sentence": "told.who", "text": who.text, "marks": marks}
            wrong_sentences.note(session, node, [told])
    (found,) = counts(central)
    assert (found.marks, found.words) == (7, sentences.everything({}, "ps")["told.who"])
    adoption.adopt_all(central, [world.next_roster(organisation={"name": "Another Name"})])
    assert counts(central)[0].words is None


def test_a_mark_says_nothing_but_which_sentence() -> None:
    assert set(WrongSentenceRow.__table__.columns.keys()) == {"node", "lang", "sentence", "text", "marks"}


@pytest.mark.parametrize(
    "changed",
    [
        {"lang": "xx"},
        {"sentence": "told.nobody"},
        {"sentence": "told"},
        {"text": "0" * 63},
        {"text": "G" * 64},
        {"text": None},
        {"day": "2026-11-24"},
        {"note": "the witness said so"},
    ],
)
def test_what_names_no_sentence_or_says_more_is_refused(changed: dict[str, Any]) -> None:
    value = {"lang": "ps", "sentence": "told.who", "text": "0" * 64} | changed
    with pytest.raises(MarkRefused):
        Mark.of(value)


def test_a_use_is_marked_for_each_recipient() -> None:
    assert (
        Mark.of({"lang": "ps", "sentence": "ask.P05-camp-clinic", "text": "0" * 64}).sentence == "ask.P05-camp-clinic"
    )


@pytest.mark.parametrize("told", [None, "words", 7, [None], [{"lang": "ps"}], [["ps", "told.who"]]])
def test_what_does_not_fit_is_left_out_at_headquarters(told: object, world: World) -> None:
    central = world.central()
    with central.database.transaction() as session:
        wrong_sentences.note(session, "a" * 16, told)
    assert counts(central) == []


@pytest.mark.parametrize("marks", [0, -1, 10**9, "3", 1.5, True, None])
def test_a_count_that_is_none_is_left_out(marks: object, world: World) -> None:
    central = world.central()
    with central.database.transaction() as session:
        told = {"lang": "ps", "sentence": "told.who", "text": "0" * 64, "marks": marks}
        wrong_sentences.note(session, "a" * 16, [told])
    assert counts(central) == []


def test_no_phone_fills_the_disk_and_no_delivery_grows(world: World) -> None:
    node = world.node()
    many = [Mark(lang="ps", sentence="told.who", text=f"{number:064x}") for number in range(MOST + 5)]
    mark(node, *many)
    assert len(counts(node)) == MOST
    mark(node, many[-6])  # one that is known still counts
    with node.database.reading() as session:
        told = wrong_sentences.told(node, session)
    assert len(told) == TOLD
    assert told[0] == {"lang": "ps", "sentence": "told.who", "text": many[-6].text, "marks": 2}
